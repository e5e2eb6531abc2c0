"""The checks, small and named. A repository adds its own with `@check(title, command=…)`."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from db_workflow.connection import session
from db_workflow.phases import Status
from db_workflow.release.commits import find_commits
from db_workflow.schema.backup.backups import newest_good_backup
from db_workflow.schema.backup.source import known_source
from db_workflow.schema.plan import Plan
from db_workflow.server import Server
from db_workflow.settings import Settings
from db_workflow.state import recall


@dataclass(frozen=True, slots=True)
class Subject:
    """What a check looks at."""

    settings: Settings
    server: Server
    version: str
    plan: Plan
    status: Status


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a check found."""

    state: Literal["pass", "fail", "not applicable"]
    sentences: tuple[str, ...]

    @classmethod
    def of(cls, ok: bool, *sentences: str) -> "Evidence":
        """Return a pass or a fail."""
        return cls("pass" if ok else "fail", sentences)

    @classmethod
    def failed(cls, *sentences: str) -> "Evidence":
        """Return a fail."""
        return cls("fail", sentences)

    @classmethod
    def absent(cls, *sentences: str) -> "Evidence":
        """Return that the check does not apply here."""
        return cls("not applicable", sentences)


@dataclass(frozen=True, slots=True)
class Check:
    """A registered check."""

    title: str
    command: str
    function: Callable[[Subject], Awaitable[Evidence]]


CHECKS: list[Check] = []


def check(
    title: str, *, command: str
) -> Callable[[Callable[[Subject], Awaitable[Evidence]]], Callable[[Subject], Awaitable[Evidence]]]:
    """Register a check under the sentence that must be true and the command that shows it."""

    def register(
        function: Callable[[Subject], Awaitable[Evidence]],
    ) -> Callable[[Subject], Awaitable[Evidence]]:
        CHECKS.append(Check(title, command, function))
        return function

    return register


@check("Every SQL file is in exactly one list", command="invoke migrate --plan")
async def lists(subject: Subject) -> Evidence:
    """Count the list; loading it has refused missing, doubled and unlisted files."""
    entries = [entry for entry in subject.plan.entries if entry.version == subject.version]
    kinds = {kind: sum(entry.kind == kind for entry in entries) for kind in ("sql", "python")}
    return Evidence.of(
        bool(entries), f"{kinds['sql']} SQL files and {kinds['python']} Python steps, each once"
    )


@check("The version is the newest", command="ls scripts")
async def newest(subject: Subject) -> Evidence:
    """Compare with the last list: the test database holds what all of them give."""
    last = subject.plan.versions[-1]
    return Evidence.of(subject.version == last, f"the newest list is {last}")


def _phase(number: int) -> Callable[[Subject], Awaitable[Evidence]]:
    async def judged(subject: Subject) -> Evidence:
        phase = subject.status.phases[number - 1]
        return Evidence.of(phase.holds, *(fact.text for fact in phase.facts))

    return judged


check("Phase 1 holds: the schema is the lists' schema", command="invoke status")(_phase(1))
check("Phase 2 holds: models and enums tell the truth", command="invoke phase2")(_phase(2))
check("Phase 3 holds: test data is complete and current", command="invoke status")(_phase(3))


@check("A second run of the lists does nothing", command="invoke migrate --plan")
async def no_op(subject: Subject) -> Evidence:
    """Look for pending steps: what is applied twice here would be in production too."""
    if not subject.status.phases[0].holds:
        return Evidence.failed("phase 1 does not hold")
    from db_workflow.schema.judge.preview import preview

    address = subject.server.address.at(subject.settings.test_database)
    pending = (await preview(address, subject.plan, settings=subject.settings)).steps
    return Evidence.of(not pending, f"{len(pending)} steps pending")


@check("Every constraint is validated and every index valid", command="invoke status --json")
async def integrity(subject: Subject) -> Evidence:
    """Look for NOT VALID constraints and INVALID indexes: promises that nobody has checked."""
    if not subject.status.database["exists"]:
        return Evidence.failed("there is no test database")
    address = subject.server.address.at(subject.settings.test_database)
    async with session(address, purpose="checklist", read_only=True) as connection:
        constraints = await connection.fetch(
            "SELECT conname FROM pg_constraint c JOIN pg_namespace n ON n.oid = connamespace"
            " WHERE NOT convalidated AND nspname = ANY($1::text[]) ORDER BY 1",
            list(subject.settings.schemas),
        )
        indexes = await connection.fetch(
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = indexrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE NOT indisvalid AND nspname = ANY($1::text[]) ORDER BY 1",
            list(subject.settings.schemas),
        )
    wrong = [row[0] for row in (*constraints, *indexes)]
    return Evidence.of(not wrong, ", ".join(wrong) or "none is unvalidated or invalid")


@check("Tests on the database passed at this schema and data", command="nox -s db_tests")
async def tests(subject: Subject) -> Evidence:
    """Compare what the run recorded with what is there now; a change makes it stale."""
    if not subject.status.database["exists"]:
        return Evidence.failed("there is no test database")
    address = subject.server.address.at(subject.settings.test_database)
    async with session(address, purpose="checklist", read_only=True) as connection:
        ran = await recall(connection, "db_tests")
        schema = await recall(connection, "schema")
        seeded = await recall(connection, "seeded")
    if ran is None:
        return Evidence.failed("no passing run is recorded on this database")
    same = ran["schema"] == schema and ran["seeded"] == seeded
    counted = f"{ran['passed']} tests passed, {ran['skipped']} skipped"
    return Evidence.of(same, counted + ("" if same else ", but on another schema or data"))


@check("Only the engine module commits", command="pytest tests/unit -k commit")
async def commits(subject: Subject) -> Evidence:
    """Search the syntax trees: a commit elsewhere breaks the rollback that isolates tests."""
    engine = subject.settings.engine
    if engine is None:
        return Evidence.absent("[tool.db_workflow] names no `engine`")
    found = find_commits(subject.settings.root, engine=engine)
    return Evidence.of(not found, *(found or ("no other call of commit()",)))


@check("A good backup of production exists", command="invoke reset --download-recent")
async def backup(subject: Subject) -> Evidence:
    """Verify the newest backup's checksum, now."""
    settings = subject.settings
    production = settings.production_address
    source = await known_source(settings, production, stand_in=production is None)
    newest = newest_good_backup(settings.backups, source)
    if newest is None:
        name = source.database or "production"
        return Evidence.failed(f"no good backup of {name} in .db_workflow/backups")
    return Evidence.of(True, f"{newest.path.name}, checksum verified")


@check("The changelog has an entry for the version", command="less CHANGELOG.md")
async def changelog(subject: Subject) -> Evidence:
    """Look for a heading `## [X.Y…]`, as Keep a Changelog has it."""
    file = subject.settings.root / "CHANGELOG.md"
    if not file.is_file():
        return Evidence.absent("the repository keeps no CHANGELOG.md")
    heading = re.compile(rf"## \[{re.escape(subject.version)}[.\]]")
    found = [line for line in file.read_text("utf-8").splitlines() if heading.match(line)]
    return Evidence.of(bool(found), found[0] if found else f"no heading ## [{subject.version}…]")
