-- schemas: public other Mixed
-- breaks: class-names indexed-foreign-keys
CREATE SCHEMA other; CREATE SCHEMA "Mixed";
CREATE TYPE mood AS ENUM ('Ok', 'ok', 'OK', '', 'a b', 'a-b', '1st', '_', '__x__', 'class', 'it''s',
    'say "so"', 'back\slash', '100%', 'a:b', 'ä', 'mro', 'name', 'None');
CREATE TYPE other.mood AS ENUM ('x');
CREATE TYPE "Weird Type" AS ENUM ('y');
CREATE TYPE status AS ENUM ('on');
CREATE TYPE date_part AS ENUM ('d');
CREATE TYPE "interval kind" AS ENUM ('d');
CREATE TYPE "time" AS ENUM ('now');
CREATE TABLE clocks (id int PRIMARY KEY, a "time", b time, "²" int, "ﬁ" int, fi int);
CREATE TABLE users (id int PRIMARY KEY, mood mood, other other.mood, weird "Weird Type");
CREATE TABLE "user" (id int PRIMARY KEY, users_id int REFERENCES users);
CREATE TABLE other.users (id int PRIMARY KEY, user_id int REFERENCES public.users, u2 int REFERENCES "user");
CREATE TABLE "Mixed"."Users" (id int PRIMARY KEY, "user" int REFERENCES other.users, m mood[] NOT NULL DEFAULT '{Ok}');
CREATE TABLE statuses (id int PRIMARY KEY, status status NOT NULL DEFAULT 'on');
CREATE TABLE dates (id int PRIMARY KEY, date date, time time, datetime timestamptz, "Date" date);
CREATE TABLE enums (id int PRIMARY KEY, "Enum" mood, "Mood" mood);
CREATE TABLE texts (id int PRIMARY KEY, text text DEFAULT 'x', other text DEFAULT 'y', "Text" text);
CREATE TABLE lists (id int PRIMARY KEY, list text[], dict jsonb, str text, int int, uuid uuid, "any" text);
CREATE TABLE bases (id int PRIMARY KEY, metadata jsonb, registry text, base_id int REFERENCES bases);
CREATE TABLE tables (id int PRIMARY KEY, "column" int);
CREATE TABLE indexes (id int PRIMARY KEY, x int); CREATE INDEX ON indexes (x);
CREATE TABLE columns (id int PRIMARY KEY); CREATE TABLE sequences (id int PRIMARY KEY);
CREATE TABLE anys (id int PRIMARY KEY, a json); CREATE TABLE decimals (id int PRIMARY KEY, d numeric);
CREATE TABLE uuids (id uuid PRIMARY KEY); CREATE TABLE mappeds (id int PRIMARY KEY, m_id int REFERENCES mappeds);
CREATE TABLE str_enums (id int PRIMARY KEY); CREATE TABLE declarative_bases (id int PRIMARY KEY);
CREATE TABLE check_constraints (id int PRIMARY KEY CHECK (id > 0)); CREATE TABLE nones (id int PRIMARY KEY);
CREATE TABLE postgres_types (id int PRIMARY KEY, p point); CREATE TABLE database_enums (id int PRIMARY KEY);
CREATE TABLE "class" (id int PRIMARY KEY, "class" text, "def" text, "None" text, self text, cls text,
    "__tablename__" text, "__init__" text, __x text, "__" text, "_" text, _sa_registry text,
    "with space" text, "with-dash" text, with_dash text, "9lives" text, "ünï" text, "日本" text,
    "a.b" text, "it's" text, "say ""so""" text, "a:b" text, "100%" text, "back\slash" text,
    "order" int, "user" int, "type_annotation_map" int, "__mapper_args__" int, "query" int,
    mapped_column text, relationship text, "Mapped" text, "Any" text, _to_one text, super text,
    "CamelCase" int, "userId" int REFERENCES users);
CREATE INDEX "Weird Index" ON "class" ("order" DESC, "with space", "a:b", "CamelCase" DESC, "say ""so""" text_pattern_ops);
CREATE INDEX "expr" ON "class" ((("class" || ':x') || "a:b"), lower("say ""so"""), (("order" + "user")));
ALTER TABLE "class" ADD CONSTRAINT "Weird: 100% ""check""" CHECK ("order" > 0 AND "a:b" <> '::x :y \:z %s');
ALTER TABLE "class" ADD CONSTRAINT "weird.unique" UNIQUE ("a.b", "it's");
CREATE TABLE "9 lives!" (id int PRIMARY KEY, "class_id" int);
CREATE TABLE "!!!" (id int PRIMARY KEY);
CREATE TABLE "has.dot" (id int PRIMARY KEY, x int REFERENCES "has.dot");
CREATE TABLE a_very_long_name_of_a_table_that_fills_all_sixty_three_bytes_ab (
    a_very_long_name_of_a_column_that_fills_all_sixty_three_bytes_a int UNIQUE CHECK (a_very_long_name_of_a_column_that_fills_all_sixty_three_bytes_a > 0),
    id int PRIMARY KEY,
    other_long_name_of_a_column_that_fills_all_of_sixty_three_bytes int
        REFERENCES a_very_long_name_of_a_table_that_fills_all_sixty_three_bytes_ab
);
