-- A recent psql looks for the COPY's keywords itself, and ends the connection here.
CREATE SCHEMA words CREATE TABLE "from" (a int);
COPY words.from FROM stdin;
8
9
\.
INSERT INTO words.from VALUES (10);
