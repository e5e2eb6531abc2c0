"""What of many tables is drawn, and how much of each: what has changed, and what it touches."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from db_workflow.release.report.diagram.entities import Column, Entities, Reference, Table

Part = Literal["changed", "beside", "other"]
# As many boxes as a person takes in at once. Where there are more tables, the others are listed.
_DRAWN = 40
# Of a schema that is as it was, this many of its most connected tables.
_UNCHANGED_DRAWN = 24
_COLUMNS: Mapping[Part, int] = {"changed": 40, "beside": 14, "other": 8}
# Where a lot has changed, of each table less.
_MANY_CHANGED = 12


@dataclass(frozen=True, slots=True)
class Box:
    """A table as it is drawn.

    Attributes:
        table: all of it.
        part: whether it has changed, is connected with one that has, or neither.
        columns: those that are shown.

    """

    table: Table
    part: Part
    columns: tuple[Column, ...]

    @property
    def left_out(self) -> int:
        """How many columns are not shown."""
        return len(self.table.columns) - len(self.columns)

    @property
    def lines(self) -> int:
        """How many lines there are below its name; what a column was has a line of its own."""
        return sum(1 + bool(one.was) for one in self.columns) + bool(self.left_out)

    def line(self, column: str) -> int:
        """Return the line of a column, from 0; the last one for those that are left out."""
        line = 0
        for one in self.columns:
            if one.name == column:
                return line
            line += 1 + bool(one.was)
        return max(line - (not self.left_out), 0)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is drawn.

    Attributes:
        boxes: the tables that are drawn.
        references: the foreign keys between them.
        listed: the tables that are not drawn.
        why: what the tables that are drawn have in common.

    """

    boxes: tuple[Box, ...]
    references: tuple[Reference, ...]
    listed: tuple[Table, ...]
    why: str


def choose(found: Entities) -> Choice:
    """Choose what is drawn: all of a small schema; of a large one what has changed, and around it.

    A table that neither changed nor is connected with any other is listed.
    """
    parts = _parts(found)
    degree = Counter[str]()
    for one in found.references:
        degree.update({one.child, one.parent})
    candidates = [table for table in found.tables if table.mark or degree[table.name]]
    rank = {"changed": 0, "beside": 1, "other": 2}
    candidates.sort(key=lambda one: (rank[parts[one.name]], -degree[one.name], one.name))
    candidates, why = _fewer(candidates, parts)
    drawn = {one.name for one in candidates}
    references = tuple(one for one in found.references if {one.child, one.parent} <= drawn)
    limits = dict(_COLUMNS)
    if len(found.changed) > _MANY_CHANGED:
        limits["changed"] = limits["beside"]
    candidates.sort(key=lambda one: one.name)
    return Choice(
        tuple(_box(one, parts[one.name], limits) for one in candidates),
        references,
        tuple(one for one in found.tables if one.name not in drawn),
        why,
    )


def _fewer(candidates: list[Table], parts: Mapping[str, Part]) -> tuple[list[Table], str]:
    """Return as many tables as can be drawn, those that matter most come first; and why these."""
    if len(candidates) <= _DRAWN:
        return candidates, "what has changed, and what is connected with another"
    changed = sum(parts[one.name] == "changed" for one in candidates)
    near = [one for one in candidates if parts[one.name] != "other"]
    if not changed:
        return candidates[:_UNCHANGED_DRAWN], "those that are connected with most others"
    if changed > _DRAWN:
        return near[:_DRAWN], "of those that have changed, what is connected with most others"
    if len(near) > _DRAWN:
        return near[:_DRAWN], "what has changed, and the most connected of what is beside it"
    return near, "what has changed, what it refers to, and what refers to it"


def _parts(found: Entities) -> Mapping[str, Part]:
    changed = {table.name for table in found.changed}
    parts: dict[str, Part] = defaultdict(lambda: "other")
    for one in found.references:
        if changed & {one.child, one.parent}:
            parts[one.child] = parts[one.parent] = "beside"
    return parts | dict.fromkeys(changed, "changed")


def _box(table: Table, part: Part, limits: Mapping[Part, int]) -> Box:
    wanted = table.columns
    if part == "other":
        wanted = tuple(column for column in wanted if column.keys)
    limit = limits[part]
    if len(wanted) > limit:
        # What tells most comes first, and stands in the table's order.
        first = sorted(wanted, key=lambda one: (not one.mark, not one.keys))[:limit]
        wanted = tuple(column for column in wanted if column in first)
    return Box(table, part, wanted)
