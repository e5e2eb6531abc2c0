"""Phase 3: realistic, anonymised test data, extracted and seeded.

Here is what a repository's declaration files import; the guarded steps are in `db_workflow.steps`.
"""

from typing import TYPE_CHECKING, Any

from db_workflow.testdata import rules
from db_workflow.testdata.files import CopyRows, rows
from db_workflow.testdata.rules import Rule
from db_workflow.testdata.tables import Table

if TYPE_CHECKING:
    from db_workflow.testdata.factories import BaseFactory

__all__ = ["BaseFactory", "CopyRows", "Rule", "Table", "rows", "rules"]


def __getattr__(name: str) -> Any:
    # A data file must not pay for factory_boy and SQLAlchemy.
    if name == "BaseFactory":
        from db_workflow.testdata.factories import BaseFactory

        return BaseFactory
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
