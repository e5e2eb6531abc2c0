"""The steps of the workflow, each behind its guard: the library that tasks, scripts and tests use.

Every function finds the server, takes the project's lock, asks `phases` whether its turn has
come, and hands over to the mechanism in its phase's folder.
"""

from db_workflow.steps.judge import adopt, lint, verify
from db_workflow.steps.phase1 import (
    STOP,
    Phase1Result,
    migrate,
    phase1,
    plan,
    reset,
    sample_production,
)
from db_workflow.steps.phase2 import codegen, phase2
from db_workflow.steps.phase3 import Phase3Result, clear_database, generate, phase3, seed
from db_workflow.steps.whole import provision, status

__all__ = [
    "STOP",
    "Phase1Result",
    "Phase3Result",
    "adopt",
    "clear_database",
    "codegen",
    "generate",
    "lint",
    "migrate",
    "phase1",
    "phase2",
    "phase3",
    "plan",
    "provision",
    "reset",
    "sample_production",
    "seed",
    "status",
    "verify",
]
