CREATE TABLE frames (a int, b int);
INSERT INTO frames SELECT n, n % 3 FROM generate_series(1, 10) n;
CREATE VIEW frame_view AS SELECT a, sum(b) OVER w AS s, count(*) FILTER (WHERE b > 0) OVER w AS c
  FROM frames WINDOW w AS (PARTITION BY b ORDER BY a ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW);
