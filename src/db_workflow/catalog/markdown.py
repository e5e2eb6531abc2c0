"""Differences as Markdown, for release notes: a heading a table, a table of changes under it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from db_workflow.catalog.description import Description, described
from db_workflow.catalog.difference import Difference
from db_workflow.catalog.report import MARKS, Group, local
from db_workflow.catalog.snapshot import SchemaObject

_HEADINGS = {"+": "New {0} {1}", "-": "Removed {0} {1}", "~": "{2} {1}", "→": "{2} {1}"}
# An object that is there on one side only is told as a whole.
_WHOLE = frozenset({"unexpected", "missing"})
_BELOW = "see below"
_WORDS = frozenset({"none", "yes", "no", "nothing", "default", "as usual"})
_Row = tuple[str, str, str, str]


def markdown(groups: Sequence[Group]) -> str:
    """Return groups as Markdown; long definitions stand in code blocks under their table."""
    blocks: list[str] = []
    several = len({group.schema for group in groups if group.schema}) > 1
    schema = ""
    for group in groups:
        if several and group.schema and group.schema != schema:
            blocks.append(f"### Schema {code(group.schema)}")
            schema = group.schema
        blocks += _group(group)
    return "\n\n".join(blocks)


def code(text: str, *, in_table: bool = False) -> str:
    """Return a text as a code span, whatever is in it."""
    if not text:
        return ""
    fence = "`" * (_longest(text) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    span = f"{fence}{pad}{' '.join(text.splitlines())}{pad}{fence}"
    return span.replace("|", r"\|") if in_table else span


def block(lines: Iterable[str], language: str) -> str:
    """Return lines as a code block that nothing in them ends."""
    text = "\n".join(lines)
    fence = "`" * max(3, _longest(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _longest(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _group(group: Group) -> Iterator[str]:
    heading = _HEADINGS[group.mark].format(group.kind, code(group.name), group.kind.capitalize())
    if group.own and group.own.change == "renamed":
        heading += f", until now {code(group.own.name)}"
    yield f"#### {heading}"
    changed = [group.own] if group.own and group.own.change == "different" else []
    if group.own and group.own.change in _WHOLE:
        yield from _own(group.own)
    rows = [row for one in (*changed, *group.parts) for row in _rows(one)]
    if rows:
        yield _table(rows)
    if group.contents:
        yield _contents(group.contents)
    for part in (*changed, *group.parts):
        yield from _long(part)
    for one in group.contents:
        yield from _blocks(one, described(one.kind, one.properties))


def _rows(found: Difference) -> Iterator[_Row]:
    mark = MARKS[found.change]
    what = f"{found.kind} {code(local(found), in_table=True)}"
    if found.change == "renamed":
        yield mark, found.kind, _cell(local(found)), _cell(local(found, found.actual_name))
    elif found.change == "different":
        for one in found.values:
            if one.is_long:
                yield mark, f"{what}: {one.what}", _BELOW, _BELOW
            else:
                yield mark, f"{what}: {one.what}", _value(one.expected), _value(one.actual)
    else:
        before, after = (
            _described_cell(described(found.kind, side)) if side is not None else ""
            for side in (found.expected, found.actual)
        )
        yield mark, what, before, after


def _value(text: str) -> str:
    return text if text in _WORDS else _cell(text)


def _described_cell(text: Description) -> str:
    return ", ".join(part for part in (_cell(text.line), _BELOW if text.long else "") if part)


def _cell(text: str) -> str:
    return code(text, in_table=True)


def _table(rows: Sequence[_Row]) -> str:
    lines = ["| | what | before | after |", "|:-:|---|---|---|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _contents(objects: Sequence[SchemaObject]) -> str:
    lines = ["| | name | |", "|---|---|---|"]
    for one in objects:
        text = _described_cell(described(one.kind, one.properties))
        lines.append(f"| {one.kind} | {_cell(local(one))} | {text} |")
    return "\n".join(lines)


def _own(found: Difference) -> Iterator[str]:
    """Yield what a new or removed object is, unless its name says it all."""
    text = described(found.kind, _whole(found))
    if text.line:
        yield block([text.line], "")
    for fact in text.long:
        if fact.what != "definition":
            yield f"{fact.what.capitalize()}:"
        yield block(fact.text.splitlines(), _language(fact.what))


def _long(found: Difference) -> Iterator[str]:
    if found.change in _WHOLE:
        yield from _blocks(found, described(found.kind, _whole(found)))
    for one in found.values if found.change == "different" else ():
        if one.is_long:
            yield f"{found.kind.capitalize()} {code(local(found))}, {one.what}:"
            yield block(one.lines, "diff")


def _blocks(found: Difference | SchemaObject, text: Description) -> Iterator[str]:
    for fact in text.long:
        yield f"{found.kind.capitalize()} {code(local(found))}, {fact.what}:"
        yield block(fact.text.splitlines(), _language(fact.what))


def _whole(found: Difference) -> Mapping[str, Any]:
    return (found.expected if found.actual is None else found.actual) or {}


def _language(what: str) -> str:
    return "" if what == "comment" else "sql"
