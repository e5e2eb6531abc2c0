"""Phase 3: realistic, anonymised test data, extracted and seeded.

Here is what a repository's declaration files import; the guarded steps are in `db_workflow.steps`.
"""

from typing import TYPE_CHECKING, Any

from db_workflow.testdata import rules
from db_workflow.testdata.files import CopyRows, rows
from db_workflow.testdata.rules import Rule

if TYPE_CHECKING:
    from db_workflow.testdata.factories import BaseFactory
    from db_workflow.testdata.tables import Table

__all__ = ["BaseFactory", "CopyRows", "Rule", "Table", "rows", "rules"]


def __getattr__(name: str) -> Any:
    # Importing a data file must not cost what factories and declarations build on.
    if name == "BaseFactory":
        from db_workflow.testdata.factories import BaseFactory

        return BaseFactory
    if name == "Table":
        from db_workflow.testdata.tables import Table

        return Table
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
