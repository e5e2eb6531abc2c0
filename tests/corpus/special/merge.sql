CREATE TABLE merge_into (id int PRIMARY KEY, n int); INSERT INTO merge_into VALUES (1, 1);
MERGE INTO merge_into t USING (VALUES (1, 10), (2, 20)) AS s (id, n) ON t.id = s.id
  WHEN MATCHED THEN UPDATE SET n = t.n + s.n
  WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.n);
