SELECT set_config('escape_string_warning', 'off', true), pg_catalog.set_config('standard_conforming_strings', 'off', true);
CREATE TABLE old_rule_function AS SELECT 'a\';'::text AS a;
RESET standard_conforming_strings; INSERT INTO old_rule_function VALUES ('\');
