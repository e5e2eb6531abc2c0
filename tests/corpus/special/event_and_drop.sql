CREATE TABLE dropped (a int); CREATE VIEW dropped_view AS SELECT * FROM dropped;
DROP TABLE IF EXISTS dropped, "not;there" CASCADE; DROP FUNCTION IF EXISTS "a;b"(int, text);
