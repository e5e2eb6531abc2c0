"""What a metadata's naming convention makes of names, and which one fits a schema."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from db_workflow.models.writing.code import literal
from db_workflow.models.writing.imports import Imports
from db_workflow.models.writing.tables import Table

_KINDS = {"primary key": "pk", "foreign key": "fk", "unique": "uq", "check": "ck", "index": "ix"}
_MAX_BYTES = 63
# The two that a schema most often follows: SQLAlchemy's documentation's, and PostgreSQL's own.
_CONVENTIONS = (
    {
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    },
    {
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    },
)


def fitting_convention(tables: Iterable[Table]) -> Mapping[str, str]:
    """Return the convention that gives more of a schema's names by itself."""
    listed = list(tables)

    def fits(convention: Mapping[str, str]) -> int:
        naming = Naming(convention)
        return sum(
            naming.gives(kind, table, columns, name)
            for table in listed
            for kind, columns, name in _named(table)
        )

    return max(_CONVENTIONS, key=fits)


def _named(table: Table) -> Iterable[tuple[str, Sequence[str], str]]:
    for name, found in table.constraints.items():
        if found["type"] in _KINDS:
            yield found["type"], found.get("columns") or (), name
    for name, found in table.indexes.items():
        columns = [element.get("column") for element in found["elements"]]
        if all(columns):
            yield "index", columns, name


class Naming:
    """Says what to write for the name of a constraint or index.

    Args:
        convention: the metadata's `naming_convention`.

    """

    def __init__(self, convention: Mapping[str, Any]) -> None:
        self._convention = convention

    def gives(self, kind: str, table: Table, columns: Sequence[str], name: str) -> bool:
        """Tell whether the convention gives a name, or the rest of it for a CHECK."""
        pattern = self._pattern(kind)
        if pattern is None:
            return False
        if "%(constraint_name)" in pattern:
            return self._part(pattern, table, columns, name) is not None
        return self._made(pattern, _words(table, columns)) == name

    def option(
        self, kind: str, table: Table, columns: Sequence[str], name: str, *, imports: Imports
    ) -> list[str]:
        """Return the argument `name=…`, if one is needed."""
        pattern = self._pattern(kind)
        if pattern is None and kind == "primary key":
            # PostgreSQL's own name for it, which models have always gone without.
            usual = f"{table.name}_pkey"
            return [] if usual == name else [f"name={literal(name)}"]
        if pattern is None or "%(constraint_name)" not in pattern:
            given = pattern is not None and self.gives(kind, table, columns, name)
            return [] if given else [f"name={literal(name)}"]
        part = self._part(pattern, table, columns, name)
        if part is None:
            return [f"name={imports('conv')}({literal(name)})"]
        return [f"name={literal(part)}"]

    def _pattern(self, kind: str) -> str | None:
        found = self._convention.get(_KINDS[kind])
        return found if isinstance(found, str) else None

    def _part(self, pattern: str, table: Table, columns: Sequence[str], name: str) -> str | None:
        """Return what a pattern must be told to make a name; None if it cannot make it."""
        made = self._made(pattern, {**_words(table, columns), "constraint_name": "\0"})
        if made is None or made.count("\0") != 1:
            return None
        prefix, suffix = made.split("\0")
        inside = len(prefix) + len(suffix) < len(name)
        if not (inside and name.startswith(prefix) and name.endswith(suffix)):
            return None
        return name[len(prefix) : len(name) - len(suffix)]

    @staticmethod
    def _made(pattern: str, words: Mapping[str, str]) -> str | None:
        try:
            made = pattern % words
        except (KeyError, ValueError, TypeError):
            return None  # a token of the application's own
        return made if len(made.encode()) <= _MAX_BYTES else None


def _words(table: Table, columns: Sequence[str]) -> dict[str, str]:
    """Return the tokens of a convention; a CHECK has no columns of its own there."""
    words = {"table_name": table.name}
    for number, name in enumerate(columns):
        words[f"column_{number}_name"] = words[f"column_{number}_key"] = name
    if columns:
        words["column_0_N_name"] = words["column_0_N_key"] = "_".join(columns)
        words["column_0N_name"] = words["column_0N_key"] = "".join(columns)
    return words
