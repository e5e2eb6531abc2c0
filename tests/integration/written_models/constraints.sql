CREATE EXTENSION btree_gist;
CREATE FUNCTION shout(t text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper(t)';
CREATE TABLE bookings (
    id int, CONSTRAINT bpk PRIMARY KEY (id) INCLUDE (room), room int NOT NULL, during tstzrange NOT NULL, "User" text,
    active boolean NOT NULL DEFAULT true, tags text[], doc jsonb, addr inet, t text, a int, b int,
    CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (active AND t <> ':x') DEFERRABLE,
    CONSTRAINT no_expr EXCLUDE USING gist (lower(t) WITH =, tstzrange(lower(during), NULL) WITH &&),
    CONSTRAINT no_ops EXCLUDE USING gist (addr inet_ops WITH &&, "User" COLLATE "C" WITH =),
    CONSTRAINT no_hash EXCLUDE USING hash (t WITH =),
    CONSTRAINT nnd UNIQUE NULLS NOT DISTINCT (a, b),
    CONSTRAINT inc UNIQUE (a) INCLUDE (b, "User"),
    CONSTRAINT later UNIQUE (b) DEFERRABLE INITIALLY DEFERRED,
    CHECK (a > 0), CHECK (b > 0 AND a <> b), CONSTRAINT nasty CHECK (t ~ '\d:\w' OR t = '%%s' OR t = E'\\:x'),
    CONSTRAINT bookings_shouted_check CHECK (shout(t) = t)
);
ALTER TABLE bookings ADD CONSTRAINT old CHECK (a < 100) NOT VALID;
CREATE INDEX i1 ON bookings USING gin (tags, doc jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX i2 ON bookings USING brin (id) WITH (pages_per_range = 32);
CREATE INDEX i3 ON bookings (t COLLATE "C" text_pattern_ops DESC NULLS LAST, a NULLS FIRST);
CREATE INDEX i4 ON bookings (t text_pattern_ops) WHERE t LIKE 'a:b%' AND active;
CREATE UNIQUE INDEX i5 ON bookings (shout(t), (doc ->> 'k:v'), (a + b)) INCLUDE (room) NULLS NOT DISTINCT;
CREATE INDEX i6 ON bookings USING hash (t); CREATE INDEX i7 ON bookings USING spgist (addr inet_ops);
CREATE INDEX i8 ON bookings (a) WITH (fillfactor = 70); CREATE INDEX i9 ON bookings ((a IS NULL));
CREATE INDEX i10 ON bookings USING gist (addr inet_ops, during);
CREATE INDEX i11 ON bookings USING gist (to_tsvector('simple', t) tsvector_ops (siglen = 100));
CREATE INDEX bookings_a_idx ON bookings (a); CREATE UNIQUE INDEX bookings_t_key2 ON bookings (t);
