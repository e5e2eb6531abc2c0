"""The ledger: which steps a database has had, and what each of them did there.

It lives in the database that it is about, so it travels with every dump.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from db_workflow import __version__
from db_workflow.errors import MigrationError
from db_workflow.schema.plan import Entry
from db_workflow.state import HOME, ensure_home

if TYPE_CHECKING:  # judging lists against rows needs no driver
    import asyncpg

Outcome = Literal["ran", "skipped", "adopted"]

TABLE = f"{HOME}.migration"
_CREATE = f"""
CREATE TABLE IF NOT EXISTS {TABLE} (
    sequence bigint GENERATED ALWAYS AS IDENTITY,
    version text NOT NULL,
    name text NOT NULL,
    position integer NOT NULL,
    kind text NOT NULL,
    checksum text NOT NULL,
    outcome text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    applied_by text NOT NULL DEFAULT session_user,
    duration_ms double precision NOT NULL DEFAULT 0,
    rows_touched bigint,
    locks jsonb,
    server_version text NOT NULL DEFAULT current_setting('server_version'),
    tool_version text NOT NULL,
    CONSTRAINT pk_migration PRIMARY KEY (version, name),
    CONSTRAINT uq_migration_sequence UNIQUE (sequence),
    CONSTRAINT ck_migration_outcome CHECK (outcome IN ('ran', 'skipped', 'adopted'))
)"""
# A database of an older version of this tool: its rows stay.
_UPGRADE = f"""
ALTER TABLE {TABLE}
    ADD COLUMN IF NOT EXISTS outcome text NOT NULL DEFAULT 'ran',
    ADD COLUMN IF NOT EXISTS rows_touched bigint,
    ADD COLUMN IF NOT EXISTS locks jsonb,
    ALTER COLUMN duration_ms TYPE double precision;
ALTER TABLE {TABLE} ALTER COLUMN outcome DROP DEFAULT;
DO $upgrade$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = '{TABLE}'::regclass
            AND attname = 'skipped' AND NOT attisdropped) THEN
        UPDATE {TABLE} SET outcome = 'skipped' WHERE skipped;
        ALTER TABLE {TABLE} DROP COLUMN skipped;
    END IF;
END
$upgrade$"""  # noqa: S608 - a constant
# Everything of a row but its key and its place in the order, which is always given anew.
COLUMNS_SINCE = (
    "position",
    "kind",
    "checksum",
    "outcome",
    "applied_at",
    "applied_by",
    "duration_ms",
    "rows_touched",
    "locks",
    "server_version",
    "tool_version",
)
# A step that was skipped and now runs takes its place in the order in which steps really ran; one
# that ran is never written over: no row comes back.
_WRITE = f"""
INSERT INTO {TABLE} AS old (version, name, position, kind, checksum, outcome, duration_ms,
    rows_touched, locks, tool_version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::jsonb, $10)
ON CONFLICT (version, name) DO UPDATE SET
    sequence = DEFAULT, {", ".join(f"{name} = excluded.{name}" for name in COLUMNS_SINCE)}
WHERE old.outcome = 'skipped'
RETURNING sequence"""  # noqa: S608 - a constant
# As JSON: a ledger written by another version of this tool has other columns.
_READ = f"""
SELECT row::text FROM (SELECT to_jsonb(m) AS row FROM {TABLE} m) AS ledger
ORDER BY (row ->> 'sequence')::bigint"""  # noqa: S608 - a constant
# What every version of this tool has written.
_NEEDED = ("sequence", "version", "name", "position", "kind", "checksum", "applied_at")


@dataclass(frozen=True, slots=True)
class Row:
    """One step that a database has had.

    Attributes:
        sequence: rises in the order in which steps ran.
        version: such as "0.4".
        name: such as "v0.4/devices/01_user_devices.sql".
        checksum: of the file as it ran.
        position: in its version's list as it then was, from 1.
        kind: "sql" or "python".
        outcome: "ran"; "skipped" by `--sql-only`; "adopted": it was there before the ledger was.
        applied_at: when.
        duration_ms: how long it took on the server.
        rows_touched: inserted, updated and deleted together; None where nobody counted.
        locks: on relations that were there before, strongest first: `relation` (qualified name),
            `mode`, `held_ms`, `rows` (estimated; None if unknown), `bytes`.

    """

    sequence: int
    version: str
    name: str
    checksum: str
    position: int = 0
    kind: str = "sql"
    outcome: Outcome = "ran"
    applied_at: datetime | None = None
    duration_ms: float = 0
    rows_touched: int | None = None
    locks: tuple[Mapping[str, Any], ...] = ()

    @property
    def skipped(self) -> bool:
        """Whether `--sql-only` passed it over."""
        return self.outcome == "skipped"


async def ensure_ledger(connection: "asyncpg.Connection[Any]") -> None:
    """Create the ledger if it is missing, or bring one of an older version up to this one."""
    await ensure_home(connection)
    if await connection.fetchval("SELECT to_regclass($1)", TABLE):
        await connection.execute(_UPGRADE)
    else:
        await connection.execute(_CREATE)


async def read_ledger(connection: "asyncpg.Connection[Any]") -> tuple[Row, ...]:
    """Return every row in the order in which the steps ran; none where there is no ledger.

    Raises:
        MigrationError: the ledger lacks a column.

    """
    if not await connection.fetchval("SELECT to_regclass($1)", TABLE):
        return ()
    return tuple(_row(json.loads(text)) for (text,) in await connection.fetch(_READ))


def _row(found: Mapping[str, Any]) -> Row:
    for column in _NEEDED:
        if column not in found:
            raise MigrationError(
                f"The ledger {TABLE} has no column {column!r}.",
                why="somebody altered it by hand; without it nobody can say which steps the"
                " database has had",
                next="invoke phase1 makes a test database anew; elsewhere, put the column back"
                " as it was",
            )
    known = {name: found[name] for name in Row.__slots__ if name in found}
    known["applied_at"] = datetime.fromisoformat(found["applied_at"])
    known["locks"] = tuple(found.get("locks") or ())
    if found.get("skipped"):
        known["outcome"] = "skipped"
    return Row(**known)


async def write_row(
    connection: "asyncpg.Connection[Any]",
    entry: Entry,
    *,
    outcome: Outcome = "ran",
    duration_ms: float = 0,
    rows_touched: int | None = None,
    locks: tuple[Mapping[str, Any], ...] = (),
) -> None:
    """Write down what became of a step; inside the step's own transaction where it has one.

    Raises:
        MigrationError: the step is in the ledger already.

    """
    written = await connection.fetchval(
        _WRITE,
        entry.version,
        entry.name,
        entry.position,
        entry.kind,
        entry.checksum,
        outcome,
        duration_ms,
        rows_touched,
        json.dumps(locks),
        __version__,
    )
    if written is None:
        raise MigrationError(
            f"{entry.name} is in the ledger already.",
            why="another run applied it while this one was under way",
            next="invoke status",
        )
