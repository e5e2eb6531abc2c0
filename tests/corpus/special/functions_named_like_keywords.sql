CREATE FUNCTION "end"() RETURNS int LANGUAGE sql AS 'SELECT 1; SELECT 2';
CREATE FUNCTION "begin"("case" int) RETURNS int LANGUAGE sql AS $$SELECT "case"$$;
CREATE FUNCTION commit() RETURNS int LANGUAGE sql RETURN 3;
CREATE TABLE keyword_calls AS SELECT "end"() AS a, "begin"(2) AS b, commit() AS c;
