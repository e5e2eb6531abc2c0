CREATE TABLE granted (a int); GRANT SELECT (a), INSERT ON granted TO PUBLIC; REVOKE ALL ON granted FROM PUBLIC;
CREATE VIEW granted_view WITH (security_barrier) AS SELECT a FROM granted WHERE a::text <> ';';
