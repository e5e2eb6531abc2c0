CREATE TABLE partitioned (id int, taken date NOT NULL) PARTITION BY RANGE (taken);
CREATE TABLE partition_old PARTITION OF partitioned FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
CREATE TABLE partition_new PARTITION OF partitioned DEFAULT;
INSERT INTO partitioned VALUES (1, '2025-12-31'), (2, '2026-01-01');
CREATE INDEX ON partitioned ((id * 2)) WHERE id <> 3;
ALTER TABLE partitioned DETACH PARTITION partition_new;
