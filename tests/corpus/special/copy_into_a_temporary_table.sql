CREATE TEMP TABLE loaded (id int, name text) ON COMMIT DROP; CREATE TABLE loaded_from (id int, name text);
COPY pg_temp.loaded FROM stdin (DELIMITER ';', NULL '');
1;a
2;
\.
INSERT INTO loaded_from SELECT * FROM loaded;
