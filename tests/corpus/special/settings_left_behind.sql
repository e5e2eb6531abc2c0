SET default_transaction_read_only = on; SET session_replication_role = replica;
CREATE TABLE left_parent (id int PRIMARY KEY); CREATE TABLE left_child (id int REFERENCES left_parent);
INSERT INTO left_child VALUES (1); SET IntervalStyle = iso_8601; SET TimeZone = '-13:30'; SET extra_float_digits = 0;
SET bytea_output = 'escape'; SET DateStyle = 'SQL, DMY'; SET quote_all_identifiers = on; SET jit = off;
