CREATE TABLE commented (a int); COMMENT ON TABLE commented IS 'it''s; -- not a comment /* nor this';
COMMENT ON COLUMN commented.a IS E'a\nb; \'c\''; COMMENT ON COLUMN commented.a IS $$c; 'd'$$;
COMMENT ON SCHEMA public IS NULL;
