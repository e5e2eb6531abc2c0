CREATE TABLE standard_bodies (id int, kind text);
CREATE FUNCTION body_case(a int) RETURNS text
BEGIN ATOMIC
  INSERT INTO standard_bodies VALUES (a, CASE WHEN a > 1 THEN 'many; END' ELSE 'one' END);
  SELECT CASE a WHEN 1 THEN CASE WHEN true THEN 'x' END ELSE 'y' END;
END;
CREATE OR REPLACE PROCEDURE body_procedure(a int)
BEGIN ATOMIC
  INSERT INTO standard_bodies VALUES (a, 'called');;
  DELETE FROM standard_bodies WHERE kind = ';';
END;
CREATE FUNCTION body_empty() RETURNS void BEGIN ATOMIC END;
CREATE FUNCTION body_return(a int) RETURNS int RETURN CASE WHEN a > 0 THEN a ELSE -a END;
SELECT body_case(2); CALL body_procedure(3);
INSERT INTO standard_bodies VALUES (body_return(-4), 'returned');
