"""What phase 2 is judged by."""

from typing import TYPE_CHECKING, Any

from db_workflow.evidence import Fact
from db_workflow.models.compared.differing import find_differing, said
from db_workflow.server import Server
from db_workflow.settings import Settings

if TYPE_CHECKING:
    import asyncpg

_NAMED = 3
_NEXT = "invoke phase2"


async def facts(
    server: Server, connection: "asyncpg.Connection[Any]", *, settings: Settings
) -> list[Fact]:
    """Return phase 2's evidence: models equal the database, enums agree, conventions hold.

    Args:
        server: where the scratch database is made.
        connection: to the migrated database; only read.
        settings: the repository.

    Raises:
        ModelsError: the models do not import, or PostgreSQL refuses them.

    """
    found = await find_differing(server, connection, settings=settings)
    left_out = f"; {len(found.not_compared)} not compared" if found.not_compared else ""
    return [
        _fact(
            f"the models give the migrated schema: {found.compared} objects compared{left_out}",
            "models and database differ",
            [said(one) for one in found.differences],
        ),
        _fact(
            "the enum classes have the database's labels in its order",
            "enum classes and database differ",
            [str(one) for one in found.enums],
        ),
        _fact(
            "the models keep the conventions",
            "the models break conventions",
            [one.what for one in found.breaches],
        ),
    ]


def _fact(holds: str, broken: str, problems: list[str]) -> Fact:
    if not problems:
        return Fact(holds, ok=True)
    more = len(problems) - _NAMED
    listed = "; ".join(problems[:_NAMED]) + (f"; and {more} more" if more > 0 else "")
    return Fact(f"{broken}: {listed}", ok=False, next=_NEXT)
