"""The lists: every file once, the newest version, nothing that lint would have mended."""

from db_workflow.connection import session
from db_workflow.release.checks.registry import Evidence, Subject, check, listed
from db_workflow.schema.lint import lint as lint_steps


@check("lists", "Every SQL file is in exactly one list", command="invoke migrate --plan")
async def lists(subject: Subject) -> Evidence:
    """Count the list; loading it has refused missing, doubled and unlisted files."""
    entries = [entry for entry in subject.plan.entries if entry.version == subject.version]
    kinds = {kind: sum(entry.kind == kind for entry in entries) for kind in ("sql", "python")}
    return Evidence.of(
        bool(entries),
        f"{kinds['sql']} SQL files and {kinds['python']} Python steps, each once",
        **kinds,
    )


@check("newest", "The version is the newest", command="ls scripts")
async def newest(subject: Subject) -> Evidence:
    """Compare with the last list: the test database holds what all of them give."""
    last = subject.plan.versions[-1]
    return Evidence.of(subject.version == last, f"the newest list is {last}")


@check("lint", "Lint has nothing to mend in the version's SQL", command="invoke lint")
async def lint(subject: Subject) -> Evidence:
    """Lint the version, with what was measured when its steps ran in the test database."""
    async with session(subject.test_database, purpose="checklist", read_only=True) as connection:
        found = await lint_steps(
            connection, subject.plan, settings=subject.settings, version=subject.version
        )
    wrong = [f"{one.place}: {one.rule}: {one.message}" for one in found.findings if one.fails]
    clean = f"{found.files} SQL files, nothing to mend"
    return Evidence.of(found.ok, *(listed(wrong) or (clean,)), findings=len(wrong))
