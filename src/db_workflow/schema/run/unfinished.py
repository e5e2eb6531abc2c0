"""Steps that have begun outside a transaction and not ended: each must be there to go on.

The database remembers by the step's name how far it has come. A step that has another name now, or
runs as a whole, would begin anew on top of what stays; one that is in no list would be forgotten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from db_workflow.errors import MigrationError
from db_workflow.schema.declaration import Kind
from db_workflow.schema.keys import BASELINE, BATCHES, STEP
from db_workflow.schema.ledger.ledger import Row
from db_workflow.schema.plan import Entry, Plan
from db_workflow.schema.script.misfits import HEADER
from db_workflow.schema.script.script import Script, line_of
from db_workflow.state import HOME, recall

if TYPE_CHECKING:
    import asyncpg

_KEYS = f"""
SELECT key FROM {HOME}.state WHERE starts_with(key, $1) OR starts_with(key, $2) ORDER BY key
"""  # noqa: S608 - a constant


@dataclass(frozen=True, slots=True)
class Begun:
    """What the database remembers of a step that has begun and not ended.

    Attributes:
        step: its name when it began.
        kind: "sql" for a no-transaction file, "python" for a step with loops over batches.
        keys: of the records.
        done: the digests of the file's statements that are done: its first ones.
        under_way: whether the next one may have had its effect.
        rows: how many rows the loops have written.

    """

    step: str
    kind: Kind
    keys: tuple[str, ...]
    done: tuple[str, ...] = ()
    under_way: bool = False
    rows: int = 0

    @property
    def stays(self) -> str:
        """What of it stays, in words; empty if nothing does, so that it may begin anew."""
        number = len(self.done)
        parts = []
        if number:
            what = "statement 1 of it stays" if number == 1 else f"statements 1-{number} of it stay"
            parts.append(f"{what} applied")
        if self.under_way:
            parts.append(f"its statement {number + 1} was under way, and may have had its effect")
        if self.rows:
            parts.append(
                "1 row that it wrote stays"
                if self.rows == 1
                else f"{self.rows:,} rows that it wrote stay"
            )
        return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class _Stray:
    """A step that cannot go on.

    Attributes:
        begun: what is there of it.
        reason: why.
        mend: what makes it go on.

    """

    begun: Begun
    reason: str
    mend: str

    def __str__(self) -> str:
        return f"{self.begun.step}: {self.begun.stays}, and {self.reason}"


async def begun_steps(connection: "asyncpg.Connection[Any]") -> tuple[Begun, ...]:
    """Return every step of which a database holds a record of progress. Changes nothing.

    Raises:
        DatabaseRefusedError: a record is not what the workflow wrote.

    """
    if await connection.fetchval("SELECT to_regclass($1)", f"{HOME}.state") is None:
        return ()
    found: dict[tuple[Kind, str], Begun] = {}
    for row in await connection.fetch(_KEYS, STEP, BATCHES):
        begun = _begun(row["key"], await recall(connection, row["key"]) or {})
        other = found.get((begun.kind, begun.step))
        if other is not None:  # a step may have several loops
            begun = replace(other, keys=(*other.keys, *begun.keys), rows=other.rows + begun.rows)
        found[begun.kind, begun.step] = begun
    return tuple(found.values())


async def require_taken_up(
    connection: "asyncpg.Connection[Any]",
    plan: Plan,
    pending: Sequence[Entry],
    scripts: Mapping[str, Script],
    *,
    rows: Sequence[Row],
) -> Mapping[str, Begun]:
    """Return what has begun and will go on, by step name.

    Args:
        connection: to the database; only read.
        plan: every version's list, whole.
        pending: the steps that would run now.
        scripts: the text of those that are SQL files, by step name.
        rows: the database's ledger.

    Raises:
        MigrationError: a step has begun and cannot go on, or what ran of its file was edited.

    """
    begun = [found for found in await begun_steps(connection) if found.stays]
    strays = [
        stray for found in begun if (stray := _stray(found, plan, pending, scripts, rows=rows))
    ]
    if strays:
        raise _refusal(strays, baseline=await recall(connection, BASELINE))
    for found in begun:
        if found.step in scripts:
            refuse_edited(found.step, scripts[found.step], found.done)
    return {found.step: found for found in begun}


def refuse_edited(step: str, script: Script, done: Sequence[str]) -> None:
    """Refuse a file that is no longer the one whose statements have run.

    Args:
        step: its name.
        script: its text now.
        done: the digests of the statements that ran.

    Raises:
        MigrationError: names the first statement that differs.

    """
    from db_workflow.schema.run.piecewise.piece import pieces_of

    pieces = pieces_of(script)
    for index, digest in enumerate(done):
        piece = pieces[index] if index < len(pieces) else None
        if piece is not None and piece.digest == digest:
            continue
        line = line_of(script.text, piece.start) if piece else None
        where = f" ({script.shown}:{line})" if line else ""
        raise MigrationError(
            f"{step}: statement {index + 1}{where} is not the one that ran.",
            why=f"a run that broke off has applied the file's first {len(done)} statements, and"
            " they stay; only what comes after them may still be edited",
            next="undo that edit, and write the change as a statement after those that ran;"
            " then invoke migrate",
            data={"step": step, "statement": index + 1, "line": line, "done": len(done)},
        )


def _begun(key: str, value: Mapping[str, Any]) -> Begun:
    if key.startswith(STEP):
        done = tuple(value.get("done") or ())
        under_way = value.get("under_way") is not None
        return Begun(key.removeprefix(STEP), "sql", (key,), done, under_way)
    # A loop's key holds more than the step's name, which its value has by itself.
    step = value.get("step") or key.removeprefix(BATCHES)
    return Begun(step, "python", (key,), rows=value.get("done") or 0)


def _stray(
    begun: Begun,
    plan: Plan,
    pending: Sequence[Entry],
    scripts: Mapping[str, Script],
    *,
    rows: Sequence[Row],
) -> _Stray | None:
    """Return why a step cannot go on, or None if it can."""
    if any(row.name == begun.step and not row.skipped for row in rows):
        keys = " and ".join(map(repr, begun.keys))
        return _Stray(
            begun,
            "it is in the ledger already, so it may have been done twice",
            f"compare by hand what {begun.step} was to do with what is there,"
            f" and delete the row {keys} of {HOME}.state",
        )
    entry = next((entry for entry in plan.entries if entry.name == begun.step), None)
    if entry is None:
        return _unlisted(begun, scripts)
    # Behind --to, or skipped on purpose, it does not run now.
    return _changed(begun, entry, scripts.get(entry.name)) if entry in pending else None


def _changed(begun: Begun, entry: Entry, script: Script | None) -> _Stray | None:
    """Return why a step that is still listed would not go on, or None if it would."""
    if entry.kind != begun.kind:
        was = "SQL file" if begun.kind == "sql" else "Python step"
        return _Stray(begun, f"it is no {was} any more", f"list {begun.step} as the {was} it was")
    if script is None and entry.step.transaction:
        return _Stray(
            begun,
            "it would begin anew, in one transaction",
            f"declare {begun.step} with transaction=False again",
        )
    if script is not None and script.transaction:
        return _Stray(
            begun,
            f"its `{HEADER}` is gone: it would begin anew",
            f"put `{HEADER}` back above the first statement of {begun.step}",
        )
    return None


def _unlisted(begun: Begun, scripts: Mapping[str, Script]) -> _Stray:
    now = _new_name(begun, scripts)
    if now is None:
        mend = f"put {begun.step} back into its list"
        return _Stray(begun, "it is in no list any more", mend)
    reason = f"it is called {now} now: it would begin anew"
    return _Stray(begun, reason, f"rename {now} back to {begun.step}")


def _new_name(begun: Begun, scripts: Mapping[str, Script]) -> str | None:
    """Return the file that begins with the statements that ran, if there is one."""
    from db_workflow.schema.run.piecewise.piece import pieces_of

    for name, script in scripts.items() if begun.done else ():
        digests = tuple(piece.digest for piece in pieces_of(script)[: len(begun.done)])
        if digests == begun.done:
            return name
    return None


def _refusal(strays: Sequence[_Stray], *, baseline: Mapping[str, Any] | None) -> MigrationError:
    mends = "; ".join(stray.mend for stray in strays)
    reset = "" if baseline is None else "; or invoke phase1, which resets it"
    return MigrationError(
        "What has begun outside a transaction cannot go on:\n"
        + "\n".join(f"  - {stray}" for stray in strays),
        why="what a run has committed of a step stays: begun anew it would be done twice,"
        " and forgotten it would be in no ledger",
        next=f"{mends}; then invoke migrate{reset}",
        data={
            "steps": [stray.begun.step for stray in strays],
            "problems": [str(stray) for stray in strays],
        },
    )
