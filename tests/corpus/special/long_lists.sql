CREATE TABLE long_lists (a int CHECK (a IN (((1)), (2), ((((3)))))), b text[]);
INSERT INTO long_lists VALUES (1, ARRAY[';', ']', '[', ')', '(']), ((((2)))::int, '{";","]"}');
