CREATE TABLE copied (id int, name text);
INSERT INTO copied VALUES (0, 'before;');
COPY copied (id, name) FROM stdin;
1	it's; a "row" -- with $$ /* ( everything
2	\N
3	\\. \t tab \\ backslash
4	COMMIT;
5	:'x' \restrict
\.

INSERT INTO copied VALUES (6, 'between');
COPY copied FROM STDIN WITH (FORMAT csv, QUOTE '''', DELIMITER ';', NULL '-'); -- rows below
7;'quoted; ''text'''
8;-
\.
INSERT INTO copied VALUES (9, 'after');
