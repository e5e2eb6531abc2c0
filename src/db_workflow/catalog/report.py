"""Differences as a person reads them: by schema and table, and as data for a machine."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from db_workflow.catalog.description import described
from db_workflow.catalog.difference import Change, Difference
from db_workflow.catalog.snapshot import KINDS, SchemaObject, Snapshot
from db_workflow.catalog.vocabulary import name_parts, plain

MARKS: dict[Change, str] = {"unexpected": "+", "missing": "-", "different": "~", "renamed": "→"}
_RELATIONS = frozenset({"table", "view", "materialised view"})
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Group:
    """What changed about a table or another object that belongs to none, and all that is its own.

    Attributes:
        schema: the one that it is in, plainly; empty for what is in none.
        kind: the object's.
        name: as it is now; as it was, if it is gone.
        own: what changed about the object itself; None if only about what belongs to it.
        parts: what changed about what belongs to it.
        contents: what belongs to it, if it is new, and what belonged to it, if it is gone.

    """

    schema: str
    kind: str
    name: str
    own: Difference | None = None
    parts: list[Difference] = field(default_factory=list)
    contents: tuple[SchemaObject, ...] = ()

    @property
    def mark(self) -> str:
        """The sign before it."""
        return MARKS[self.own.change if self.own else "different"]


def grouped(
    found: Sequence[Difference], before: Snapshot, after: Snapshot, *, schema: str
) -> list[Group]:
    """Return differences by what they belong to, schema by schema, in the order of kinds and names.

    Args:
        found: the differences between the two snapshots.
        before: how it was, or should be.
        after: how it is.
        schema: the one whose names are printed plain.

    """
    kinds = {one.name: one.kind for side in (before, after) for one in side.of_kind(*_RELATIONS)}
    now = {one.name: one.actual_name for one in found if one.change == "renamed"}
    groups: dict[tuple[str, str], Group] = {}
    for one in found:
        name = now.get(one.table or one.name, one.table or one.name)
        kind = one.kind if one.table is None else kinds.get(name, "table")
        group = groups.get((kind, name)) or Group(_schema(kind, name, schema), kind, name)
        if one.table is None:
            side = {"unexpected": after, "missing": before}.get(one.change)
            contents = side.of_table(name) if side else ()
            group = Group(group.schema, kind, name, one, group.parts, contents)
        else:
            group.parts.append(one)
        groups[kind, name] = group
    return sorted(
        groups.values(),
        key=lambda one: (
            bool(one.schema),
            one.schema != schema,
            one.schema,
            _RANK[one.kind],
            one.name,
        ),
    )


def tree(groups: Sequence[Group]) -> str:
    """Return groups as indented lines: + is new, - is gone, ~ has changed, → has a new name."""
    lines: list[str] = []
    several = len({group.schema for group in groups if group.schema}) > 1
    schema = ""
    for group in groups:
        if several and group.schema and group.schema != schema:
            lines += [f"schema {group.schema}"]
            schema = group.schema
        indent = "  " if several and group.schema else ""
        lines += [f"{indent}{line}" for line in _group_lines(group)]
    return "\n".join(lines)


def as_data(found: Difference) -> dict[str, Any]:
    """Return a difference for a machine."""
    return {
        "kind": found.kind,
        "name": found.name,
        "change": found.change,
        "table": found.table,
        "expected": found.expected,
        "actual": found.actual,
        "properties": list(found.properties),
        "actual_name": found.actual_name or None,
    }


def local(found: Difference | SchemaObject, name: str = "") -> str:
    """Return a name without its table's."""
    name = name or found.name
    if found.table is None or found.kind == "index":
        return name
    return name_parts(name)[-1]


def _schema(kind: str, name: str, usual: str) -> str:
    if kind == "extension":
        return ""
    parts = name_parts(name)
    # By the plain name: the settings have no quotes, and what is printed may have some.
    return plain(parts[0]) if kind == "schema" or len(parts) > 1 else usual


def _group_lines(group: Group) -> Iterator[str]:
    if group.own:
        yield from _difference_lines(group.own)
    else:
        yield f"{group.mark} {group.kind} {group.name}"
    for part in group.parts:
        yield from (f"    {line}" for line in _difference_lines(part))
    for one in group.contents:
        what = f"{group.mark} {one.kind} {local(one)}"
        yield from (f"    {line}" for line in _object_lines(what, one.kind, one.properties))


def _difference_lines(found: Difference) -> Iterator[str]:
    what = f"{MARKS[found.change]} {found.kind} {local(found)}"
    if found.change == "renamed":
        yield f"{what} is now {local(found, found.actual_name)}"
    elif found.change != "different":
        properties = found.expected if found.actual is None else found.actual
        yield from _object_lines(what, found.kind, properties or {})
    else:
        values = found.values
        short = "; ".join(
            f"{one.what} {one.expected} → {one.actual}" for one in values if not one.is_long
        )
        yield f"{what}: {short}" if short else what
        for one in values:
            if one.is_long:
                yield from _below(one.what, one.lines)


def _object_lines(what: str, kind: str, properties: Mapping[str, Any]) -> Iterator[str]:
    text = described(kind, properties)
    yield f"{what}: {text.line}" if text.line else what
    for fact in text.long:
        yield from _below(fact.what, fact.text.splitlines())


def _below(what: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"    {what}:"
    yield from (f"        {line}" for line in lines)


def counted(found: Iterable[Difference]) -> str:
    """Return how many differences of which sort there are: `2 new, 1 changed, 1 renamed`."""
    words = {"unexpected": "new", "missing": "gone", "different": "changed", "renamed": "renamed"}
    every = [one.change for one in found]
    return ", ".join(
        f"{every.count(change)} {word}" for change, word in words.items() if change in every
    )
