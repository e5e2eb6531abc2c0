"""Foreign keys that the database does not declare, and TABLE_CONFIG does."""

from dataclasses import dataclass

from db_workflow.testdata.declared.values import are_names, is_name, refuse, sql_problems

# One column, or several that belong together.
Names = str | tuple[str, ...]


@dataclass(frozen=True, slots=True, init=False)
class VirtualKey:
    """A foreign key that the database does not declare: rows are followed along it all the same.

    `VirtualKey("owner_id", "people", "id", where="owner_kind = 'person'")`

    Attributes:
        columns: the columns that refer; one may be given as a word.
        target: the table that they refer to.
        target_columns: its columns, in the same order. Where one side is text and the other is
            not, the values are compared as text.
        where: an SQL condition on the row that refers: only then it does. For a column that
            refers to one table in some rows and to another in others.

    """

    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    where: str

    def __init__(
        self, columns: Names, target: str, target_columns: Names, *, where: str = ""
    ) -> None:
        for name, value in (
            ("columns", names(columns)),
            ("target", target),
            ("target_columns", names(target_columns)),
            ("where", where),
        ):
            object.__setattr__(self, name, value)
        refuse(f"A VirtualKey to {target!r}", _problems(self))


def names(value: Names) -> tuple[str, ...]:
    """Return one column's name, or several, as several."""
    return (value,) if isinstance(value, str) else value


def _problems(key: VirtualKey) -> list[str]:
    """Return what is wrong with the values of a virtual key, field by field."""
    problems = [
        f"{field} {value!r} is no column's name and no tuple of names"
        for field, value in (("columns", key.columns), ("target_columns", key.target_columns))
        if not are_names(value) or not value
    ]
    if not problems and len(key.columns) != len(key.target_columns):
        problems.append("columns and target_columns are not equally many")
    if not is_name(key.target):
        problems.append(f"target {key.target!r} is no table's name")
    return problems + list(sql_problems(where=key.where))
