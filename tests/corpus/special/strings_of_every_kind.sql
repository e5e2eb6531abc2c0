CREATE TABLE every_string (n serial, a text);
INSERT INTO every_string (a) VALUES ('it''s; '''), (E'it\'s; \\'), (E'\x41\101\u0041;\n'),
  (U&'d\0061t\+000061;'), (U&'d!0061t!+000061;' UESCAPE '!'), (N'national;'),
  ($$dollar; 'quoted'$$), ($x$tag; $$ $x$), ('joined; '
  'over lines;'
  -- and a comment
  'three'), (E'joined\'; '
  'without; backslashes'), ('\'), (e'\''), (''''), ('''''');
INSERT INTO every_string (a) VALUES (b'1010'::text), (X'1F'::text);
