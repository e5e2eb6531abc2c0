CREATE SCHEMA elements
  CREATE TABLE parts (id int PRIMARY KEY, name text CHECK (name <> ';'))
  CREATE VIEW part_names AS SELECT name FROM parts
  CREATE INDEX part_name ON parts (name);
INSERT INTO elements.parts VALUES (1, 'bolt; nut');
