CREATE TABLE ruled (a int); CREATE TABLE rule_log (said text);
CREATE RULE ruled_insert AS ON INSERT TO ruled DO ALSO (
  INSERT INTO rule_log VALUES ('one;');
  INSERT INTO rule_log VALUES ($$two;$$);
);
CREATE RULE ruled_delete AS ON DELETE TO ruled DO INSTEAD (SELECT 1; SELECT 2);
INSERT INTO ruled VALUES (1);
