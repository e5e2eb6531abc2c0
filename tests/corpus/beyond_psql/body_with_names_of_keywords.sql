-- psql counts words: it takes these columns for the end of the body, or for another beginning.
CREATE TABLE named_end ("end" int, "case" int);
CREATE FUNCTION body_of_names() RETURNS int
BEGIN ATOMIC
  INSERT INTO named_end AS n VALUES (1, 2) RETURNING n.end, n.case;
  SELECT 1 AS begin;
  SELECT n.end FROM named_end n;
  SELECT 1 end;
  SELECT 1 AS case FROM named_end AS atomic ORDER BY 1;
END;
SELECT body_of_names();
