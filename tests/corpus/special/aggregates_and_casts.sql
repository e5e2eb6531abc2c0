CREATE FUNCTION semis(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT $1 || ';' || $2$$;
CREATE AGGREGATE join_semis (text) (SFUNC = semis, STYPE = text, INITCOND = ';');
CREATE TABLE joined_semis AS SELECT join_semis(a ORDER BY a) AS a FROM (VALUES ('x'), ('y')) v (a);
