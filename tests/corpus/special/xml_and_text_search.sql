CREATE TABLE searched (t tsvector, q tsquery);
INSERT INTO searched VALUES ('a:1A b:2,3', 'a:* & !b | (c <-> d)'); SELECT t @@ q FROM searched;
