CREATE TABLE begin_log (a text);
CREATE FUNCTION log_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO begin_log VALUES ('begin; commit; end'); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER log_late AFTER INSERT ON begin_log DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.a = 'late') EXECUTE FUNCTION log_begin();
INSERT INTO begin_log VALUES ('late');
