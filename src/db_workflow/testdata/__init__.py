"""Phase 3: realistic, anonymised test data, extracted and seeded.

What the application's declaration files import. The steps themselves are in `db_workflow.steps`.
"""

from db_workflow.testdata import rules
from db_workflow.testdata.files import CopyRows, rows
from db_workflow.testdata.rules import Rule
from db_workflow.testdata.scripts import main_generate, main_seed
from db_workflow.testdata.tables import Table

__all__ = ["CopyRows", "Rule", "Table", "main_generate", "main_seed", "rows", "rules"]
