"""The lint of migration steps: squawk's rules in the runner's mode, and what was measured.

squawk reads the text and knows what a statement may do; the ledger knows what the steps did, on
the test database, to tables of production's size.
"""

from db_workflow.schema.lint.result import Finding, LeftOut, LintResult, Measured
from db_workflow.schema.lint.run import lint

__all__ = ["Finding", "LeftOut", "LintResult", "Measured", "lint"]
