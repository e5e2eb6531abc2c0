"""Schemas that once gave models which did not import, or did not agree: each stays mended."""

from dataclasses import replace

import pytest

from db_workflow.catalog import read_snapshot
from db_workflow.connection import session
from db_workflow.databases import create_database
from db_workflow.models import compare_models
from db_workflow.models.writing import Writer

# By what is odd about it: the schema.
ODD = {
    "names that Python spells otherwise": (
        'CREATE TABLE t ("ﬁ" int PRIMARY KEY, fi int, "ĳ" text, "ª" int, "Ŀ" int, "µ" int);'
        ' CREATE TABLE "uþŀs" (id int PRIMARY KEY, "ﬁ" int REFERENCES t)'
    ),
    "digits that no identifier has": (
        'CREATE TABLE t (id int PRIMARY KEY, "a¼" text, "x³" text);'
        " CREATE TABLE \"t½\" (id int PRIMARY KEY); CREATE TYPE e AS ENUM ('½', 'ª', 'a');"
        " ALTER TABLE t ADD e e"
    ),
    "columns of nothing but signs": (
        'CREATE TABLE t (":" int, " " int, "." int UNIQUE, PRIMARY KEY (":", " "));'
        ' CREATE TABLE u (":" int, "_" int PRIMARY KEY REFERENCES t ("."), "text" text,'
        ' text_ text, FOREIGN KEY (":", "_") REFERENCES t (":", " "))'
    ),
    "heirs that are named before their parents": (
        "CREATE TABLE z (a int); CREATE TABLE heir (b int) INHERITS (z);"
        " CREATE TABLE print (a int); CREATE TABLE s.heir (b int) INHERITS (print)"
    ),
    "a check that heirs do not have": (
        "CREATE TABLE p (a int, CONSTRAINT ck CHECK (a > 0) NO INHERIT);"
        " CREATE TABLE heir () INHERITS (p)"
    ),
    "a check of parent and heir that is not valid": (
        "CREATE TABLE p (a int); CREATE TABLE heir () INHERITS (p);"
        " CREATE TABLE late () INHERITS (heir);"
        " ALTER TABLE p ADD CONSTRAINT ck CHECK (a > 0) NOT VALID;"
        " COMMENT ON CONSTRAINT ck ON p IS 'soon'"
    ),
    "a check of a partitioned table that is not valid": (
        "CREATE TABLE p (a int) PARTITION BY LIST (a);"
        " CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
        " ALTER TABLE p ADD CONSTRAINT ck CHECK (a > 0) NOT VALID"
    ),
    "enums called like what models import": "".join(
        f"CREATE TYPE \"{name}\" AS ENUM ('a');"
        for name in ("Decimal", "Enum", "Text", "Table", "Mapped", "Any", "StrEnum", "relationship")
    )
    + 'CREATE TABLE t (id int PRIMARY KEY, a "Decimal" NOT NULL, b "Enum" NOT NULL,'
    ' c "Text" NOT NULL, d "Table", e "Mapped"[], f "Any" NOT NULL, g "StrEnum", n numeric)',
    "enums called like types of SQL": "".join(
        f"CREATE TYPE public.\"{name}\" AS ENUM ('a', '{{}}');"
        for name in ("int", "bit", "char", "float", "integer", "time", "varchar", "text", "uuid")
    )
    + 'CREATE TABLE t (id int PRIMARY KEY, a "int" NOT NULL DEFAULT \'{}\', b "bit" NOT NULL,'
    ' c public."char", d "float", e "integer"[], f "time", g "varchar", h public.text, i text,'
    " j public.uuid, k uuid, l int, m varchar)",
    "domains called like types of SQL": (
        'CREATE DOMAIN "int" AS text CHECK (VALUE <> \'\'); CREATE DOMAIN "decimal" AS int;'
        ' CREATE TABLE t (id int PRIMARY KEY, a "int" DEFAULT \'x\', b "decimal")'
    ),
    "enums with a dot or a quote in their names": (
        'CREATE TYPE "dot.ted" AS ENUM (\'a\'); CREATE TYPE "b0_""" AS ENUM (\'a\');'
        ' CREATE TYPE "quo""te" AS ENUM (\'a\'); CREATE TYPE s."a.b" AS ENUM (\'x\');'
        ' CREATE TABLE t (id int PRIMARY KEY, a "dot.ted", b s."a.b")'
    ),
    "enums of one name in two schemas": (
        "CREATE TYPE \"user\" AS ENUM ('a'); CREATE TYPE s.\"user\" AS ENUM ('b')"
    ),
    "enums without labels": (
        "CREATE TYPE nothing AS ENUM (); CREATE TYPE idle AS ENUM ();"
        " CREATE TABLE t (id int PRIMARY KEY, a nothing, b nothing[] NOT NULL)"
    ),
    "lists that a varchar is compared with": (
        "CREATE TABLE t (id int PRIMARY KEY,"
        " a varchar(20) CHECK (a IN ('', 'it''s', E'b\\\\', ':x')),"
        " \"B\" varchar NOT NULL, CHECK (a NOT IN ('x', 'y') OR \"B\" IN ('one')),"
        " c boolean GENERATED ALWAYS AS (a IN ('p', 'q')) STORED);"
        " CREATE INDEX ON t (a, (a IN ('p', 'q'))) WHERE \"B\" IN ('p', 'q', 'r')"
    ),
    "a foreign key of a column to itself": "CREATE TABLE t (a int PRIMARY KEY REFERENCES t)",
    "a foreign key to a column with a dot": (
        'CREATE TABLE t ("a." int PRIMARY KEY, b int REFERENCES t);'
        " CREATE TABLE u (id int PRIMARY KEY, b int NOT NULL REFERENCES t ON DELETE CASCADE);"
        " CREATE TABLE k (b int REFERENCES t DEFERRABLE)"
    ),
    "a foreign key to a serial column": (
        "CREATE TABLE t (id serial, a int NOT NULL, b int NOT NULL,"
        " PRIMARY KEY (id, a) DEFERRABLE, UNIQUE (id));"
        " ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES t (id)"
    ),
    "foreign keys to a column with a collation": (
        'CREATE TABLE p (id citext COLLATE "C" PRIMARY KEY, n text COLLATE "C" UNIQUE);'
        " CREATE TABLE c (id int PRIMARY KEY, p_id citext REFERENCES p,"
        " n text REFERENCES p (n))"
    ),
    "keyless tables of one name in two schemas": (
        'CREATE TABLE "user" (a int); CREATE TABLE s."user" (a int);'
        ' CREATE TABLE "Other schema"."user" (a int)'
    ),
    "types that SQLAlchemy has no operators for": (
        "CREATE DOMAIN d AS int; CREATE TABLE p (m money PRIMARY KEY, d d UNIQUE, b bit(3) UNIQUE);"
        " CREATE TABLE c (m money PRIMARY KEY REFERENCES p, d d REFERENCES p (d),"
        " b bit(3) REFERENCES p (b))"
    ),
}
SCHEMAS = ("public", "s", "Other schema")


@pytest.mark.parametrize("odd", ODD)
async def test_models_written_from_an_odd_schema_agree_with_it(server, tiny_settings, odd):
    models = f"{tiny_settings.project}_models"
    settings = replace(tiny_settings, schemas=SCHEMAS, enums=models)
    await create_database(server, settings.test_database, project=settings.project, role="test")
    async with session(settings.test_address, purpose="test") as connection:
        await connection.execute('CREATE SCHEMA s; CREATE SCHEMA "Other schema"')
        await connection.execute(f"CREATE EXTENSION citext; {ODD[odd]}")
        snapshot = await read_snapshot(connection, schemas=SCHEMAS)
        code = Writer(snapshot, schemas=SCHEMAS).module()
        (settings.root / f"{models}.py").write_text(code, "utf-8")
        found = await compare_models(server, connection, settings=settings)
    shown = f"{found}\n{code}"
    assert not found.differences, shown
    assert not found.enums, shown
    assert not found.warnings, shown


# What a session prints constants and names with, each otherwise than this project's own sessions.
FORMATS = {
    "DateStyle": "German",
    "IntervalStyle": "sql_standard",
    "TimeZone": "Asia/Kathmandu",
    "extra_float_digits": "-10",
    "bytea_output": "escape",
    "quote_all_identifiers": "on",
}


async def test_a_snapshot_is_the_same_whatever_the_session_prints_with(server, tiny_settings):
    name = tiny_settings.test_database
    await create_database(server, name, project=tiny_settings.project, role="test")
    async with session(tiny_settings.test_address, purpose="test") as connection:
        await connection.execute(
            "CREATE TABLE t (a interval DEFAULT '1 hour', b date DEFAULT '2030-02-01',"
            " c timestamptz DEFAULT '2030-01-01 00:00Z', d float8 DEFAULT 0.1::float8,"
            " e bytea DEFAULT '\\x0061', CHECK (d > 0.30000000000000004::float8))"
        )
        before = await read_snapshot(connection)
        for setting, value in FORMATS.items():
            await connection.execute(f"SET {setting} = '{value}'")
            assert await read_snapshot(connection) == before, setting
            shown = await connection.fetchval("SELECT current_setting($1)", setting)
            assert shown.startswith(value)  # it is as it was
