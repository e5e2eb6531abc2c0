-- psql asks how strings are read once a line: here it still reads the rest by the new rule.
SET escape_string_warning = off; SET standard_conforming_strings = off; CREATE TABLE one_line AS SELECT 'a\';b'::text AS a; RESET ALL; INSERT INTO one_line VALUES ('\');
