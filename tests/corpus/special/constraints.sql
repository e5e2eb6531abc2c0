CREATE TABLE constrained (a int, b text, c int4range,
  CONSTRAINT "no;semicolon" CHECK (b !~ ';' AND b NOT LIKE '%\%' ESCAPE '!'),
  EXCLUDE USING gist (c WITH &&) WHERE (a > 0),
  UNIQUE (a, b) DEFERRABLE INITIALLY DEFERRED);
INSERT INTO constrained VALUES (1, 'x', '[1,2)'), (1, 'y', '[2,3)');
ALTER TABLE constrained ADD CONSTRAINT later CHECK (a < 100) NOT VALID;
SET CONSTRAINTS ALL IMMEDIATE;
