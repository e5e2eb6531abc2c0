CREATE TABLE triggered (id int PRIMARY KEY, name text, changed int DEFAULT 0);
CREATE FUNCTION triggered_changed() RETURNS trigger AS 'BEGIN
  NEW.changed := OLD.changed + 1; -- it''s PL/pgSQL;
  IF NEW.name = '';'' THEN RAISE NOTICE $$%; %$$, NEW.id, NEW.name; END IF;
  RETURN NEW; END;' LANGUAGE plpgsql;
CREATE TRIGGER triggered_update BEFORE UPDATE ON triggered FOR EACH ROW
  WHEN (OLD.name IS DISTINCT FROM NEW.name AND NEW.name <> ';')
  EXECUTE FUNCTION triggered_changed();
INSERT INTO triggered VALUES (1, 'a;'); UPDATE triggered SET name = 'b;';
