"""What SQLAlchemy has no words for: told in a comment, and left to migrations."""

import textwrap
from collections.abc import Iterable, Iterator

from db_workflow.models.writing.code import WIDTH
from db_workflow.models.writing.tables import Table

_UNSAID = {
    "options": "storage options",  # SQLAlchemy 2.1 has words for these, 2.0 does not
    "row security": "row security",
    "replica identity": "replica identity",
}
_CONSTRAINT_UNSAID = {
    "enforced": "NOT ENFORCED",
    "inherited by none": "NO INHERIT",
    "without overlaps": "WITHOUT OVERLAPS",
    "options": "storage options",
    "disabled triggers": "disabled triggers",
    "replica triggers": "replica triggers",
    "always triggers": "triggers that always fire",
}


def unsaid_of(table: Table) -> Iterator[str]:
    """Yield what a table has that SQLAlchemy has no words for."""
    yield from (said for name, said in _UNSAID.items() if table.properties.get(name))
    if "grants" in table.properties:
        yield "grants"
    yield from table.others
    for name, found in table.constraints.items():
        if not table.is_sayable(found):
            yield f"{name}, which heirs do not have: {found['definition']}"
            continue
        yield from (f"{said} of {name}" for one, said in _CONSTRAINT_UNSAID.items() if one in found)
        if found["type"] == "exclusion":
            yield from (f"{one} of {name}" for one in ("comment", "include") if one in found)
    for name, found in table.indexes.items():
        if found.get("comment"):
            yield f"comment of {name}"
        if found.get("valid") is False:
            yield f"{name} is not valid"


def unsaid_lines(said: Iterable[str], *, indent: int) -> list[str]:
    """Return a comment that tells it."""
    listed = "; ".join(" ".join(one.split()) for one in said)
    if not listed:
        return []
    text = f"Left to migrations, SQLAlchemy has no words for it: {listed}."
    start = " " * indent + "# "
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=start,
        subsequent_indent=start,
        break_long_words=False,
        break_on_hyphens=False,
    )
