"""Create models in an empty database, in few round trips."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asyncpg

from db_workflow.connection import quoted
from db_workflow.errors import ModelsError
from db_workflow.models.ddl import Definition
from db_workflow.models.registry import Models

if TYPE_CHECKING:
    from db_workflow.settings import Settings

# Runs statements again and again until none succeeds any more: nobody has to know their order.
# Returned is what is left, with the reason of its last failure.
_WORK_OFF = """
CREATE OR REPLACE FUNCTION pg_temp.work_off(statements text[])
RETURNS TABLE (place int, state text, reason text, hint text) LANGUAGE plpgsql AS $$
DECLARE
    todo int[] := ARRAY(SELECT generate_subscripts(statements, 1));
    failed int[];
BEGIN
    LOOP
        failed := '{}';
        FOREACH place IN ARRAY todo LOOP
            BEGIN
                EXECUTE statements[place];
            EXCEPTION WHEN OTHERS THEN
                failed := failed || place;
            END;
        END LOOP;
        EXIT WHEN cardinality(failed) IN (0, cardinality(todo));
        todo := failed;
    END LOOP;
    FOREACH place IN ARRAY failed LOOP
        BEGIN
            EXECUTE statements[place];
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS
                state = RETURNED_SQLSTATE, reason = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
            RETURN NEXT;
        END;
    END LOOP;
END
$$
"""
# A message is a transaction, and the server has room for a limited number of locks, about three a
# statement here; long transactions take longer as well.
_MESSAGE = 100
# Someone's own statement may create what stands already, as the migrated database has it.
_THERE_ALREADY = {"42710", "42723", "42P06", "42P07"}
_NOT_VALID = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %I %s NOT VALID%s',
    c.conrelid::regclass, c.conname, c.conname, pg_get_constraintdef(c.oid),
    format('; COMMENT ON CONSTRAINT %I ON %s IS %L', c.conname, c.conrelid::regclass,
        obj_description(c.oid, 'pg_constraint')))
FROM unnest($1::text[], $2::text[], $3::text[]) AS wanted (schema, "table", name)
JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.schema
JOIN pg_catalog.pg_class t ON t.relnamespace = n.oid AND t.relname = wanted."table"
JOIN pg_catalog.pg_constraint c ON c.conrelid = t.oid AND c.conname = wanted.name
WHERE c.convalidated
"""


@dataclass(frozen=True, slots=True)
class _Refused:
    statement: str
    state: str
    reason: str
    hint: str


async def create_models(
    connection: "asyncpg.Connection[Any]",
    models: Models,
    definition: Definition,
    *,
    ground: Sequence[str],
    settings: "Settings",
) -> None:
    """Create the models in an empty database.

    What they stand on comes first, as far as it goes; what only those need that a model never
    calls (a function on a view's rows) may be missing.

    Args:
        connection: to the empty database; its `search_path` is set.
        models: what to create.
        definition: the same as SQL.
        ground: what creates the ground.
        settings: the repository.

    Raises:
        ModelsError: PostgreSQL refuses a statement of the models; shows which.

    """
    path = dict.fromkeys((*settings.schemas, *sorted(definition.schemas), "public"))
    await connection.execute(
        f"SET search_path = {', '.join(quoted(one) for one in path)};"
        f" SET check_function_bodies = off; SET client_min_messages = error; {_WORK_OFF}"
    )
    early = [*ground, *definition.types.values(), *definition.own]
    left = [one.statement for one in await _work_off(connection, early)]
    left += await _create_tables(connection, definition.tables)
    own = {*definition.types.values(), *definition.tables, *definition.own}
    for refused in await _work_off(connection, left) if own.intersection(left) else ():
        repeated = refused.statement in definition.own and refused.state in _THERE_ALREADY
        if refused.statement in own and not repeated:
            raise _refusal(refused, models)
    await _invalidate(connection, definition, first=settings.schemas[0])


async def _create_tables(
    connection: "asyncpg.Connection[Any]", statements: Sequence[str]
) -> Sequence[str]:
    """Run statements in large messages; return those from the first message that fails on.

    That one was a transaction and is gone. Its statements may work one by one: their order may
    have been wrong, or something of the ground may need one of the tables.
    """
    for start in range(0, len(statements), _MESSAGE):
        try:
            await connection.execute("\n;\n".join(statements[start : start + _MESSAGE]))
        except asyncpg.PostgresError:
            return statements[start:]
    return ()


async def _work_off(
    connection: "asyncpg.Connection[Any]", statements: Sequence[str]
) -> list[_Refused]:
    """Run statements in whatever order works, and return what is left."""
    rows = await connection.fetch("SELECT * FROM pg_temp.work_off($1)", list(statements))
    return [_Refused(statements[row[0] - 1], row[1], row[2], row[3]) for row in rows]


def _refusal(refused: _Refused, models: Models) -> ModelsError:
    shown = "\n".join(f"    {line}" for line in refused.statement.splitlines())
    hint = f"\n{refused.hint}" if refused.hint else ""
    return ModelsError(
        f"PostgreSQL refuses what the models say: {refused.reason} ({refused.state})\n"
        f"{shown}{hint}",
        why="models that cannot be created cannot be the migrated schema",
        next=f"mend {models.file.name}, then invoke phase2",
        data={"statement": refused.statement, "sqlstate": refused.state},
    )


async def _invalidate(
    connection: "asyncpg.Connection[Any]", definition: Definition, *, first: str
) -> None:
    """Make the constraints that the models call NOT VALID so.

    PostgreSQL takes the words in CREATE TABLE and ignores them: no row of a new table can break
    a constraint. On a table that is there, they count.
    """
    if not definition.not_valid:
        return
    schemas, tables, names = zip(*definition.not_valid, strict=True)
    rows = await connection.fetch(
        _NOT_VALID, [schema or first for schema in schemas], list(tables), list(names)
    )
    for (statement,) in rows:
        await connection.execute(statement)
