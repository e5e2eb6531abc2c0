CREATE TYPE pair AS (a int, b text); CREATE TABLE pairs (p pair, ps pair[]);
INSERT INTO pairs VALUES (ROW(1, ';'), ARRAY[ROW(2, ')')::pair, '(3,"a;b")'::pair]);
SELECT (p).a, (ps[1]).b, (pairs.p).* FROM pairs; UPDATE pairs SET p.b = 'x;', ps[1].a = 5;
