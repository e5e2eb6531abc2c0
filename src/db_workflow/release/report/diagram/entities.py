"""Tables, columns and references as a diagram shows them: what is, what was, what is new."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: as it is now; as it was, if it is gone.
        type: likewise, short.
        keys: "PK", "FK", both or neither.
        mark: "+" new, "-" gone, "~" changed, "→" renamed; empty if it is as it was.
        was: its name and type as they were; empty if neither has changed.

    """

    name: str
    type: str
    keys: str = ""
    mark: str = ""
    was: tuple[str, str] | tuple[()] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table: those that are there now, then those that are gone.

    Attributes:
        name: as it is now; as it was, if it is gone.
        mark: as a column's; "~" also if only something that belongs to it has changed.
        columns: in their order, those that are gone at the end.
        was: what it was called, if it was renamed.

    """

    name: str
    mark: str
    columns: tuple[Column, ...]
    was: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key.

    Attributes:
        name: the constraint's, with its table's.
        child: the table that has it.
        column: the first of its columns.
        parent: the table that it points to.
        definition: as PostgreSQL prints it.
        mark: "+", "-", "~" or empty.
        single: whether a row of the parent has at most one such child.

    """

    name: str
    child: str
    column: str
    parent: str
    definition: str
    mark: str = ""
    single: bool = False


@dataclass(frozen=True, slots=True)
class Entities:
    """What a diagram shows."""

    tables: tuple[Table, ...]
    references: tuple[Reference, ...]

    @property
    def changed(self) -> tuple[Table, ...]:
        """The tables that are not as they were."""
        return tuple(table for table in self.tables if table.mark)
