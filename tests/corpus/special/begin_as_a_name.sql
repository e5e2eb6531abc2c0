CREATE TABLE begin_names (begin int, "end" int, "case" int, atomic int);
INSERT INTO begin_names (begin, "end", "case", atomic) VALUES (1, 2, 3, 4);
CREATE VIEW begin_view AS SELECT 1 AS begin, b.end AS last, b.case, b.atomic AS end FROM begin_names b;
UPDATE begin_names SET begin = begin + 1 WHERE begin = 1;
SELECT begin FROM begin_names;
SELECT CASE WHEN begin > 1 THEN 1 END AS end FROM begin_names;
