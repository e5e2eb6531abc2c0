"""The record of deployments, in production itself: who, when, on which evidence, how it ended.

It stands beside the ledger, in the workflow's own schema. A row is written once the backup is
proven and before the first step: whatever happens then, it says which backup leads back.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from db_workflow import __version__
from db_workflow.release.deploy.contents import Rows, rows_of, rows_text
from db_workflow.state import HOME, ensure_home

if TYPE_CHECKING:
    import asyncpg

    from db_workflow.schema.backup.manifest import Backup

Outcome = Literal["begun", "failed", "done"]
TABLE = f"{HOME}.deployment"
_CREATE = f"""
CREATE TABLE IF NOT EXISTS {TABLE} (
    id bigint GENERATED ALWAYS AS IDENTITY,
    version text NOT NULL,
    digest text NOT NULL,
    backup text NOT NULL,
    backup_sha256 text NOT NULL,
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    begun_by text NOT NULL DEFAULT session_user,
    begun_from text NOT NULL DEFAULT current_setting('application_name'),
    ended_at timestamptz,
    outcome text NOT NULL DEFAULT 'begun',
    rows jsonb,
    tool_version text NOT NULL,
    CONSTRAINT pk_deployment PRIMARY KEY (id),
    CONSTRAINT ck_deployment_outcome CHECK (outcome IN ('begun', 'failed', 'done'))
)"""
_INSERT = (
    f"INSERT INTO {TABLE} (version, digest, backup, backup_sha256, tool_version)"  # noqa: S608 - a constant
    " VALUES ($1, $2, $3, $4, $5) RETURNING id"
)
_END = (
    f"UPDATE {TABLE} SET outcome = $2, ended_at = clock_timestamp(), rows = $3::text::jsonb"  # noqa: S608 - a constant
    " WHERE id = $1"
)
_LAST = f"SELECT to_jsonb(d)::text FROM {TABLE} d ORDER BY id DESC LIMIT 1"  # noqa: S608 - a constant


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deployment.

    Attributes:
        id: rises from one to the next.
        version: what production was brought to, or was to be.
        digest: of what the release rested on; see `release.evidence`.
        backup: the name of the backup from before it.
        backup_sha256: of that backup's bytes.
        begun_at: when, UTC.
        begun_by: the account.
        begun_from: the program, person and machine.
        outcome: "begun" and no more if it was killed.
        rows: what the tables held at its end; None if nobody could say.

    """

    id: int
    version: str
    digest: str
    backup: str
    backup_sha256: str
    begun_at: datetime
    begun_by: str
    begun_from: str
    outcome: Outcome
    rows: Mapping[str, Rows] | None = None

    @property
    def unfinished(self) -> bool:
        """Whether it failed or was killed."""
        return self.outcome != "done"

    def __str__(self) -> str:
        """Return one line about it."""
        ends = {"begun": "did not end", "failed": "failed", "done": "is done"}
        return (
            f"the deploy of {self.version} by {self.begun_by} at {self.begun_at:%Y-%m-%d %H:%M}"
            f" UTC {ends[self.outcome]}"
        )


async def last_deployment(connection: "asyncpg.Connection[Any]") -> Deployment | None:
    """Return the last deployment that a database has had, if it has had one."""
    if not await connection.fetchval("SELECT to_regclass($1)", TABLE):
        return None
    text = await connection.fetchval(_LAST)
    if text is None:
        return None
    read = json.loads(text)
    rows = read["rows"]
    known = {name: read[name] for name in Deployment.__slots__ if name in read}
    return Deployment(
        **{
            **known,
            "begun_at": datetime.fromisoformat(read["begun_at"]),
            "rows": None if rows is None else rows_of(rows),
        }
    )


async def begin(
    connection: "asyncpg.Connection[Any]", *, version: str, digest: str, backup: "Backup"
) -> int:
    """Write down that a deployment begins; return its number."""
    async with connection.transaction():
        await ensure_home(connection)
        await connection.execute(_CREATE)
        found = await connection.fetchval(
            _INSERT, version, digest, backup.name, backup.sha256, __version__
        )
    return int(found)


async def end(
    connection: "asyncpg.Connection[Any]",
    number: int,
    outcome: Outcome,
    rows: Mapping[str, Rows] | None,
) -> None:
    """Write down how a deployment ended, and what the tables held then."""
    text = None if rows is None else rows_text(rows)
    await connection.execute(_END, number, outcome, text)
