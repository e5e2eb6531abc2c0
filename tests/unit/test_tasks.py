"""Tasks are thin: synchronous, helped, and cheap to list."""

import inspect
import subprocess
import sys

from db_workflow.tasks import namespace


def all_tasks(collection):
    yield from collection.tasks.values()
    for inner in collection.collections.values():
        yield from all_tasks(inner)


def test_no_task_is_a_coroutine_function():
    # Invoke would never await it, and exit 0.
    assert not [
        task.name for task in all_tasks(namespace) if inspect.iscoroutinefunction(task.body)
    ]


def test_every_flag_of_every_task_has_help():
    for task in all_tasks(namespace):
        flags = list(inspect.signature(task.body).parameters)[1:]
        assert {flag.replace("_", "-") for flag in flags} == set(task.help), task.name
        assert task.__doc__, task.name


def test_listing_tasks_imports_no_phase_and_no_driver():
    code = "import sys, db_workflow.tasks; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    for heavy in ("asyncpg", "sqlalchemy", "rich", "db_workflow.steps", "db_workflow.settings"):
        assert heavy not in loaded
