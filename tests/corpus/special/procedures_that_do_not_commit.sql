CREATE PROCEDURE fill(n int, INOUT done int DEFAULT 0) LANGUAGE plpgsql AS $$
BEGIN FOR i IN 1..n LOOP done := done + i; END LOOP; /* COMMIT; */ END $$;
CALL fill(3); DO $$ DECLARE d int; BEGIN CALL fill(2, d); END $$;
