PREPARE with_parameters (int, text) AS SELECT $1 + 1, $2 || '$1;' || $$ $2; $$;
EXECUTE with_parameters (1, ';');
DEALLOCATE with_parameters;
CREATE FUNCTION takes_parameters(int, text) RETURNS text LANGUAGE sql AS 'SELECT $2||$1::text';
CREATE TABLE parameters AS SELECT takes_parameters(1, 'a;') AS a;
