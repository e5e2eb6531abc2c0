"""The locks of a run's steps, as the ledger has them after what only the runner knows is added."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from db_workflow.schema.ledger.ledger import TABLE, Row

if TYPE_CHECKING:
    import asyncpg

# Relation and mode, and for how many milliseconds it was held, at the most.
Sightings = Mapping[tuple[str, str], float]

_STRENGTHS = (
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
)
_NAMES = """
SELECT c.oid::bigint, format('%I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm', 'f', 'v', 'S') AND c.oid >= 16384"""
_WRITE = (
    f"UPDATE {TABLE} AS old SET locks = new.locks::jsonb"  # noqa: S608 - a constant
    " FROM unnest($1::text[], $2::text[]) AS new (name, locks) WHERE old.name = new.name"
)


async def relation_names(connection: "asyncpg.Connection[Any]") -> Mapping[str, str]:
    """Return every table's qualified name by its oid (as text), as they are now."""
    return {str(oid): name for oid, name in await connection.fetch(_NAMES)}


async def settle(
    connection: "asyncpg.Connection[Any]",
    rows: Sequence[Row],
    seen: Mapping[str, Sightings],
    *,
    names: Mapping[str, str],
) -> tuple[Row, ...]:
    """Complete the locks of the steps that ran, in the ledger too; return all its rows.

    The server wrote down what a step held when it ended. What was dropped then has a number for a
    name, and how long a lock was held is bounded by the step's whole time. Of a step with
    transactions of its own the server wrote nothing down: there, what the watch saw is all.

    Args:
        connection: open on the database.
        rows: the ledger.
        seen: what the watch saw of each step of this run, by its name.
        names: of the relations that were there when the run began, by oid.

    """
    settled = []
    for row in rows:
        held = seen.get(row.name, {})
        locks = tuple(lock for found in row.locks for lock in _settled(found, names, held))
        locks = locks or _only_seen(held, set(names.values()))
        settled.append(replace(row, locks=locks) if locks != row.locks else row)
    new = [row for row, old in zip(settled, rows, strict=True) if row is not old]
    if new:
        texts = [json.dumps(row.locks) for row in new]
        await connection.execute(_WRITE, [row.name for row in new], texts)
    return tuple(settled)


def _settled(
    found: Mapping[str, Any], names: Mapping[str, str], seen: Sightings
) -> Iterator[dict[str, Any]]:
    """Yield a lock as it is to be read; nothing for a relation that came and went in the run."""
    lock = {key: value for key, value in found.items() if key != "dropped"}
    if found.get("dropped"):
        if lock["relation"] not in names:
            return
        lock["relation"] = names[lock["relation"]]
    held = seen.get((lock["relation"], lock["mode"]), lock["held_ms"])
    yield {**lock, "held_ms": min(lock["held_ms"], round(held, 1))}


def _only_seen(seen: Sightings, before: Collection[str]) -> tuple[dict[str, Any], ...]:
    """Return the strongest mode a relation that was there before, strongest first."""
    strongest: dict[str, tuple[int, float]] = {}
    for (relation, mode), held in seen.items():
        if relation in before and mode in _STRENGTHS:
            found = (_STRENGTHS.index(mode), held)
            strongest[relation] = max(strongest.get(relation, found), found)
    return tuple(
        {"relation": name, "mode": _STRENGTHS[strength], "held_ms": round(held, 1)}
        for name, (strength, held) in sorted(
            strongest.items(), key=lambda item: (-item[1][0], item[0])
        )
    )
