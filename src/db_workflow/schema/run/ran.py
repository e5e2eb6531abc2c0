"""Which steps of a message are over: the ledger knows, as soon as each of them has committed."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from db_workflow.schema.ledger.ledger import TABLE

if TYPE_CHECKING:
    import asyncpg

# Told of each step that has run, and how many seconds it took.
Tell = Callable[[str, float], None]
_RAN = (
    f"SELECT name, duration_ms FROM {TABLE}"  # noqa: S608 - a constant
    " WHERE name = ANY ($1::text[]) AND outcome = 'ran' ORDER BY sequence"
)


async def tell_ran(
    fetch: "Callable[..., Awaitable[list[asyncpg.Record]]]", names: Sequence[str], tell: Tell
) -> int:
    """Tell of the steps that the ledger has, in their order; return how many.

    Args:
        fetch: asks in some session.
        names: the steps that were sent together; none of them had run before.
        tell: may hear of a step more than once.

    """
    rows = await fetch(_RAN, names)
    for name, milliseconds in rows:
        tell(name, milliseconds / 1000)
    return len(rows)
