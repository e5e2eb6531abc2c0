"""How many rows the tables had and have, how large the database is, how long all took."""

from collections.abc import Iterable, Mapping

from db_workflow.release.rehearsal.result import Rehearsal
from db_workflow.release.report.markup import Markup, join, tag
from db_workflow.release.report.words import NONE, counted, duration, growth, signed
from db_workflow.schema.run.measured import size_text

_Row = tuple[str, int | None, int | None]


def rows(before: Mapping[str, int], after: Mapping[str, int]) -> Markup:
    """Return the tables whose number of rows has changed, the others folded."""
    every: list[_Row] = [
        (name, before.get(name), after.get(name)) for name in sorted(before.keys() | after.keys())
    ]
    changed = [row for row in every if row[1] != row[2]]
    same = [row for row in every if row[1] == row[2]]
    parts = []
    if changed:
        parts.append(_table("Tables with more or fewer rows than before", changed))
    else:
        parts.append(tag("p", "Every table has as many rows as before."))
    if same:
        summary = tag("summary", f"{counted(len(same), 'table')} with as many rows as before")
        parts.append(tag("details", summary, _table("Tables with as many rows", same)))
    return join(parts)


def totals(found: Rehearsal) -> Markup:
    """Return the whole rehearsal in numbers."""
    size = f"{size_text(found.bytes_before)} → {size_text(found.bytes_after)}"
    pairs = (
        ("Restore", duration(found.restore_seconds)),
        ("Migration", duration(found.migrate_seconds)),
        ("Together", duration(found.restore_seconds + found.migrate_seconds)),
        ("Database", size),
        ("Growth", growth(found.bytes_before, found.bytes_after)),
        ("Rows", signed(sum(found.rows_after.values()) - sum(found.rows_before.values()))),
        ("A second run", counted(found.second_run_steps, "step") + " left to do"),
    )
    return tag("dl", (tag("div", tag("dt", a), tag("dd", b)) for a, b in pairs), class_="totals")


def _table(caption: str, found: Iterable[_Row]) -> Markup:
    heads = (tag("th", one, scope="col", class_="number") for one in ("Before", "After", "Change"))
    return tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", tag("th", "Table", scope="col"), heads)),
        tag("tbody", map(_row, found)),
        class_="volume",
    )


def _row(found: _Row) -> Markup:
    name, before, after = found
    change = "new" if before is None else "gone" if after is None else signed(after - before)
    return tag(
        "tr",
        tag("th", tag("code", name), scope="row"),
        tag("td", _number(before), class_="number"),
        tag("td", _number(after), class_="number"),
        tag("td", change, class_="number"),
    )


def _number(count: int | None) -> str:
    return NONE if count is None else f"{count:,}"
