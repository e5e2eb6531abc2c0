"""What only looks at phase 1, and the one step for a database that had no ledger."""

import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from db_workflow.address import Address
from db_workflow.connection import session
from db_workflow.console import Reporter, Silent
from db_workflow.databases import exists
from db_workflow.errors import DatabaseRefusedError, SettingsError
from db_workflow.server import Server, open_server
from db_workflow.settings import Settings
from db_workflow.turn import turn

if TYPE_CHECKING:  # each step pays only for what it uses
    import asyncpg

    from db_workflow.schema.judge.adoption import AdoptResult
    from db_workflow.schema.judge.verdict import VerifyResult
    from db_workflow.schema.judge.versions import SchemaDiff
    from db_workflow.schema.lint import LintResult


async def verify(
    settings: Settings, *, production: bool = False, reporter: Reporter = Silent()
) -> "VerifyResult":
    """Judge a database by its ledger and a fresh run of the lists. Nothing is written to it.

    Args:
        settings: the repository.
        production: judge production, and not the test database.
        reporter: where progress goes.

    Raises:
        SettingsError: no production is named.

    """
    from db_workflow.schema.judge.verify import verify as judge
    from db_workflow.schema.plan import load_plan

    server = open_server(settings)
    return await judge(
        _target(server, settings, production=production),
        load_plan(settings),
        server=server,
        settings=settings,
        reporter=reporter,
    )


async def schema_diff(
    settings: Settings,
    version: str,
    other: str | None = None,
    *,
    reporter: Reporter = Silent(),
) -> "SchemaDiff":
    """Compare the schemas that the lists give at two versions, in a scratch database.

    Args:
        settings: the repository.
        version: the old version; alone, the new one, beside the version before it.
        other: the new version.
        reporter: where progress goes.

    Raises:
        MigrationError: there is no such version, or the lists do not run from nothing.

    """
    from db_workflow.schema.judge.versions import schema_diff as compare
    from db_workflow.schema.plan import load_plan

    return await compare(
        load_plan(settings),
        version,
        other,
        server=open_server(settings),
        settings=settings,
        reporter=reporter,
    )


async def lint(
    settings: Settings, *, version: str | None = None, everything: bool = False
) -> "LintResult":
    """Judge the SQL that production does not have yet, with what was measured when it ran.

    Args:
        settings: the repository.
        version: this version's steps instead.
        everything: every version's steps instead.

    """
    from db_workflow.schema.lint import lint as judge
    from db_workflow.schema.plan import load_plan

    lists = load_plan(settings)
    async with _test_database(settings) as connection:
        return await judge(
            connection, lists, settings=settings, version=version, everything=everything
        )


async def adopt(
    settings: Settings,
    *,
    version: str,
    accept_differences: bool = False,
    production: bool = False,
    confirmed: str = "",
    reporter: Reporter = Silent(),
) -> "AdoptResult":
    """Write the ledger for a database that has a version's schema, but had no ledger.

    Args:
        settings: the repository.
        version: the last version that it has.
        accept_differences: adopt although its schema is not that of the lists.
        production: adopt production, and not the test database. Nothing but the workflow's own
            schema is written.
        confirmed: production's database name, as a person typed it.
        reporter: where progress goes.

    Raises:
        PhaseError: the test database did not come out of `reset`.
        DatabaseRefusedError: production, and its name was not typed.
        MigrationError: its schema differs, or it has a ledger.

    """
    from db_workflow.schema.judge.adopt import adopt as write
    from db_workflow.schema.plan import load_plan

    async with turn(
        settings, step="baseline", baseline=not production, reporter=reporter
    ) as server:
        target = _target(server, settings, production=production)
        if production and confirmed != target.database:
            raise DatabaseRefusedError(
                f"{target} was not confirmed.",
                why="a ledger would be written into production",
                next=f"type the database's name, or add --yes-really {target.database}",
            )
        return await write(
            target,
            load_plan(settings),
            version=version,
            server=server,
            settings=settings,
            accept_differences=accept_differences,
            reporter=reporter,
        )


@contextlib.asynccontextmanager
async def _test_database(
    settings: Settings,
) -> AsyncIterator["asyncpg.Connection[Any] | None"]:
    """Open the test database, if there is one."""
    server = open_server(settings)
    if not await exists(server, settings.test_database):
        yield None
        return
    address = server.address.at(settings.test_database)
    async with session(address, purpose="look", read_only=True) as connection:
        yield connection


def _target(server: Server, settings: Settings, *, production: bool) -> Address:
    if not production:
        return server.address.at(settings.test_database)
    if settings.production_address is None:
        raise SettingsError(
            "No production is named.",
            why="PRODUCTION_DATABASE_URL is not set",
            next="set it, or leave --production out",
        )
    return settings.production_address
