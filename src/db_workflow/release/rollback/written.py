"""What was written to production since its deploy: it stays in the database that is kept aside."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db_workflow.console import Reporter, Silent
from db_workflow.release.deploy.contents import Rows, rows_beside_the_books
from db_workflow.release.deploy.record import Deployment
from db_workflow.state import HOME

if TYPE_CHECKING:
    import asyncpg


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, a table.

    Attributes:
        since: since when, in words.
        tables: by table: the rows then (None if it was not there), and now (None if it is gone).

    """

    since: str
    tables: Mapping[str, tuple[int | None, int | None]]

    @property
    def lines(self) -> tuple[str, ...]:
        """One line a table."""
        return tuple(f"{name}: {_words(*found)}" for name, found in sorted(self.tables.items()))

    def __str__(self) -> str:
        """Return it as a person reads it."""
        if not self.tables:
            return f"nothing was written since {self.since}"
        return "\n".join([f"written since {self.since}:", *(f"  {one}" for one in self.lines)])


async def written_since(
    connection: "asyncpg.Connection[Any]",
    deployment: Deployment,
    before: Mapping[str, Rows],
    *,
    reporter: Reporter = Silent(),
) -> Written:
    """Compare production with what its last deployment left.

    One that was killed could not say what it left; then everything since the backup is told, what
    the steps themselves have written among it.

    Args:
        connection: to production, in a transaction that sees one moment; only read.
        deployment: the last one.
        before: what the backup holds.
        reporter: where progress goes.

    """
    now = await rows_beside_the_books(connection, reporter=reporter)
    if deployment.rows is not None:
        return Written("the deploy ended", _changes(deployment.rows, now))
    then = {name: rows for name, rows in before.items() if not name.startswith(f"{HOME}.")}
    return Written("the backup, by the deploy's own steps too", _changes(then, now))


def _changes(
    then: Mapping[str, Rows], now: Mapping[str, Rows]
) -> dict[str, tuple[int | None, int | None]]:
    return {
        name: (_count(then.get(name)), _count(now.get(name)))
        for name in then.keys() | now.keys()
        if then.get(name) != now.get(name)
    }


def _count(rows: Rows | None) -> int | None:
    return None if rows is None else rows[0]


def _words(then: int | None, now: int | None) -> str:
    if then is None:
        return f"new, {_rows(now or 0)}"
    if now is None:
        return f"gone, {_rows(then)}"
    if now == then:
        return f"{_rows(now)} as before, with other contents"
    return f"{_rows(abs(now - then))} {'more' if now > then else 'fewer'} ({then:,} → {now:,})"


def _rows(number: int) -> str:
    return f"{number:,} row{'s' * (number != 1)}"
