"""Phase 1, the schema.

Its rooms, from the ground up: the lists (`declaration`, `plan`, `version`); `script` and `ledger`;
`run`; `backup`, `judge` and `lint`; `facts`, by which the phase is judged.

What a runner script needs stands here; the rest is imported from its own module, because a
script that only declares a list must not pay for a driver.
"""

from db_workflow.schema.declaration import (
    Migration,
    Step,
    python_step,
    sql_file,
)
from db_workflow.schema.run.context import StepContext

__all__ = ["Migration", "Step", "StepContext", "python_step", "sql_file"]
