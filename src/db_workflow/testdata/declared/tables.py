"""TABLE_CONFIG: which tables are extracted, and what happens to each of their columns.

Fail closed: every column is kept on purpose or transformed. A new column is an error until
somebody decides.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field

from db_workflow.testdata.rules import VERSION, words
from db_workflow.testdata.rules.rule import Rule
from db_workflow.testdata.structure import TableStructure


@dataclass(frozen=True, slots=True)
class Table:
    """One table of TABLE_CONFIG.

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
        order: SQL to sort by before `limit` cuts; the primary key if empty.

    """

    name: str
    _: KW_ONLY
    file: str
    variable: str
    factory: str
    columns: Mapping[str, Rule] = field(default_factory=dict)
    where: str = ""
    limit: int | None = None
    order: str = ""

    @property
    def manual_file(self) -> str:
        """The name of the file of manual rows."""
        return f"{self.name.replace('.', '_')}.py"

    @property
    def manual_variable(self) -> str:
        """The name manual rows have in it."""
        return f"{self.name.replace('.', '_').upper()}_DATA"


@dataclass(frozen=True, slots=True)
class Classified:
    """A table with a rule for every column that is written."""

    table: Table
    structure: TableStructure
    rules: Mapping[str, Rule]

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
        )
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]
