"""What models stand on and cannot create: schemas, extensions, types they only name, functions."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.catalog import SchemaObject, Snapshot
from db_workflow.connection import quoted
from db_workflow.models.created.beside import DIGEST
from db_workflow.models.created.ddl import Definition, full, named
from db_workflow.settings import Settings

if TYPE_CHECKING:
    import asyncpg

# The names of pg_collation's columns differ between majors; its rows, as JSON, say which they have.
_READ = f"""
SELECT
    (
        SELECT jsonb_agg(jsonb_build_array(e.extname, n.nspname, e.extversion) ORDER BY e.oid)
        FROM pg_catalog.pg_extension e
        JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql'
    ),
    (
        SELECT jsonb_agg(to_jsonb(c) || jsonb_build_object(
            'printed', quote_ident(n.nspname) || '.' || quote_ident(c.collname)) ORDER BY c.oid)
        FROM pg_catalog.pg_collation c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace AND n.nspname = ANY ($1::text[])
    ),
    ({DIGEST}),
    (
        SELECT jsonb_build_array((SELECT system_identifier FROM pg_catalog.pg_control_system()),
            t.encoding, t.datcollate, t.datctype, to_jsonb(t) -> 'datlocprovider',
            coalesce(to_jsonb(t) -> 'datlocale', to_jsonb(t) -> 'daticulocale'))::text
        FROM pg_catalog.pg_database t WHERE t.datname = 'template0'
    )
"""  # noqa: S608 - constants
_PROVIDERS = {"i": "icu", "b": "builtin"}


@dataclass(frozen=True, slots=True)
class Ground:
    """What stands in the migrated database beside what a snapshot reads.

    Attributes:
        extensions: name, schema and version of each, in the order in which they were created.
        collations: rows of pg_collation, with the name as `printed`.
        beside: the digest of what no snapshot reads and models may lean on; None: there is none.
        server: which server it is, and the encoding and locale that a new database has on it.

    """

    extensions: tuple[tuple[str, str, str], ...]
    collations: tuple[Mapping[str, Any], ...]
    beside: str | None
    server: str


async def read_ground(connection: "asyncpg.Connection[Any]", *, settings: Settings) -> Ground:
    """Read it from the migrated database."""
    row = await connection.fetchrow(_READ, list(settings.schemas))
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    extensions, collations = (json.loads(found or "[]") for found in row[:2])
    return Ground(tuple(tuple(one) for one in extensions), tuple(collations), *row[2:])


def ground_statements(
    ground: Ground, database: Snapshot, definition: Definition, *, settings: Settings
) -> list[str]:
    """Return what creates the ground, roughly in an order that works.

    What the models create themselves is left out, so that what they say counts; so are sequences
    that none of their defaults calls. Enum types are always the database's: a default that the
    models' labels do not have would hide all else that is to be said.
    """
    schemas = {*settings.schemas, *definition.schemas, *(one[1] for one in ground.extensions)}
    first = settings.schemas[0]
    mine = {full(one, first) for one in definition.types}
    called = {full(one, first) for one in definition.sequences}
    return [
        *(f"CREATE SCHEMA IF NOT EXISTS {quoted(one)}" for one in sorted(schemas)),
        *(
            f"CREATE EXTENSION IF NOT EXISTS {quoted(name)} SCHEMA {quoted(schema)} CASCADE"
            for name, schema, _ in ground.extensions
        ),
        *(_collation(one) for one in ground.collations),
        *(
            _type(found)
            for found in database.of_kind("enum", "composite type", "range type", "domain")
            if found.kind == "enum" or full(named(found.name), first) not in mine
        ),
        *(
            _sequence(found)
            for found in database.of_kind("sequence")
            if full(named(found.name), first) in called - mine
        ),
        *(
            function
            for found in database.of_kind("function")
            if (function := found.properties.get("definition")) is not None
        ),
    ]


def lent(database: Snapshot, definition: Definition, *, settings: Settings) -> frozenset[str]:
    """Return the printed names of the domains and sequences that models name, not create."""
    first = settings.schemas[0]
    mine = {full(one, first) for one in definition.types}
    called = {full(one, first) for one in definition.sequences}
    return frozenset(
        found.name
        for found in database.of_kind("domain", "sequence")
        if (name := full(named(found.name), first)) not in mine
        and (found.kind == "domain" or name in called)
    )


def _collation(row: Mapping[str, Any]) -> str:
    options = [f"provider = {_PROVIDERS.get(row['collprovider'], 'libc')}"]
    locale = row.get("colllocale") or row.get("colliculocale")
    if row["collprovider"] == "i" and locale is None:
        locale = row["collcollate"]  # up to 14
    if locale is not None:
        options.append(f"locale = {_literal(locale)}")
    else:
        options.append(f"lc_collate = {_literal(row['collcollate'])}")
        options.append(f"lc_ctype = {_literal(row['collctype'])}")
    if not row["collisdeterministic"]:
        options.append("deterministic = false")
    if rules := row.get("collicurules"):
        options.append(f"rules = {_literal(rules)}")
    return f"CREATE COLLATION {row['printed']} ({', '.join(options)})"


def _type(found: SchemaObject) -> str:
    properties = found.properties
    name = found.name
    if found.kind == "enum":
        labels = ", ".join(_literal(label) for label in properties.get("labels") or ())
        return f"CREATE TYPE {name} AS ENUM ({labels})"
    if found.kind == "composite type":
        return f"CREATE TYPE {name} AS ({', '.join(properties.get('attributes') or ())})"
    if found.kind == "range type":
        return f"CREATE TYPE {name} AS RANGE ({', '.join(_range_options(properties))})"
    parts = [f"CREATE DOMAIN {name} AS {properties['type']}"]
    if collation := properties.get("collation"):
        parts.append(f"COLLATE {collation}")
    if default := properties.get("default"):
        parts.append(f"DEFAULT {default}")
    if not properties.get("nullable", True):
        parts.append("NOT NULL")
    # One by one, because CREATE DOMAIN takes no NOT VALID.
    checks = [
        f"ALTER DOMAIN {name} ADD CONSTRAINT {check}" for check in properties.get("checks") or ()
    ]
    return "; ".join([" ".join(parts), *checks])


def _range_options(properties: Mapping[str, Any]) -> Iterator[str]:
    words = {
        "subtype": "subtype",
        "operator class": "subtype_opclass",
        "collation": "collation",
        "difference": "subtype_diff",
    }
    for name, word in words.items():
        if (value := properties.get(name)) is not None:
            yield f"{word} = {value.partition('(')[0] if name == 'difference' else value}"


def _sequence(found: SchemaObject) -> str:
    words = {
        "start": "START",
        "increment": "INCREMENT",
        "minimum": "MINVALUE",
        "maximum": "MAXVALUE",
        "cache": "CACHE",
    }
    options = [f"{word} {found.properties[name]}" for name, word in words.items()]
    cycle = " CYCLE" if found.properties["cycles"] else ""
    return f"CREATE SEQUENCE {found.name} AS {found.properties['type']} {' '.join(options)}{cycle}"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
