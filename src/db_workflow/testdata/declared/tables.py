"""TABLE_CONFIG: which tables are extracted, which of their rows, and what happens to each column.

Fail closed: every column is kept on purpose or transformed. A new column is an error until
somebody decides.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field

from db_workflow.testdata.declared.fields import table_problems
from db_workflow.testdata.declared.values import refuse
from db_workflow.testdata.declared.virtual_keys import Names, VirtualKey, names
from db_workflow.testdata.rules import VERSION, words
from db_workflow.testdata.rules.rule import Rule
from db_workflow.testdata.structure import Reference, Structure, TableStructure

# What declares a table, in one place.
__all__ = ["Classified", "Table", "VirtualKey", "subset_problems"]

_PLAIN_KEYS = frozenset({"number", "uuid", "enum", "boolean"})


@dataclass(frozen=True, slots=True)
class Table:
    """One table of TABLE_CONFIG.

    Which rows are taken. Without `where`, `limit` and `children_of`: all. Otherwise those that the
    declaration asks for, and, until nothing is new: every row that a taken one refers to (its
    parents), and the children that `children_of` and `inherits` bring along.

    Attributes:
        name: the table; with its schema (`billing.invoices`) unless that is `public`.
        file: the generated file in the data folder, `auto_….py`.
        variable: the name its rows have there.
        factory: the class in `factories.py` that fills manual rows.
        columns: the rule of each column. Kept without one: enums, booleans, arrays of either, and
            primary keys that mean nothing outside of the database, which are UUIDs, and numbers
            that a sequence of the column counts. A foreign key follows the column it refers to.
        where: an SQL condition: only these rows (and what other rows refer to).
        limit: at most so many rows (and what other rows refer to).
        newest: the column or columns by which the rows that `limit` and `children_of` leave are
            the newest; ties are decided by the primary key. Not beside `order`.
        order: the same as SQL to sort by, of which the first rows are left; the primary key if
            both are empty.
        children_of: rows that come along because they refer to a row that was taken, whatever for:
            `{"student_id": 5}` takes five for each row that `student_id` refers to, None instead
            of a number all. They fulfil `where`, too. The rows that the table asks for by itself
            are then only those of a `limit`.
        references: foreign keys that the database does not declare.
        inherits: whether a taken row brings along the row of this table that shares its primary
            key, if this primary key refers to that one. It is how joined inheritance stores one
            thing in several tables; half of it loads, but is nothing that a model can read.

    """

    name: str
    _: KW_ONLY
    file: str
    variable: str
    factory: str
    columns: Mapping[str, Rule] = field(default_factory=dict)
    where: str = ""
    limit: int | None = None
    newest: Names = ()
    order: str = ""
    children_of: Mapping[Names, int | None] = field(default_factory=dict)
    references: tuple[VirtualKey, ...] = ()
    inherits: bool = True

    def __post_init__(self) -> None:
        """Refuse values that no table can have.

        Raises:
            TestDataError: names the table, and each field with what it has to be.

        """
        name = self.name if isinstance(self.name, str) and self.name else "a table"
        refuse(f"TABLE_CONFIG: {name}", table_problems(self))

    @property
    def manual_file(self) -> str:
        """The name of the file of manual rows."""
        return f"{self.name.replace('.', '_')}.py"

    @property
    def manual_variable(self) -> str:
        """The name manual rows have in it."""
        return f"{self.name.replace('.', '_').upper()}_DATA"

    @property
    def whole(self) -> bool:
        """Whether all rows are taken."""
        return not self.where and self.limit is None and not self.children_of

    @property
    def asks(self) -> bool:
        """Whether rows are taken by the table's own condition, not only along with others."""
        return not self.children_of or self.limit is not None

    def virtual_references(self) -> tuple[Reference, ...]:
        """Return the keys that the database does not declare, told as those that it does."""
        return tuple(
            Reference("virtual", self.name, key.columns, key.target, key.target_columns, False)
            for key in self.references
        )


def subset_problems(table: Table, structure: Structure) -> list[str]:
    """Return what the declaration of the rows says about columns and tables that do not exist."""
    found = structure[table.name]
    problems = [
        f"{table.name}.{column}: the table has no such column, but `newest` names it"
        for column in names(table.newest)
        if column not in found.columns
    ]
    for key in table.references:
        problems += _missing(table.name, key.columns, found)
        if key.target not in structure:
            problems.append(f"{table.name}: a VirtualKey refers to {key.target}, which is no table")
        else:
            problems += _missing(key.target, key.target_columns, structure[key.target])
    keys = {reference.columns for reference in (*found.references, *table.virtual_references())}
    for given in map(names, table.children_of):
        if given not in keys:
            known = ", ".join(sorted(" and ".join(key) for key in keys)) or "none"
            problems.append(
                f"{table.name}: children_of names {' and '.join(given)}, which is no foreign key"
                f" of the table; its keys: {known}"
            )
    return problems


@dataclass(frozen=True, slots=True)
class Classified:
    """A table with a rule for every column that is written."""

    table: Table
    structure: TableStructure
    rules: Mapping[str, Rule]

    @property
    def plain_key(self) -> tuple[int, ...]:
        """The places of the primary key among the columns, if its values may stand in an error.

        That is if they are kept and point at a row without naming anybody; otherwise nothing.
        """
        key = self.structure.primary_key
        kinds = {self.structure.columns[name].kind for name in key}
        kept = all(name in self.rules and self.rules[name].keeps for name in key)
        places = list(self.rules)
        return tuple(map(places.index, key)) if kept and kinds <= _PLAIN_KEYS else ()

    @property
    def digest(self) -> str:
        """What the generated rows depend on, besides the source and the key."""
        table = self.table
        facts = (
            VERSION,
            words.DIGEST,
            table.name,
            [(name, str(rule)) for name, rule in self.rules.items()],
            table.where,
            table.limit,
            table.order,
            *self._further(),
        )
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]

    def _further(self) -> list[tuple[str, object]]:
        """Return what only some tables declare: the digest of the others does not know of it."""
        table = self.table
        children = sorted((names(key), count) for key, count in table.children_of.items())
        keys = [
            (key.columns, key.target, key.target_columns, key.where) for key in table.references
        ]
        facts = {"newest": names(table.newest), "children_of": children, "references": keys}
        return [
            *((name, fact) for name, fact in facts.items() if fact),
            *([] if table.inherits else [("inherits", False)]),
        ]


def _missing(table: str, columns: Sequence[str], found: TableStructure) -> list[str]:
    return [
        f"{table}.{column}: the table has no such column, but a VirtualKey names it"
        for column in columns
        if column not in found.columns
    ]
