"""What a runner script writes: the ordered list of one version's steps."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["sql", "python"]


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a version's list; made by `sql_file` and `python_step`.

    Attributes:
        kind: "sql" or "python".
        path: as written in the list.
        transaction: whether the runner opens a transaction around it.
        statement_timeout_ms: instead of the settings' limit for each of its statements.
        lock_timeout_ms: instead of the settings' limit for each wait for a lock.
        time_limit_seconds: instead of the settings' limit for the step as a whole, by the clock.

    """

    kind: Kind
    path: str
    transaction: bool = True
    statement_timeout_ms: int | None = None
    lock_timeout_ms: int | None = None
    time_limit_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Migration:
    """One version: what it is about and its steps, in the order in which they run."""

    version: str
    title: str
    steps: tuple[Step, ...]


def sql_file(
    path: str,
    *,
    statement_timeout_ms: int | None = None,
    lock_timeout_ms: int | None = None,
    time_limit_seconds: float | None = None,
) -> Step:
    """Declare a SQL file, run as a whole in one transaction of its own.

    A file whose first lines hold `-- db_workflow: no-transaction` runs statement by statement
    instead, and is taken up again where it stopped.

    Args:
        path: below the version's SQL folder, such as `"devices/01_user_devices.sql"`.
        statement_timeout_ms: for each statement, instead of the settings' limit.
        lock_timeout_ms: for each wait for a lock, likewise.
        time_limit_seconds: for the file as a whole, likewise.

    """
    return Step(
        "sql",
        path,
        statement_timeout_ms=statement_timeout_ms,
        lock_timeout_ms=lock_timeout_ms,
        time_limit_seconds=time_limit_seconds,
    )


def python_step(
    path: str,
    *,
    transaction: bool = True,
    statement_timeout_ms: int | None = None,
    lock_timeout_ms: int | None = None,
    time_limit_seconds: float | None = None,
) -> Step:
    """Declare a Python file with `async def upgrade(context: StepContext) -> None`.

    Args:
        path: beside the runner, such as `"rehash_passwords.py"`.
        transaction: False for long work that commits in batches of its own. Such a step is run
            again after an interruption, so it must find out by itself what is already done, or
            use `context.batches`, which remembers.
        statement_timeout_ms: for each statement, instead of the settings' limit.
        lock_timeout_ms: for each wait for a lock, likewise.
        time_limit_seconds: for the step as a whole, likewise.

    """
    return Step(
        "python",
        path,
        transaction=transaction,
        statement_timeout_ms=statement_timeout_ms,
        lock_timeout_ms=lock_timeout_ms,
        time_limit_seconds=time_limit_seconds,
    )
