"""Closing a choice of rows over keys: parents always, children by rule, until nothing is new.

Each row is looked at once: the server joins from the rows that are new, in batches, by the index
of the key, and never from all that are taken. What comes out does not depend on the order.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from db_workflow.testdata.declared.tables import Classified
from db_workflow.testdata.extraction.conditions import condition, parse, told
from db_workflow.testdata.extraction.keys import ALL, Key, Keys
from db_workflow.testdata.extraction.places import Places, read_places
from db_workflow.testdata.extraction.sorting import first_rows

_BATCH = 100_000
# From so few rows a chain within one table is walked up by the server itself, so far at a time:
# a round trip a link would take minutes where each row refers to the one before it.
_FEW = 64
_LINKS = 10_000


@dataclass(slots=True)
class Taken:
    """The rows of one table that are taken so far.

    Attributes:
        entry: the table.
        places: the rows; None for all.
        asked: how many the table's own condition gave.
        parents: how many came because others refer to them.
        children: how many came because they refer to others.

    """

    entry: Classified
    places: Places | None
    asked: int = 0
    parents: int = 0
    children: int = 0


async def close(
    connection: "asyncpg.Connection[Any]", keys: Keys, taken: Mapping[str, Taken]
) -> None:
    """Add to the taken rows all that belong to them.

    Args:
        connection: inside the transaction whose snapshot the places are of.
        keys: the keys between the tables.
        taken: by table, what it asks for by itself; grows.

    Raises:
        TestDataError: a virtual key compares what cannot be compared, or its condition, or that of
            children that come along, fails.

    """
    for step in (_Step(key, taken[key.table].entry, upwards=True) for key in keys.all):
        if step.key.virtual:
            await parse(connection, step.place, _parents(step, step.key.source, ""))
    # Rows that have not been looked at: whole tables first, then what is new, by table.
    waiting: dict[str, Places | None] = {
        name: None if table.places is None else table.places.copy() for name, table in taken.items()
    }
    while waiting:
        name = next(iter(waiting))
        rows = waiting.pop(name)
        for step in _neighbours(keys, taken, name):
            new = await _take(connection, step, rows, keys, taken[step.table])
            if len(new):
                # What it refers to, and whether what refers to it is new, is yet to be seen.
                known = waiting.setdefault(step.table, Places())
                assert known is not None  # noqa: S101 - rows of a whole table are never new
                known.add(new)


async def _take(
    connection: "asyncpg.Connection[Any]",
    step: "_Step",
    rows: Places | None,
    keys: Keys,
    table: Taken,
) -> Places:
    """Take the rows that one step leads to from others; return those that are new."""
    added = Places()
    if table.places is None:
        return added
    for query in step.queries(rows, keys):
        with told(step.place):
            new = table.places.missing(await read_places(connection, query))
        table.places.add(new)
        added.add(new)
    if step.upwards:
        table.parents += len(added)
    else:
        table.children += len(added)
    return added


@dataclass(frozen=True, slots=True)
class _Step:
    """One key, in one direction: from rows that are taken to rows that have to be.

    Attributes:
        key: the key.
        entry: the table whose rows refer.
        upwards: whether the rows searched for are those that are referred to.

    """

    key: Key
    entry: Classified
    upwards: bool

    @property
    def table(self) -> str:
        """The table whose rows are searched for."""
        return self.key.target if self.upwards else self.key.table

    @property
    def place(self) -> str:
        """The key, told to a person."""
        columns = ", ".join(self.key.columns)
        kind = "the VirtualKey" if self.key.virtual else "`where` of what comes along by"
        return f"{kind} {self.key.table} ({columns}) to {self.key.target}"

    def queries(self, rows: Places | None, keys: Keys) -> Iterator[str]:
        """Yield what to ask the server about rows: of all, or of one batch after the other."""
        query = _parents if self.upwards else _children
        if rows is None:
            source = self.key.source if self.upwards else self.key.target_source
            yield query(self, source, "")
            return
        held_by = self.key.relation if self.upwards else self.key.target_relation
        alias = "t" if self.upwards else "p"
        for relation, places, count in rows.batches(_BATCH):
            place = keys.relations[relation]
            if held_by not in place.within:
                continue
            known = f"{alias}.ctid IN (SELECT unnest({places}))"
            if self.upwards and count <= _FEW and _is_chain(self.key, place.within):
                yield _ancestors(self.key, known)
            else:
                yield query(self, place.sql, f" AND {known}")


def _neighbours(keys: Keys, taken: Mapping[str, Taken], name: str) -> Sequence[_Step]:
    """Return the ways from a table's rows to others."""
    return [
        *(_Step(key, taken[name].entry, upwards=True) for key in keys.all if key.table == name),
        *(
            _Step(key, taken[key.table].entry, upwards=False)
            for key in keys.all
            if key.target == name and (key.children is not None or key.inherits)
        ),
    ]


def _is_chain(key: Key, within: frozenset[int]) -> bool:
    """Tell whether a key leads from a table to itself, and neither is a matter of partitions."""
    return key.relation == key.target_relation and len(within) == 1 and not key.where


def _parents(step: _Step, source: str, known: str) -> str:
    key = step.key
    # In the subquery a bare name of the condition means the row that refers.
    return (
        f"SELECT p.tableoid, p.ctid FROM {key.target_source} AS p WHERE EXISTS"  # noqa: S608 - quoted
        f" (SELECT FROM {source} AS t WHERE {key.matches}{_and(key.where)}{known})"
    )


def _ancestors(key: Key, known: str) -> str:
    """Return what asks for parents, their parents and so on, though not for endlessly many."""
    # Places as text: before version 14 the server could not tell which `tid` are equal.
    return (
        f"WITH RECURSIVE walk(place) AS (SELECT p.ctid::text FROM {key.source} AS t"  # noqa: S608
        f" JOIN {key.target_source} AS p ON {key.matches} WHERE {known}"
        f" UNION SELECT p.ctid::text FROM walk"
        f" JOIN {key.source} AS t ON t.ctid = walk.place::tid"
        f" JOIN {key.target_source} AS p ON {key.matches})"
        f" SELECT {key.relation}::oid, place::tid FROM walk LIMIT {_LINKS}"
    )


def _children(step: _Step, source: str, known: str) -> str:
    key, table = step.key, step.entry.table
    refers = f"EXISTS (SELECT FROM {source} AS p WHERE {key.matches}{known}){_and(key.where)}"
    if key.inherits:
        return f"SELECT t.tableoid, t.ctid FROM {key.source} AS t WHERE {refers}"  # noqa: S608
    refers += _and(table.where)
    if key.children == ALL:
        return f"SELECT t.tableoid, t.ctid FROM {key.source} AS t WHERE {refers}"  # noqa: S608
    return (
        f"SELECT c.relation, c.place FROM (SELECT t.tableoid AS relation, t.ctid AS place,"  # noqa: S608
        f" row_number() OVER (PARTITION BY {key.partition} ORDER BY {first_rows(step.entry)}"
        f" ) AS number FROM {key.source} AS t WHERE {refers}) AS c WHERE c.number <= {key.children}"
    )


def _and(where: str) -> str:
    return f" AND {condition(where)}" if where else ""
