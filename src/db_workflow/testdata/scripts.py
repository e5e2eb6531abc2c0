"""What `generate_test_data.py` and `seed_test_db.py` do when run as scripts.

A script is a front door: it hands over to the guarded step, by name, because imports in this
library point downwards only.
"""

import importlib
import sys
from pathlib import Path


def main_generate(file: str) -> int:
    """Run the guarded generate step for the repository that holds a script.

    Args:
        file: the script's `__file__`.

    Returns:
        The exit code; `raise SystemExit(main_generate(__file__))`.

    """
    return _hand_over("run_generate_script", file)


def main_seed(file: str) -> int:
    """Run the guarded seed step for the repository that holds a script. See `main_generate`."""
    return _hand_over("run_seed_script", file)


def _hand_over(step: str, file: str) -> int:
    tasks = importlib.import_module("db_workflow.tasks")
    code: int = getattr(tasks, step)(sys.argv[1:], start=Path(file).resolve().parent)
    return code
