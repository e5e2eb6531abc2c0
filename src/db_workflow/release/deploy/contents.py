"""Everything that a database holds at one moment, as counts and digests: no row leaves it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from db_workflow.catalog import Snapshot
from db_workflow.console import Reporter, Silent
from db_workflow.release.deploy.listing import (
    large_objects,
    owners,
    schemas_of_users,
    sequences,
    tables,
)
from db_workflow.state import HOME

if TYPE_CHECKING:
    import asyncpg

Rows = tuple[int, str]
# Of each row's text a quarter of its SHA-256, as a number, summed: the order of rows is nobody's.
# In UTF-8, so that a copy in another encoding, on another machine, gives the same.
_DIGEST = (
    "SELECT count(*), coalesce(sum(('x' || substr(encode(sha256(convert_to("
    "ROW(held.*)::text, 'UTF8')), 'hex'), 1, 16))::bit(64)::bigint::numeric), 0)::text"
    " FROM ONLY {table} AS held"
)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds.

    Attributes:
        schema: of all schemas but PostgreSQL's and the workflow's own.
        rows: by table, partitions one by one: how many, and the digest of what they hold.
        sequences: by name: the last value, and whether it was handed out.
        owners: by object, as PostgreSQL identifies it.
        large_objects: how many.

    """

    schema: Snapshot
    rows: Mapping[str, Rows]
    sequences: Mapping[str, tuple[int, bool]] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    large_objects: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        return {name: rows for name, (rows, _) in self.rows.items()}

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "schema": self.schema.to_json(),
            "rows": {name: list(found) for name, found in self.rows.items()},
            "sequences": {name: list(found) for name, found in self.sequences.items()},
            "owners": dict(self.owners),
            "large_objects": self.large_objects,
        }

    @classmethod
    def from_json(cls, read: Mapping[str, Any]) -> "Contents":
        """Read what `to_json` returned."""
        return cls(
            Snapshot.from_json(read["schema"]),
            rows_of(read["rows"]),
            {name: (int(last), bool(called)) for name, (last, called) in read["sequences"].items()},
            dict(read["owners"]),
            int(read["large_objects"]),
        )


def rows_of(read: Mapping[str, Sequence[Any]]) -> dict[str, Rows]:
    """Return digests as they were before JSON."""
    return {name: (int(count), str(digest)) for name, (count, digest) in read.items()}


def rows_text(rows: Mapping[str, Rows]) -> str:
    """Return digests as JSON keeps them."""
    return json.dumps({name: list(found) for name, found in rows.items()}, sort_keys=True)


async def read_contents(
    connection: "asyncpg.Connection[Any]", *, reporter: Reporter = Silent()
) -> Contents:
    """Read everything, in the transaction that the connection is in.

    Args:
        connection: pinned, in a transaction that sees one moment; only read.
        reporter: told how many tables have been read.

    """
    from db_workflow.catalog import read_snapshot

    schemas = await schemas_of_users(connection)
    return Contents(
        await read_snapshot(connection, schemas=schemas),
        await read_rows(connection, reporter=reporter),
        await sequences(connection),
        await owners(connection),
        await large_objects(connection),
    )


async def read_rows(
    connection: "asyncpg.Connection[Any]",
    *,
    but: Sequence[str] = (),
    reporter: Reporter = Silent(),
) -> dict[str, Rows]:
    """Return every table's rows, counted and digested.

    Args:
        connection: as for `read_contents`.
        but: schemas to leave out.
        reporter: told how many tables have been read.

    """
    # A policy that hides rows must end the reading, and not make the proof smaller.
    await connection.execute("SET LOCAL row_security = off")
    names = await tables(connection, but=but)
    found: dict[str, Rows] = {}
    for number, name in enumerate(names):
        reporter.progress("tables read", number, len(names))
        row = await connection.fetchrow(_DIGEST.format(table=name))
        assert row is not None  # noqa: S101 - an aggregate always gives a row
        found[name] = (row[0], row[1])
    return found


async def rows_beside_the_books(
    connection: "asyncpg.Connection[Any]", *, reporter: Reporter = Silent()
) -> dict[str, Rows]:
    """Return the rows of every table but the workflow's own, which each step writes."""
    return await read_rows(connection, but=(HOME,), reporter=reporter)
