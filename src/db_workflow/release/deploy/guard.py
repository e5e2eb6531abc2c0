"""Whether a deploy's turn has come: judged by facts, before anything is written."""

from db_workflow.errors import DatabaseRefusedError, PhaseError
from db_workflow.release.deploy.outlook import Outlook
from db_workflow.release.evidence import Standing
from db_workflow.release.result import Checklist

_RELEASE = 4
# What a deploy that was cut off has itself changed since the checklist.
_OWN_WORK = ("production",)


def require_work(outlook: Outlook) -> None:
    """Refuse a deploy that has nothing to do, or that its account may not do.

    Raises:
        PhaseError: production is at this version, and no deployment waits for its end.
        DatabaseRefusedError: the account may not do what a deploy does.

    """
    if outlook.pending or outlook.resumed:
        _require_rights(outlook)
        return
    by = f" ({outlook.last})" if outlook.last is not None else ""
    raise PhaseError(
        _RELEASE,
        f"There is nothing to deploy: production is at version {outlook.version}{by}.",
        why="every step of the lists is in its ledger, with the checksum that the file has now",
        next="invoke verify --production shows that it is whole; invoke rollback takes it back",
    )


def _require_rights(outlook: Outlook) -> None:
    if not outlook.lacking:
        return
    lines = "\n".join(f"  - {one}" for one in outlook.lacking)
    raise DatabaseRefusedError(
        f"The account of PRODUCTION_DATABASE_URL lacks:\n{lines}",
        why="a deploy that is refused half-way leaves production between two versions",
        next="let the URL name the account that owns the tables, or grant what is missing",
        data={"lacking": list(outlook.lacking)},
    )


def require_confirmed(database: str, confirmed: str, *, why: str) -> None:
    """Refuse to go on unless a person has typed production's name.

    Raises:
        DatabaseRefusedError: nothing was typed, or something else.

    """
    if confirmed == database:
        return
    found = f"{confirmed!r} is not its name." if confirmed else "nobody typed its name."
    raise DatabaseRefusedError(
        f"Production ({database}) was not confirmed: {found}",
        why=why,
        next=f"type the database's name when asked, or add --yes-really {database}",
    )


def require_green(outlook: Outlook, standing: Standing) -> Checklist:
    """Return the checklist that a deploy rests on, if it is green for what is there now.

    Args:
        outlook: what the deploy would meet.
        standing: what is kept of the checklist, and whether it still holds.

    Raises:
        PhaseError: there is none, it is red, or it is of other facts.

    """
    command = f"invoke release-checklist --version {outlook.version}"
    checklist = standing.checklist
    if checklist is None:
        raise PhaseError(
            _RELEASE,
            f"deploy is refused: there is no checklist of version {outlook.version}.",
            why="production is changed only on evidence that somebody can read",
            next=command,
        )
    if not checklist.releasable:
        red = [item.title for item in checklist.items if item.state == "fail"]
        raise PhaseError(
            _RELEASE,
            f"deploy is refused: {checklist.summary}:\n" + "\n".join(f"  ✗ {one}" for one in red),
            why="each of them is a way in which a release has gone wrong",
            next=f"mend them; {command} shows how each of them stands",
            data={"failed": red},
        )
    if standing.fresh or _changed_by_itself(outlook, checklist, standing.stale):
        return checklist
    raise PhaseError(
        _RELEASE,
        f"deploy is refused: the checklist is stale. {standing.why}",
        why="it was green for something else than what would be deployed now",
        next=command,
        data={"stale": list(standing.stale)},
    )


def _changed_by_itself(outlook: Outlook, checklist: Checklist, stale: tuple[str, ...]) -> bool:
    """Tell whether only a deployment that was cut off has changed what the checklist rested on.

    That nobody else has changed production's schema since, its recorded fingerprint has proven
    when the outlook was taken.
    """
    resumed = outlook.resumed
    return resumed is not None and stale == _OWN_WORK and resumed.digest == checklist.digest
