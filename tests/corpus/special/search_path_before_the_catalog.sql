-- Functions that stand before those of the same name in pg_catalog, until the file ends.
SET search_path = public, pg_catalog;
CREATE FUNCTION now() RETURNS timestamptz LANGUAGE plpgsql AS $$BEGIN RAISE 'not this one;'; END$$;
CREATE FUNCTION current_setting(text, bool) RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE 'nor this;'; END$$;
CREATE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE plpgsql AS $$BEGIN RAISE 'nor this;'; END$$;
CREATE FUNCTION count(anyelement) RETURNS bigint LANGUAGE plpgsql AS $$BEGIN RAISE 'nor this;'; END$$;
CREATE FUNCTION never(int, int) RETURNS bool LANGUAGE plpgsql AS $$BEGIN RAISE 'nor this;'; END$$;
CREATE OPERATOR public.<> (FUNCTION = never, LEFTARG = int, RIGHTARG = int);
