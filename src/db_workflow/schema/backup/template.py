"""Make the template that holds a restored backup, once; every reset clones it."""

from typing import TYPE_CHECKING, Any

from db_workflow.catalog import is_of_this_reader
from db_workflow.connection import session
from db_workflow.console import Reporter
from db_workflow.databases import close_template, create_database, drop_database, mark_facts
from db_workflow.errors import BackupError
from db_workflow.schema.backup.dump import restore
from db_workflow.schema.backup.kept import Seen, facts_of
from db_workflow.schema.backup.manifest import Backup
from db_workflow.schema.keys import BASELINE, SCHEMA
from db_workflow.schema.ledger.ledger import read_ledger
from db_workflow.schema.ledger.recorded import record_schema
from db_workflow.schema.run.interrupted import settle_left_over
from db_workflow.server import Server
from db_workflow.settings import Settings
from db_workflow.state import forget, recall, record

if TYPE_CHECKING:
    import asyncpg

# pg_dump and pg_restore of this major and later write a setting that older servers do not know.
_TRANSACTION_TIMEOUT_SINCE = 17


async def make_template(
    server: Server, backup: Backup, *, seen: Seen, settings: Settings, reporter: Reporter
) -> str:
    """Restore a backup into a template that resets are cloned from; return its name.

    Raises:
        BackupError: the backup could not be restored into this server.

    """
    name = seen.template_of(backup, settings=settings)
    _refuse_newer_programs(server, seen.version)
    # A run may have been ended while it restored.
    await drop_database(server, name, settings=settings)
    reporter.say(f"  restoring {backup.name}")
    facts = {**facts_of(backup), "complete": False}
    await create_database(server, name, project=settings.project, role="template", facts=facts)
    await restore(backup.path, server.address.at(name), server.binaries, jobs=settings.jobs)
    async with session(server.address.at(name), purpose="baseline") as connection:
        await connection.execute("ANALYZE")
        rows = await settle_left_over(connection, await read_ledger(connection))
        last = max((row.sequence for row in rows), default=0)
        # Written here and not in the clone: a clone is then complete from its first moment.
        await record(connection, BASELINE, {**facts_of(backup), "last_sequence": last})
        await forget(connection, "seeded")
        await _record_schema(connection, settings, reporter)
    # Complete means closed as well: killed in between, it is made anew.
    await close_template(server, name)
    await mark_facts(server, name, {**facts, "complete": True})
    return name


async def _record_schema(
    connection: "asyncpg.Connection[Any]", settings: Settings, reporter: Reporter
) -> None:
    """Take production's schema as it is for the state that migration starts from.

    Production may never have been migrated by this tool, or may have been changed by hand: both
    are told, neither can be mended here. What a run had noted for itself that was under way when
    the backup was taken is of another server, and is not kept.
    """
    left = await recall(connection, SCHEMA) or {}
    snapshot = await record_schema(
        connection, versions=left.get("versions", []), schemas=settings.schemas
    )
    expected, stamp = left.get("fingerprint"), left.get("stamp") or ""
    # What another version of this tool recorded, or one for other schemas, can be compared with
    # nothing that is read here.
    comparable = not stamp or is_of_this_reader(stamp, schemas=settings.schemas)
    if "session" in left:
        reporter.say(
            "  a migration of production was under way when this backup was taken, or had been"
            " killed: what it has not done yet is done by the next invoke migrate"
        )
    elif comparable and expected is not None and expected != snapshot.fingerprint:
        reporter.say(
            "  WARNING: production's schema is not the one its last migration left:"
            " someone has changed it by hand"
        )


def _refuse_newer_programs(server: Server, version: str) -> None:
    ours = int(server.binaries.version().partition(".")[0])
    theirs = int(version.partition(".")[0])
    if ours >= _TRANSACTION_TIMEOUT_SINCE > theirs:
        raise BackupError(
            f"pg_restore {ours} cannot restore into PostgreSQL {theirs}.",
            why="it sets transaction_timeout, which that server does not know",
            next=f"set `binaries` in [tool.db_workflow] to the programs of PostgreSQL {theirs}",
        )
