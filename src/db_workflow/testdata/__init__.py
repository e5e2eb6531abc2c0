"""Phase 3: realistic, anonymised test data, extracted and seeded.

Here is what a repository's declaration files import; the guarded steps are in `db_workflow.steps`.
"""

from typing import TYPE_CHECKING, Any

from db_workflow.testdata import rules
from db_workflow.testdata.files.rows import CopyRows, rows
from db_workflow.testdata.rules.pseudonyms import Pseudonyms
from db_workflow.testdata.rules.rule import Rule

if TYPE_CHECKING:
    from db_workflow.testdata.declared.tables import Table, VirtualKey
    from db_workflow.testdata.factories import BaseFactory

__all__ = [
    "BaseFactory",
    "CopyRows",
    "Pseudonyms",
    "Rule",
    "Table",
    "VirtualKey",
    "rows",
    "rules",
]


def __getattr__(name: str) -> Any:
    # Importing a data file must not cost what factories and declarations build on.
    if name == "BaseFactory":
        from db_workflow.testdata.factories import BaseFactory

        return BaseFactory
    if name == "Table":
        from db_workflow.testdata.declared.tables import Table

        return Table
    if name == "VirtualKey":
        from db_workflow.testdata.declared.tables import VirtualKey

        return VirtualKey
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
