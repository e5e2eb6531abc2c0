"""INVALID indexes: queries do not use them, and IF NOT EXISTS passes over them in silence."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from db_workflow.errors import MigrationError
from db_workflow.schema.plan import Entry
from db_workflow.schema.script.script import Script

if TYPE_CHECKING:
    import asyncpg

    from db_workflow.schema.run.piecewise.target import Target

_INVALID = """
SELECT format('%I.%I', n.nspname, x.relname)
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid = x.relnamespace
WHERE NOT (i.indisvalid AND i.indisready) AND n.nspname = ANY ($1::text[])
ORDER BY 1"""
# What may have taken an INVALID index away before IF NOT EXISTS meets it.
_REMOVES = {"drop", "reindex"}


async def invalid_indexes(
    connection: "asyncpg.Connection[Any]", *, schemas: Sequence[str]
) -> tuple[str, ...]:
    """Return the qualified names of the INVALID indexes in some schemas."""
    return tuple(row[0] for row in await connection.fetch(_INVALID, list(schemas)))


async def refuse_passing_over(
    connection: "asyncpg.Connection[Any]", entry: Entry, script: Script
) -> None:
    """Refuse a file whose CREATE INDEX IF NOT EXISTS would take an INVALID index for its own.

    Args:
        connection: the session in which it is about to run.
        entry: the step.
        script: its text; a no-transaction file builds such an index again by itself.

    Raises:
        MigrationError: names the index.

    """
    targets = lenient(script)
    if not targets:
        return
    from db_workflow.schema.run.piecewise.index_state import index_named, number_of

    for target in targets:
        table = await number_of(connection, target.table)
        if target.name is None or table is None:
            continue
        found = await index_named(connection, target.name, beside=table)
        if found is not None and found.kind == "i" and not found.valid:
            raise MigrationError(
                f"{entry.name} would pass over {found.name}, which is there but INVALID.",
                why="IF NOT EXISTS looks at the name only, so the step would be recorded without"
                " the index; nothing of it was sent",
                next=f"DROP INDEX {found.name} by hand, or in the step before it; then"
                " invoke migrate",
                data={"step": entry.name, "index": found.name},
            )


def lenient(script: Script) -> "tuple[Target, ...]":
    """Return the indexes that a file creates only where they are missing.

    Those up to where it removes something.
    """
    return tuple(_lenient(script))


def _lenient(script: Script) -> "Iterator[Target]":
    for statement in script.statements:
        if statement.words[:1] and statement.words[0] in _REMOVES:
            return
        words = statement.words
        if words[:1] != ("create",) or "index" not in words[:3] or "exists" not in words:
            continue
        from db_workflow.schema.run.piecewise.target import target_of

        target = target_of(script.text[statement.start : statement.end])
        if target is not None and target.lenient:
            yield target
