SET LOCAL escape_string_warning TO off;
SET LOCAL "standard_conforming_strings" /* ; */ TO 'false';
CREATE TABLE old_rule_end AS SELECT 'a\';b\\'::text AS a;
