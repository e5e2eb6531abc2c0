CREATE TABLE indexed (a int, b text, c jsonb);
CREATE INDEX "ix;one" ON indexed USING btree (lower(b) text_pattern_ops DESC NULLS LAST) INCLUDE (a) WHERE b <> ';';
CREATE INDEX ON indexed USING gin (c jsonb_path_ops); CREATE UNIQUE INDEX concurrent ON indexed ((a % 7), b);
CREATE STATISTICS indexed_ab (dependencies) ON a, b FROM indexed; INSERT INTO indexed VALUES (1, ';', '{}');
