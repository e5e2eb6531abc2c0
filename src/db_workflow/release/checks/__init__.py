"""The checks, small and named: each asks one thing, and names the command that shows it."""

import importlib

from db_workflow.release.checks.registry import CHECKS, Check, Evidence, Subject, check
from db_workflow.settings import Settings

__all__ = ["CHECKS", "Check", "Evidence", "Subject", "check", "every_check"]

# In the order in which a release comes about.
_ROOMS = ("lists", "phases", "rows", "restored", "live", "repository")


def every_check(settings: Settings) -> tuple[Check, ...]:
    """Return the workflow's own checks, then those of the repository's `release_checks` module.

    Raises:
        ImportError: the repository names a module that is not there. So does whatever else
            its import raises.

    """
    for room in _ROOMS:
        importlib.import_module(f"{__name__}.{room}")
    if settings.release_checks:
        settings.prepare_imports()
        importlib.import_module(settings.release_checks)
    return tuple(CHECKS.values())
