CREATE TABLE copy (stdin int, stdout int, "from" int, header int); INSERT INTO copy VALUES (1, 2, 3, 4);
COPY copy (stdin) FROM stdin WHERE stdin IS DISTINCT FROM 8;
7
8
\.
