"""PostgreSQL's printed definitions, taken apart far enough to write them in Python."""

import re
from dataclasses import dataclass

_INDEX = re.compile(
    r"CREATE (?P<unique>UNIQUE )?INDEX .+? ON (?:ONLY )?.+? USING (?P<method>\w+) \(", re.DOTALL
)
_FOREIGN_KEY = re.compile(
    r"FOREIGN KEY \((?P<columns>.*?)\) REFERENCES (?P<table>.+?)\((?P<targets>.*?)\)(?P<rest>.*)",
    re.DOTALL,
)
_ACTION = r"(NO ACTION|RESTRICT|CASCADE|SET NULL(?: \(.*?\))?|SET DEFAULT(?: \(.*?\))?)"


@dataclass(frozen=True, slots=True)
class IndexParts:
    """An index: its columns or expressions as printed, and its options."""

    unique: bool
    method: str
    columns: tuple[str, ...]
    include: tuple[str, ...]
    where: str | None
    nulls_not_distinct: bool


@dataclass(frozen=True, slots=True)
class ForeignKeyParts:
    """A foreign key; names as printed."""

    columns: tuple[str, ...]
    table: str
    targets: tuple[str, ...]
    on_update: str | None
    on_delete: str | None


def parse_index(definition: str) -> IndexParts | None:
    """Take apart what `pg_get_indexdef` prints; None if it is something else."""
    match = _INDEX.match(definition)
    if match is None:
        return None
    inside, rest = _group(definition, match.end())
    include: tuple[str, ...] = ()
    if rest.startswith(" INCLUDE ("):
        listed, rest = _group(rest, len(" INCLUDE ("))
        include = split(listed)
    where = rest.partition(" WHERE ")[2]
    return IndexParts(
        unique=bool(match["unique"]),
        method=match["method"],
        columns=split(inside),
        include=include,
        where=_bare(where) or None,
        nulls_not_distinct=" NULLS NOT DISTINCT" in rest.partition(" WHERE ")[0],
    )


def parse_foreign_key(definition: str) -> ForeignKeyParts | None:
    """Take apart what `pg_get_constraintdef` prints for a foreign key."""
    match = _FOREIGN_KEY.match(definition)
    if match is None:
        return None
    rest = match["rest"]
    update = re.search(rf"ON UPDATE {_ACTION}", rest)
    delete = re.search(rf"ON DELETE {_ACTION}", rest)
    return ForeignKeyParts(
        columns=split(match["columns"]),
        table=match["table"],
        targets=split(match["targets"]),
        on_update=update[1] if update else None,
        on_delete=delete[1] if delete else None,
    )


def parse_columns(definition: str) -> tuple[str, ...]:
    """Return the columns of a printed PRIMARY KEY or UNIQUE constraint."""
    start = definition.find("(")
    return split(_group(definition, start + 1)[0]) if start >= 0 else ()


def parse_check(definition: str) -> str:
    """Return the condition of a printed CHECK constraint, without its outer parentheses."""
    start = definition.find("(")
    return _bare(_group(definition, start + 1)[0]) if start >= 0 else definition


def split(listed: str) -> tuple[str, ...]:
    """Split a printed list at its top-level commas."""
    parts, depth, start = [], 0, 0
    for position, character in _outside_quotes(listed):
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(listed[start:position].strip())
            start = position + 1
    return tuple(part for part in (*parts, listed[start:].strip()) if part)


def _group(text: str, start: int) -> tuple[str, str]:
    """Return what a parenthesis opened just before `start` holds, and what follows it."""
    depth = 1
    for offset, character in _outside_quotes(text[start:]):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return text[start : start + offset], text[start + offset + 1 :]
    return text[start:], ""


def _bare(condition: str) -> str:
    """Return a condition without parentheses around the whole of it."""
    condition = condition.strip()
    while condition.startswith("("):
        inside, rest = _group(condition, 1)
        if rest:
            break
        condition = inside
    return condition


def _outside_quotes(text: str) -> list[tuple[int, str]]:
    found, quote = [], ""
    for position, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        else:
            found.append((position, character))
    return found
