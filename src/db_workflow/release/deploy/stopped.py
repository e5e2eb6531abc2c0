"""What to say of a deploy that did not come to its end: what is applied, and the two ways on."""

import re

from db_workflow.address import Address
from db_workflow.connection import DRIVER_ERRORS, session
from db_workflow.errors import ServerError, WorkflowError
from db_workflow.release.deploy.outlook import Outlook
from db_workflow.schema.judge.live import unfinished_steps
from db_workflow.schema.ledger.ledger import read_ledger
from db_workflow.schema.run.disclosure import message_of

# What leads over to the next command.
_LINK = re.compile(r"[,;:]?\s*(then|and)?\s*$")


async def stopped(
    error: BaseException | None, production: Address, outlook: Outlook
) -> WorkflowError:
    """Return an error that says where production stands.

    Args:
        error: what stopped the deploy; None if somebody did.
        production: only read; it may not answer any more.
        outlook: what the deploy began with.

    """
    told = error if isinstance(error, WorkflowError) else _unforeseen(error)
    standing = await _standing(production, outlook)
    version = f"--version {outlook.version}"
    on = [*_mend(told.next), f"invoke deploy {version}, which goes on from there"]
    return told.but(
        found=f"{told.found}\n{standing}",
        next="there are two ways on\n"
        f"    forward: {'; then '.join(on)} (what is mended in a file needs a new checklist:"
        f" invoke release-checklist {version})\n"
        "    back: invoke rollback, which gives production back as it was before",
    )


def _mend(remedy: str) -> list[str]:
    """Return what comes before going on; `invoke migrate` is not how production goes on."""
    before, found, _ = remedy.partition("invoke migrate")
    mend = _LINK.sub("", before) if found else remedy
    return [mend] if mend else []


def _unforeseen(error: BaseException | None) -> WorkflowError:
    if error is None:
        return WorkflowError("The deploy was interrupted.", why="somebody ended it")
    return ServerError(
        f"{type(error).__name__}: {message_of(error, rows_shown=False)}",
        why="the server ended the deploy's work",
    )


async def _standing(production: Address, outlook: Outlook) -> str:
    """Say which of the steps production has now."""
    try:
        async with session(production, purpose="look", read_only=True) as connection:
            rows = await read_ledger(connection)
            begun = await unfinished_steps(connection, rows)
    except (WorkflowError, *DRIVER_ERRORS):
        return (
            "Production does not answer now, so nobody can say which steps it has. Each is in its"
            " ledger, undone, or, if it has no transaction, goes on where it stopped:"
            " invoke verify --production tells once it answers."
        )
    ledger = {row.name for row in rows if not row.skipped}
    done = [name for name in outlook.pending if name in ledger]
    open_ = [name for name in outlook.pending if name not in ledger]
    if not done and not begun:
        return f"None of the {len(open_)} steps is applied: production is as it was before."
    lines = [f"Applied: {len(done)} of {len(outlook.pending)} steps."]
    lines += [f"  ✓ {name}" for name in done]
    for name in open_:
        how = "begun; what it has committed stays, and it goes on there" if name in begun else ""
        lines.append(f"  · {name} ({how or 'not applied'})")
    return "\n".join(lines)
