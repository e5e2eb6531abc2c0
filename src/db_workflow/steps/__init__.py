"""The steps of the workflow, each behind its guard: the library that tasks, scripts and tests use.

Every function finds the server, takes the project's lock, asks `phases` whether its turn has
come, and hands over to the mechanism in its phase's folder.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from db_workflow.steps.judge import adopt, lint, schema_diff, verify
    from db_workflow.steps.models import codegen, phase2, suggest
    from db_workflow.steps.production import (
        deploy,
        deploy_outlook,
        purge,
        purge_outlook,
        rollback,
        rollback_outlook,
    )
    from db_workflow.steps.release import boundary, integrity, rehearse, release_checklist
    from db_workflow.steps.scaffold import scaffold
    from db_workflow.steps.schema import (
        STOP,
        Phase1Result,
        migrate,
        phase1,
        plan,
        reset,
        sample_production,
    )
    from db_workflow.steps.testdata import (
        Phase3Result,
        clear_database,
        generate,
        phase3,
        preview,
        seed,
    )
    from db_workflow.steps.whole import provision, status

__all__ = [
    "STOP",
    "Phase1Result",
    "Phase3Result",
    "adopt",
    "boundary",
    "clear_database",
    "codegen",
    "deploy",
    "deploy_outlook",
    "generate",
    "integrity",
    "lint",
    "migrate",
    "phase1",
    "phase2",
    "phase3",
    "plan",
    "preview",
    "provision",
    "purge",
    "purge_outlook",
    "rehearse",
    "release_checklist",
    "reset",
    "rollback",
    "rollback_outlook",
    "sample_production",
    "scaffold",
    "schema_diff",
    "seed",
    "status",
    "suggest",
    "verify",
]

_ROOMS = {
    "production": (
        "deploy",
        "deploy_outlook",
        "purge",
        "purge_outlook",
        "rollback",
        "rollback_outlook",
    ),
    "judge": ("adopt", "lint", "schema_diff", "verify"),
    "schema": ("STOP", "Phase1Result", "migrate", "phase1", "plan", "reset", "sample_production"),
    "models": ("codegen", "phase2", "suggest"),
    "release": ("boundary", "integrity", "rehearse", "release_checklist"),
    "scaffold": ("scaffold",),
    "testdata": ("Phase3Result", "clear_database", "generate", "phase3", "preview", "seed"),
    "whole": ("provision", "status"),
}


def __getattr__(name: str) -> Any:
    """Import a step when it is asked for: a command pays only for its own."""
    for room, names in _ROOMS.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{room}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
