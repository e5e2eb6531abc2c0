PREPARE forgotten AS SELECT 1; DEALLOCATE ALL; CLOSE ALL; UNLISTEN *; DISCARD PLANS; DISCARD SEQUENCES;
CREATE TEMP TABLE ledger (a int); CREATE TEMP TABLE forgotten (a int) ON COMMIT DROP; DISCARD TEMP;
CREATE TEMP TABLE ledger (b text); CREATE TEMP TABLE pg_class (oid int); CREATE TABLE forgotten (a int);
INSERT INTO pg_class VALUES (1); SELECT pg_advisory_lock(7), pg_advisory_unlock_all();
