"""A statement that was interrupted: what it left, told by facts, and cleared away.

What cannot be rolled back cannot be recorded together with its effect either. So what was there
before it is written down, and afterwards the catalog says what has become of it.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from db_workflow.console import Reporter
from db_workflow.errors import MigrationError
from db_workflow.schema.run.piecewise.index_state import (
    IndexState,
    builder_of,
    drop_invalid,
    index_named,
    indexes_on,
    number_of,
    tables_around,
)
from db_workflow.schema.run.piecewise.target import Target

if TYPE_CHECKING:
    import asyncpg

Facts = Mapping[str, Any]

# What REINDEX CONCURRENTLY calls the index that it builds, and the one that it has replaced.
_REINDEX_LEFT = re.compile(r"_cc(?:new|old)\d*\Z")


async def make_way(
    connection: "asyncpg.Connection[Any]", target: Target, *, step: str, reporter: Reporter
) -> None:
    """Drop an INVALID index that bears the name of the one to be created.

    IF NOT EXISTS would "succeed" on it, and without those words the name would be taken.

    Raises:
        MigrationError: another session builds that index now, or IF NOT EXISTS would pass over
            something that is not an index of this table.

    """
    table = await number_of(connection, target.table)
    if target.verb != "create index" or target.name is None or table is None:
        return
    there = await index_named(connection, target.name, beside=table)
    if there is None or there.kind == "I":
        return
    if there.table == table and not there.valid:
        if pid := await builder_of(connection, there.oid):
            raise MigrationError(
                f"{step}: another session (pid {pid}) is building {there.name}.",
                why="it is INVALID until that session ends, and a second build would wait for it",
                next="wait for that session to end, then invoke migrate",
                data={"step": step, "index": there.name, "pid": pid},
            )
        await drop_invalid(connection, [there], step=step, reporter=reporter)
    elif there.table != table and target.lenient:
        raise MigrationError(
            f"{step}: {there.name} exists, but is not an index of {target.table}.",
            why="IF NOT EXISTS would pass it over, and the index would never be there",
            next="give the index another name in the file, then invoke migrate",
            data={"step": step, "index": there.name},
        )


async def facts_before(connection: "asyncpg.Connection[Any]", target: Target | None) -> Facts:
    """Return what has to be known of the time before a statement to judge it afterwards."""
    if target is None:
        return {}
    facts: dict[str, Any] = {"verb": target.verb, "name": target.name}
    if target.verb == "create index":
        facts["table"] = table = await number_of(connection, target.table)
        before = await indexes_on(connection, [table] if table else [])
        facts["indexes"] = [index.oid for index in before]
    elif target.verb == "drop index":
        facts["index"] = await number_of(connection, target.name)
    elif target.verb == "reindex":
        relation = await number_of(connection, target.name)
        facts["tables"] = await tables_around(connection, relation) if relation else None
        before = await indexes_on(connection, facts["tables"])
        facts["indexes"] = [index.oid for index in before if not index.valid]
    elif target.verb == "detach":
        facts["table"] = await number_of(connection, target.table)
        facts["partition"] = await number_of(connection, target.name)
        facts["attached"] = await _is_attached(connection, facts)
    return facts


async def settle(
    connection: "asyncpg.Connection[Any]", facts: Facts, *, step: str, reporter: Reporter
) -> bool:
    """Find out what an interrupted statement did, and clear away what it left unfinished.

    Args:
        connection: open on the database, in no transaction.
        facts: what `facts_before` returned.
        step: its step, for messages.
        reporter: told of what is cleared away.

    Returns:
        Whether its effect is there. If not, it may run again as if it never had.

    """
    verb = facts.get("verb")
    if verb == "create index":
        return await _settle_created(connection, facts, step, reporter)
    if verb == "drop index" and facts["index"] is not None:
        return not await _is_there(connection, facts["index"])
    if verb == "reindex":
        left = [
            index
            for index in await indexes_on(connection, facts["tables"])
            if not index.valid
            and index.oid not in facts["indexes"]
            and _REINDEX_LEFT.search(index.relname)
        ]
        await drop_invalid(connection, left, step=step, reporter=reporter)
    if verb == "detach":
        return await _settle_detached(connection, facts, step, reporter)
    return False


async def require_valid(connection: "asyncpg.Connection[Any]", facts: Facts, *, step: str) -> None:
    """Prove that an index which the server says was created may be used.

    Raises:
        MigrationError: it is INVALID, or not there.

    """
    if facts.get("verb") != "create index" or facts["table"] is None:
        return
    if facts["name"] is None:
        made = await _new(connection, facts)
    else:
        there = await index_named(connection, facts["name"], beside=facts["table"])
        # Of a partitioned table, it may rightly wait for its partitions.
        made = [there] if there and there.table == facts["table"] else []
    if not made or not all(index.valid or index.kind == "I" for index in made):
        shown = ", ".join(index.name for index in made) or facts["name"] or "the index"
        raise MigrationError(
            f"{step}: the server reports success, but {shown} is not a valid index.",
            why="queries would not use it, and a UNIQUE one would promise what nobody checks",
            next="invoke migrate, which drops it and builds it anew",
            data={"step": step},
        )


async def _settle_created(
    connection: "asyncpg.Connection[Any]", facts: Facts, step: str, reporter: Reporter
) -> bool:
    if facts["table"] is None:
        return False
    made = await _new(connection, facts)
    if facts["name"] is not None:
        named = await index_named(connection, facts["name"], beside=facts["table"])
        made = [index for index in made if named and index.oid == named.oid]
    await drop_invalid(
        connection, [index for index in made if not index.valid], step=step, reporter=reporter
    )
    return any(index.valid for index in made)


async def _new(connection: "asyncpg.Connection[Any]", facts: Facts) -> list[IndexState]:
    """Return the indexes that the table did not have before.

    By number, because the server chooses the name of an index that has none in the statement.
    """
    now = await indexes_on(connection, [facts["table"]])
    return [index for index in now if index.oid not in facts["indexes"]]


async def _settle_detached(
    connection: "asyncpg.Connection[Any]", facts: Facts, step: str, reporter: Reporter
) -> bool:
    if not facts["attached"] or not await _is_there(connection, facts["partition"]):
        return False
    row = await connection.fetchrow(
        "SELECT inhdetachpending AS pending, format('%I.%I', pn.nspname, p.relname) AS parent,"
        " format('%I.%I', cn.nspname, c.relname) AS partition FROM pg_catalog.pg_inherits h"
        " JOIN pg_catalog.pg_class p ON p.oid = h.inhparent"
        " JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace"
        " JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid"
        " JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace"
        " WHERE h.inhparent = $1 AND h.inhrelid = $2",
        facts["table"],
        facts["partition"],
    )
    if row is None or not row["pending"]:
        return row is None
    reporter.say(f"  {step}  finishes the detaching of {row['partition']} that broke off")
    await connection.execute(
        f"ALTER TABLE {row['parent']} DETACH PARTITION {row['partition']} FINALIZE"
    )
    return True


async def _is_attached(connection: "asyncpg.Connection[Any]", facts: Facts) -> bool:
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_inherits"
            " WHERE inhparent = $1 AND inhrelid = $2)",
            facts["table"],
            facts["partition"],
        )
    )


async def _is_there(connection: "asyncpg.Connection[Any]", relation: int) -> bool:
    return bool(
        await connection.fetchval(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = $1)", relation
        )
    )
