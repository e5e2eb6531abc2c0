"""The schema's difference: table by table, what was and what is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from db_workflow.catalog import Difference, SchemaObject
from db_workflow.catalog.description import Description, described
from db_workflow.catalog.report import MARKS, Group, counted, local
from db_workflow.release.report.marks import mark
from db_workflow.release.report.markup import Content, Markup, join, tag

# More than these are folded: a first release has nothing but new tables.
_OPEN = 12


def changes(groups: Sequence[Group], found: Sequence[Difference]) -> Markup:
    """Return differences by what they belong to, as `catalog.report.grouped` puts them."""
    if not groups:
        return tag("p", "The schema stays as it is.")
    return join(
        tag("p", f"{counted(found)}; of a new or removed table, what is in it is not counted."),
        (_group(group, is_open=len(groups) <= _OPEN) for group in groups),
    )


def _group(group: Group, *, is_open: bool) -> Markup:
    was = None
    if group.own and group.own.change == "renamed":
        was = (", until now ", tag("code", group.own.name))
    heading = tag("h3", mark(group.mark), f" {group.kind} ", tag("code", group.name), was)
    return tag("details", tag("summary", heading), *_body(group), class_="change", open=is_open)


def _body(group: Group) -> Iterator[Markup]:
    own = group.own
    if own and own.change in {"unexpected", "missing"}:
        text = described(own.kind, (own.expected if own.actual is None else own.actual) or {})
        yield tag("div", _described(text), class_="own")
    changed = [own] if own and own.change == "different" else []
    rows = [row for one in (*changed, *group.parts) for row in _rows(one)]
    if rows:
        yield _table(f"What has changed about {group.name}", ("", "what", "before", "after"), rows)
    if group.contents:
        yield _table(
            f"What belongs to {group.name}",
            ("kind", "name", "definition"),
            _contents(group.contents),
        )


def _rows(found: Difference) -> Iterator[tuple[Content, ...]]:
    sign = mark(MARKS[found.change])
    if found.change == "renamed":
        yield (
            sign,
            found.kind,
            tag("code", local(found)),
            tag("code", local(found, found.actual_name)),
        )
        return
    what = (found.kind, " ", tag("code", local(found)))
    if found.change != "different":
        yield sign, what, _side(found.kind, found.expected), _side(found.kind, found.actual)
        return
    for one in found.values:
        named = (*what, f": {one.what}")
        if one.is_long:
            yield sign, named, tag("pre", "\n".join(one.lines))
        else:
            yield sign, named, tag("code", one.expected), tag("code", one.actual)


def _side(kind: str, properties: Mapping[str, Any] | None) -> Content:
    return None if properties is None else _described(described(kind, properties))


def _described(text: Description) -> Markup:
    return join(
        tag("code", text.line) if text.line else None,
        (
            (
                tag("div", f"{fact.what}:") if fact.what != "definition" else None,
                tag("pre", fact.text),
            )
            for fact in text.long
        ),
    )


def _contents(objects: Iterable[SchemaObject]) -> Iterator[tuple[Content, ...]]:
    for one in objects:
        text = _described(described(one.kind, one.properties))
        yield one.kind, tag("code", local(one)), text


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Content]]) -> Markup:
    return tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", (_head(head) for head in heads))),
        tag("tbody", (_row(row, heads) for row in rows)),
        class_="difference",
    )


def _head(text: str) -> Markup:
    return tag("th", text or tag("span", "change", class_="unseen"), scope="col")


def _row(cells: Sequence[Content], heads: Sequence[str]) -> Markup:
    """Return a row; its last cell is as wide as the columns that are left."""
    left = len(heads) - len(cells)
    span = left + 1 if left else None
    first, *rest = cells
    return tag(
        "tr",
        tag("td", first),
        (
            tag("td", cell, data_label=heads[place], colspan=span if place == len(rest) else None)
            for place, cell in enumerate(rest, start=1)
        ),
    )
