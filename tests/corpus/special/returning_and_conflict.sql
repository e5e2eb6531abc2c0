CREATE TABLE upserted (id int PRIMARY KEY, n int DEFAULT 0, s text);
INSERT INTO upserted VALUES (1, 1, ';') ON CONFLICT (id) DO NOTHING;
INSERT INTO upserted AS u VALUES (1, 5, '--') ON CONFLICT (id) DO UPDATE SET n = u.n + excluded.n WHERE u.s = ';' RETURNING *;
