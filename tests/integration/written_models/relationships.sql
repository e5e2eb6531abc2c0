-- schemas: public other
CREATE SCHEMA other;
CREATE TABLE people (id int PRIMARY KEY, boss_id int REFERENCES people, mentor_id int REFERENCES people ON DELETE SET NULL,
    code text NOT NULL UNIQUE, tag text UNIQUE);
CREATE INDEX ON people (boss_id); CREATE INDEX ON people (mentor_id);
CREATE TABLE categories (id int PRIMARY KEY, parent_id int REFERENCES categories);
CREATE INDEX ON categories (parent_id);
CREATE TABLE messages (id int PRIMARY KEY, sender_id int NOT NULL REFERENCES people, recipient_id int REFERENCES people,
    writer text REFERENCES people (code), tag text REFERENCES people (tag));
CREATE INDEX ON messages (sender_id); CREATE INDEX ON messages (recipient_id);
CREATE INDEX ON messages (writer); CREATE INDEX ON messages (tag);
CREATE TABLE tenants (id int PRIMARY KEY);
CREATE TABLE buyers (tenant_id int REFERENCES tenants, id int, PRIMARY KEY (tenant_id, id));
CREATE TABLE sales (tenant_id int REFERENCES tenants, id int, buyer_id int, payer_id int, parent_id int,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, buyer_id) REFERENCES buyers ON DELETE SET NULL (buyer_id),
    FOREIGN KEY (tenant_id, payer_id) REFERENCES buyers MATCH FULL ON UPDATE CASCADE,
    FOREIGN KEY (tenant_id, parent_id) REFERENCES sales DEFERRABLE INITIALLY DEFERRED);
CREATE INDEX ON sales (tenant_id, buyer_id); CREATE INDEX ON sales (tenant_id, payer_id);
CREATE INDEX ON sales (tenant_id, parent_id);
CREATE TABLE profiles (person_id int PRIMARY KEY REFERENCES people ON DELETE CASCADE);
CREATE TABLE badges (id int PRIMARY KEY, person_id int UNIQUE REFERENCES people);
CREATE TABLE logins (id int PRIMARY KEY REFERENCES people);
CREATE TABLE people_categories (person_id int REFERENCES people, category_id int REFERENCES categories,
    PRIMARY KEY (person_id, category_id));
CREATE INDEX ON people_categories (category_id);
CREATE TABLE other.notes (id int PRIMARY KEY, person_id int REFERENCES public.people ON UPDATE SET DEFAULT);
CREATE INDEX ON other.notes (person_id);
CREATE TABLE teams (id int PRIMARY KEY, captain_id int);
CREATE TABLE players (id int PRIMARY KEY, team_id int NOT NULL REFERENCES teams);
ALTER TABLE teams ADD FOREIGN KEY (captain_id) REFERENCES players;
CREATE INDEX ON players (team_id); CREATE INDEX ON teams (captain_id);
CREATE TABLE eggs (id int PRIMARY KEY, hen_id int NOT NULL, nest_id int NOT NULL);
CREATE TABLE hens (id int PRIMARY KEY, egg_id int NOT NULL REFERENCES eggs DEFERRABLE);
CREATE TABLE nests (id int PRIMARY KEY, hen_id int NOT NULL REFERENCES hens);
CREATE TABLE foxes (id int PRIMARY KEY, hen_id int NOT NULL REFERENCES hens);
ALTER TABLE eggs ADD FOREIGN KEY (hen_id) REFERENCES hens DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE eggs ADD FOREIGN KEY (nest_id) REFERENCES nests;
CREATE INDEX ON eggs (hen_id); CREATE INDEX ON eggs (nest_id); CREATE INDEX ON hens (egg_id);
CREATE INDEX ON nests (hen_id); CREATE INDEX ON foxes (hen_id);
CREATE TABLE doubles (id int PRIMARY KEY, p_id int, code text,
    CONSTRAINT one FOREIGN KEY (p_id) REFERENCES people, CONSTRAINT two FOREIGN KEY (p_id) REFERENCES people);
CREATE INDEX ON doubles (p_id);
CREATE TABLE accounts (id int PRIMARY KEY, twin int NOT NULL UNIQUE);
CREATE TABLE entries (id int PRIMARY KEY, account_id int REFERENCES accounts (id));
ALTER TABLE entries ADD CONSTRAINT to_twin FOREIGN KEY (account_id) REFERENCES accounts (twin) NOT VALID;
CREATE INDEX ON entries (account_id);
CREATE TABLE shared_ids (id int PRIMARY KEY, CONSTRAINT s1 FOREIGN KEY (id) REFERENCES people, CONSTRAINT s2 FOREIGN KEY (id) REFERENCES categories);
COMMENT ON CONSTRAINT s1 ON shared_ids IS 'why: so';
-- What SQLAlchemy takes from elsewhere: a type from the referenced column, a place from a circle.
CREATE TABLE wides (id bigint PRIMARY KEY);
CREATE TABLE narrows (id int PRIMARY KEY REFERENCES wides);
CREATE TABLE rings (id int PRIMARY KEY);
CREATE TABLE round_rings (id int PRIMARY KEY REFERENCES rings);
ALTER TABLE rings ADD FOREIGN KEY (id) REFERENCES round_rings;
CREATE TABLE selves (id int PRIMARY KEY REFERENCES selves);
CREATE TABLE elders (id int PRIMARY KEY, heir_id int);
CREATE TABLE heirs (PRIMARY KEY (id)) INHERITS (elders);
ALTER TABLE elders ADD FOREIGN KEY (heir_id) REFERENCES heirs;
CREATE INDEX ON elders (heir_id);
CREATE DOMAIN code AS text CHECK (VALUE <> '');
CREATE TABLE codes (code code PRIMARY KEY);
CREATE TABLE uses (id int PRIMARY KEY, code code REFERENCES codes);
CREATE INDEX ON uses (code);
