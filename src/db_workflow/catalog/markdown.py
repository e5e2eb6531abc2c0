"""Differences as Markdown, for release notes: a heading a table, a table of changes under it."""

import re
from collections.abc import Iterable, Iterator, Sequence

from db_workflow.catalog.difference import Difference
from db_workflow.catalog.report import MARKS, Group, local
from db_workflow.catalog.snapshot import SchemaObject
from db_workflow.catalog.values import ValueChange, summary

_HEADINGS = {"+": "New {0} {1}", "-": "Removed {0} {1}", "~": "{2} {1}", "→": "{2} {1}"}
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
    found = [group.own] if group.own and group.own.change == "different" else []
    rows = [row for one in (*found, *group.parts) for row in _rows(one)]
    if rows:
        yield _table(rows)
    if group.contents:
        yield _contents(group.contents)
    if group.own and group.own.change == "unexpected":
        yield from _new(group.own)
    for one in (*found, *group.parts):
        yield from _long(one)


def _rows(found: Difference) -> Iterator[_Row]:
    mark = MARKS[found.change]
    what = f"{found.kind} {code(local(found), in_table=True)}"
    if found.change == "renamed":
        yield mark, found.kind, _cell(local(found)), _cell(local(found, found.actual_name))
    elif found.change == "different":
        for one in found.values:
            if one.is_long:
                yield mark, f"{what}: {one.what}", "see below", "see below"
            else:
                yield (
                    mark,
                    f"{what}: {one.what}",
                    _value(one, one.expected),
                    _value(one, one.actual),
                )
    else:
        before, after = (
            _cell(summary(found.kind, side)) if side is not None else ""
            for side in (found.expected, found.actual)
        )
        yield mark, what, before, after


def _value(_: ValueChange, text: str) -> str:
    return text if text in {"none", "yes", "no", "nothing"} else _cell(text)


def _cell(text: str) -> str:
    return code(text, in_table=True)


def _table(rows: Sequence[_Row]) -> str:
    lines = ["| | what | before | after |", "|:-:|---|---|---|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _contents(objects: Sequence[SchemaObject]) -> str:
    lines = ["| | name | |", "|---|---|---|"]
    lines += [
        f"| {one.kind} | {_cell(local(one))} | {_cell(summary(one.kind, one.properties))} |"
        for one in objects
    ]
    return "\n".join(lines)


def _new(found: Difference) -> Iterator[str]:
    """Yield what a new object is, unless its name says it all."""
    properties = found.actual or {}
    text = summary(found.kind, properties) or properties.get("definition") or ""
    if text:
        yield block(text.splitlines(), "sql" if "definition" in properties else "")


def _long(found: Difference) -> Iterator[str]:
    for one in found.values if found.change == "different" else ():
        if one.is_long:
            yield f"{found.kind.capitalize()} {code(local(found))}, {one.what}:"
            yield block(one.lines, "diff")
