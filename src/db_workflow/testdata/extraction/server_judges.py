"""Judges that ask the server: types with all their limits, checks, exclusions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from db_workflow.connection import quoted
from db_workflow.testdata.extraction.constraints import Check, Exclusion, mentioned
from db_workflow.testdata.extraction.judges import Row, UnprovableError
from db_workflow.testdata.files.copytext import decode
from db_workflow.testdata.structure import Column, TableStructure

# No column of an application is called this.
_NUMBER = "db_workflow row"
_ROWS_AT_ONCE = 5_000
# Of an exclusion pairs are compared: twice as many rows take four times as long.
_PAIRED_AT_ONCE = 1_000
# A statement that fails is cut in halves until one row is left: some ten statements each.
_MOST_FAILURES = 20
# What a row can be refused with, by class of SQLSTATE. Some types' texts are "syntax" (42).
_REFUSALS = {"0A", "21", "22", "23", "38", "39", "42", "54", "P0"}
_NOT_THE_ROW = {
    "42501": "the account may not execute what it calls",
    "25006": "what it calls writes to the database",
}


@dataclass(slots=True)
class Server:
    """Lets the server judge: one statement for some thousand rows, in a read-only session.

    Attributes:
        connection: may be inside a transaction, which a failure does not end.
        columns: those of the rows.
        query: gives the numbers of the rows that are refused.
        says: what is wrong with them.
        at_once: rows for one statement.

    """

    connection: "asyncpg.Connection[Any]"
    columns: tuple[str, ...]
    query: str
    says: str
    at_once: int = _ROWS_AT_ONCE
    _failures: int = field(default=0, init=False)
    _tried: bool = field(default=False, init=False)

    def passes(self, columns: Sequence[Sequence[str]]) -> bool:
        """See `Judge`."""
        return False

    async def refused(self, rows: Sequence[Row]) -> Mapping[Row, str]:
        """See `Judge`. After some rows at which the server fails, others are not looked at."""
        if not self._tried:
            await self._try()
        found: dict[Row, str] = {}
        for start in range(0, len(rows), self.at_once):
            found |= await self._judged(rows[start : start + self.at_once])
        return found

    async def _try(self) -> None:
        """Find out whether the statement can be run at all: over no rows."""
        try:
            await self._fetch([])
        except asyncpg.PostgresError as error:
            if _class(error) not in _REFUSALS:
                raise
            # The server's message may quote a value that stands in the constraint.
            raise UnprovableError(
                f"{self.says}: the server cannot evaluate it by itself (SQLSTATE {error.sqlstate})"
            ) from None
        self._tried = True

    async def _judged(self, rows: Sequence[Row]) -> dict[Row, str]:
        if self._failures >= _MOST_FAILURES:
            return {}
        try:
            return {rows[number]: self.says for number in await self._fetch(rows)}
        except asyncpg.PostgresError as error:
            if _class(error) not in _REFUSALS:
                raise
            if len(rows) == 1:
                self._failures += 1
                return {rows[0]: _reason(error, self.says)}
        half = len(rows) // 2
        return {**await self._judged(rows[:half]), **await self._judged(rows[half:])}

    async def _fetch(self, rows: Sequence[Row]) -> list[int]:
        names = (_NUMBER, *self.columns)
        values = [
            dict(zip(names, (number, *map(decode, row)), strict=True))
            for number, row in enumerate(rows)
        ]
        try:
            async with self.connection.transaction():
                found = await self.connection.fetch(self.query, json.dumps(values))
        except asyncpg.PostgresError as error:
            if why := _NOT_THE_ROW.get(error.sqlstate or ""):
                raise UnprovableError(f"{self.says}: {why} (SQLSTATE {error.sqlstate})") from None
            raise
        return [row[0] for row in found]


def type_judge(connection: "asyncpg.Connection[Any]", column: Column) -> Server:
    """Return who knows whether a column's type takes a value, with all that a domain demands."""
    # Never true, but the server has to look at the value.
    query = _numbers(_given([column]), f"num_nulls({quoted(column.name)}) > 1")
    return Server(connection, (column.name,), query, f"no value of the type {column.type}")


def check_judge(
    connection: "asyncpg.Connection[Any]",
    structure: TableStructure,
    computed: Mapping[str, str],
    check: Check,
) -> Server:
    """Return who knows whether a row satisfies a check."""
    rows = _completed(structure, check.columns, computed, (check.condition,))
    query = _numbers(rows, f"({check.condition}) IS FALSE")
    return Server(connection, check.columns, query, check.name)


def exclusion_judge(
    connection: "asyncpg.Connection[Any]",
    structure: TableStructure,
    computed: Mapping[str, str],
    exclusion: Exclusion,
) -> Server:
    """Return who knows which of some rows exclude each other."""
    condition = exclusion.predicate or "true"
    rows = _completed(structure, exclusion.columns, computed, (condition, *exclusion.keys))
    keys = "".join(f", ({key}) AS key_{place}" for place, key in enumerate(exclusion.keys))
    number = quoted(_NUMBER)
    meets = " AND ".join(
        f"a.key_{place} {operator} b.key_{place}"
        for place, operator in enumerate(exclusion.operators)
    )
    query = (
        f"WITH keyed AS MATERIALIZED (SELECT {number}{keys} FROM {rows} WHERE {condition})"  # noqa: S608 - quoted names; the rest is the server's own SQL
        f" SELECT DISTINCT unnest(ARRAY[a.{number}, b.{number}])"
        f" FROM keyed a JOIN keyed b ON a.{number} < b.{number} AND {meets}"
    )
    says = f"the exclusion {exclusion.name}"
    return Server(connection, exclusion.columns, query, says, _PAIRED_AT_ONCE)


def _numbers(rows: str, condition: str) -> str:
    return f"SELECT {quoted(_NUMBER)} FROM {rows} WHERE {condition}"  # noqa: S608 - quoted names; the rest is the server's own SQL


def _given(columns: Sequence[Column]) -> str:
    """Return what to select from: the rows that are the statement's parameter.

    `json_to_recordset` reads texts by the types' own input functions and limits, as COPY does; a
    cast would cut what is too long. Only JSON it would take for a string of JSON.
    """
    typed = "".join(
        f", {quoted(column.name)} {'text' if column.kind == 'json' else column.type}"
        for column in columns
    )
    read = "".join(
        f", {quoted(column.name)}" + (f"::{column.type}" if column.kind == "json" else "")
        for column in columns
    )
    number = quoted(_NUMBER)
    return (
        f"(SELECT {number}{read} FROM json_to_recordset($1::text::json)"  # noqa: S608 - quoted names
        f" AS texts({number} int{typed})) AS given"
    )


def _completed(
    structure: TableStructure,
    columns: Sequence[str],
    computed: Mapping[str, str],
    texts: Sequence[str],
) -> str:
    """Return the same with the computed columns of which some expressions speak."""
    given = _given([structure.columns[name] for name in columns])
    added = "".join(
        f", ({computed[name]})::{structure.columns[name].type} AS {quoted(name)}"
        for name in mentioned(computed, texts)
    )
    return f"(SELECT *{added} FROM {given}) AS completed" if added else given  # noqa: S608 - quoted names; the rest is the server's own SQL


def _class(error: asyncpg.PostgresError) -> str:
    return (error.sqlstate or "")[:2]


def _reason(error: asyncpg.PostgresError, says: str) -> str:
    """Return why the server failed at a row, without its message: that holds the value."""
    name = getattr(error, "constraint_name", None)
    if name and (domain := getattr(error, "data_type_name", None)):
        return f"the check {name} of the domain {domain}"
    return f"{says}, SQLSTATE {error.sqlstate}"
