"""Phase 1, the schema: ordered lists, their ledger, the runner, backups, the baseline.

What a runner script needs stands here; the rest is imported from its own module, because a
script that only declares a list must not pay for a driver.
"""

from db_workflow.schema.declaration import (
    Migration,
    Step,
    StepContext,
    python_step,
    sql_file,
)

__all__ = ["Migration", "Step", "StepContext", "python_step", "sql_file"]
