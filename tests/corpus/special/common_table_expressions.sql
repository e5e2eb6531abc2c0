CREATE TABLE moved (a int); CREATE TABLE moved_to (a int);
INSERT INTO moved SELECT generate_series(1, 4);
WITH gone AS (DELETE FROM moved WHERE a > 2 RETURNING a), more AS MATERIALIZED (SELECT ';' AS x)
INSERT INTO moved_to SELECT a FROM gone;
WITH RECURSIVE count(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM count WHERE n < 3)
INSERT INTO moved_to SELECT n * 100 FROM count;
