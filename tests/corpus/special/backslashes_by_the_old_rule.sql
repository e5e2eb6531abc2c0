CREATE TABLE old_rule (a text);
INSERT INTO old_rule VALUES ('\'), ('a\'';');
SET standard_conforming_strings = off; SET escape_string_warning = off;
INSERT INTO old_rule VALUES ('it\'s; \\'), ('b\';c'), (E'd\'e'), ($$\$$), (N'f\'g');
INSERT INTO old_rule SELECT b'10'::bit(2)::text || x'1'::bit(4)::text;
SELECT set_config('standard_conforming_strings', 'on', false);
INSERT INTO old_rule VALUES ('\'), (';');
