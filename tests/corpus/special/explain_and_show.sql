CREATE TABLE explained (a int);
EXPLAIN (COSTS off, FORMAT json) SELECT * FROM explained WHERE a = 1; EXPLAIN ANALYZE INSERT INTO explained VALUES (1);
SHOW search_path; SELECT current_setting('standard_conforming_strings');
