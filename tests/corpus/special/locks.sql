CREATE TABLE locked (a int); LOCK TABLE locked IN ACCESS EXCLUSIVE MODE NOWAIT; LOCK locked;
SELECT pg_advisory_xact_lock(42), a FROM locked FOR UPDATE SKIP LOCKED; ANALYZE locked;
