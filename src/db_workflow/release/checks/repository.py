"""The repository: who commits, what a change touches, what the changelog says."""

import re

from db_workflow.release.boundary import look_at_boundary
from db_workflow.release.checks.registry import Evidence, Subject, check, listed
from db_workflow.release.commits import find_commits


@check("commits", "Only the engine module commits", command="pytest tests/unit -k commit")
async def commits(subject: Subject) -> Evidence:
    """Search the syntax trees: a commit elsewhere breaks the rollback that isolates tests."""
    engine = subject.settings.engine
    if engine is None:
        return Evidence.absent("[tool.db_workflow] names no `engine`")
    found = find_commits(subject.settings.root, engine=engine)
    return Evidence.of(not found, *(listed(found) or ("no other call of commit()",)))


@check(
    "boundary",
    "The database layer's change stays inside its own paths",
    command="invoke boundary --base REV",
)
async def boundary(subject: Subject) -> Evidence:
    """Compare what git says has changed with the layer's paths."""
    base = subject.base or subject.settings.boundary_base
    if not base:
        return Evidence.absent("no base: name one by --base REV, or `boundary_base`")
    found = look_at_boundary(subject.settings, base=base)
    outside = listed([f"outside: {path}" for path in found.outside])
    return Evidence.of(found.ok, found.summary, *outside, outside=found.outside)


@check("changelog", "The changelog has an entry for the version", command="less CHANGELOG.md")
async def changelog(subject: Subject) -> Evidence:
    """Look for a heading `## [X.Y…]`, as Keep a Changelog has it."""
    file = subject.settings.root / "CHANGELOG.md"
    if not file.is_file():
        return Evidence.absent("the repository keeps no CHANGELOG.md")
    heading = re.compile(rf"## \[{re.escape(subject.version)}[.\]]")
    found = [line for line in file.read_text("utf-8").splitlines() if heading.match(line)]
    return Evidence.of(bool(found), found[0] if found else f"no heading ## [{subject.version}…]")
