DO LANGUAGE plpgsql $$BEGIN CREATE TABLE do_last (a int); INSERT INTO do_last VALUES (1);END$$;
INSERT INTO do_last VALUES (2)