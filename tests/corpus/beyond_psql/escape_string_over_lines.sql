-- The second line obeys backslashes because the first one did; psql has forgotten that.
CREATE TABLE over_lines AS SELECT E'a;\''  -- a comment;
  'b\'; c' AS a;
INSERT INTO over_lines VALUES (e'd\\'

  'e;\'');
