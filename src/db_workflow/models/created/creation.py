"""Create models in an empty database, in few round trips."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import asyncpg

from db_workflow.connection import quoted
from db_workflow.models.created.ddl import Definition
from db_workflow.models.created.refused import Refused, refusal
from db_workflow.models.source.registry import Models

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
# Parents come first: dropped from a parent ONLY, a constraint is its heirs' own, and can be dropped
# there as well; added to a parent, it is its heirs' again. A partitioned table knows no ONLY.
_NOT_VALID = """
SELECT
    format('ALTER TABLE %s %s DROP CONSTRAINT IF EXISTS %I',
        CASE WHEN t.relkind <> 'p' THEN 'ONLY' END, c.conrelid::regclass, c.conname),
    CASE WHEN c.coninhcount = 0 THEN format('ALTER TABLE %s ADD CONSTRAINT %I %s NOT VALID',
        c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) END,
    format('COMMENT ON CONSTRAINT %I ON %s IS %L',
        c.conname, c.conrelid::regclass, obj_description(c.oid, 'pg_constraint'))
FROM unnest($1::text[], $2::text[], $3::text[]) AS wanted (schema, "table", name)
JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.schema
JOIN pg_catalog.pg_class t ON t.relnamespace = n.oid AND t.relname = wanted."table"
JOIN pg_catalog.pg_constraint c ON c.conrelid = t.oid AND c.conname = wanted.name
CROSS JOIN LATERAL (
    WITH RECURSIVE above (parent) AS (
        SELECT inhparent FROM pg_catalog.pg_inherits WHERE inhrelid = t.oid
        UNION
        SELECT i.inhparent FROM pg_catalog.pg_inherits i JOIN above ON i.inhrelid = above.parent
    )
    SELECT count(*) AS height FROM above
) AS line
WHERE c.convalidated ORDER BY line.height
"""


async def create_models(
    connection: "asyncpg.Connection[Any]",
    models: Models,
    definition: Definition,
    *,
    ground: Sequence[str],
    lack: str = "",
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
        lack: what the ground lacks, if that is known.
        settings: the repository.

    Raises:
        ServerError: the server has no room for them, or ends the work.
        ModelsError: PostgreSQL refuses a statement of the models, or that a constraint of an heir
            is NOT VALID while its parent's is valid; shows which.

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
    if own.intersection(left):
        refused = [
            one
            for one in await _work_off(connection, left)
            if one.state not in _THERE_ALREADY or one.statement not in {*ground, *definition.own}
        ]
        lacking = [lack] if lack else []
        lacking += [one.told for one in refused if one.statement not in own]
        for one in refused:
            if one.statement in own:
                raise refusal(one, models, definition, settings=settings, lacking=lacking)
    await _invalidate(connection, models, definition, settings=settings)


async def _create_tables(
    connection: "asyncpg.Connection[Any]", statements: Sequence[str]
) -> list[str]:
    """Run statements in large messages; return those from the messages that fail.

    Such a message was a transaction and is gone. Its statements may work one by one: their order
    may have been wrong, or something of the ground may need one of the tables.
    """
    left: list[str] = []
    for some in _slices(statements):
        try:
            await connection.execute("\n;\n".join(some))
        except asyncpg.PostgresError:
            left += some
    return left


async def _work_off(
    connection: "asyncpg.Connection[Any]", statements: Sequence[str]
) -> list[Refused]:
    """Run statements in whatever order works, and return what is left."""
    while True:
        refused = [
            Refused(some[row[0] - 1], row[1], row[2], row[3])
            for some in _slices(statements)
            for row in await connection.fetch("SELECT * FROM pg_temp.work_off($1)", some)
        ]
        # Within one message the server has gone round and round already.
        if len(statements) <= _MESSAGE or len(refused) in {0, len(statements)}:
            return refused
        statements = [one.statement for one in refused]


def _slices(statements: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(statements), _MESSAGE):
        yield list(statements[start : start + _MESSAGE])


async def _invalidate(
    connection: "asyncpg.Connection[Any]",
    models: Models,
    definition: Definition,
    *,
    settings: "Settings",
) -> None:
    """Make the constraints that the models call NOT VALID so.

    PostgreSQL takes the words in CREATE TABLE and ignores them: no row of a new table can break
    a constraint. On a table that is there, they count.
    """
    if not definition.not_valid:
        return
    schemas, tables, names = zip(*definition.not_valid, strict=True)
    rows = await connection.fetch(
        _NOT_VALID, [schema or settings.schemas[0] for schema in schemas], list(tables), list(names)
    )
    if not rows:
        return
    drops, adds, comments = zip(*rows, strict=True)
    message = ";\n".join(filter(None, (*drops, *adds, *comments)))
    try:
        await connection.execute(message)
    except asyncpg.PostgresError as error:
        refused = Refused(message, error.sqlstate or "", str(error), "")
        raise refusal(refused, models, definition, settings=settings) from error
