"""How a run ends that must not take place, and what it leaves when it did.

A worker of pytest-xdist cannot end the run: it stops, says why, and the process that people look
at ends with the exit code.
"""

from typing import Any, NoReturn

import pytest

from db_workflow.errors import WorkflowError
from db_workflow.pytest_plugin.recording import record_run

_EXIT_CODE = pytest.StashKey[int]()
_CODE_OF_WORKER = "db_workflow_exit_code"


def stop_run(session: pytest.Session, error: WorkflowError) -> NoReturn:
    """End the whole run with an error's text and exit code, whichever process finds it."""
    text = str(error)
    output = getattr(session.config, "workeroutput", None)
    if output is None:
        pytest.exit(text, returncode=error.exit_code)
    output[_CODE_OF_WORKER] = error.exit_code
    session.shouldstop = text
    pytest.exit(text, returncode=1)  # to pytest-xdist a worker that ends with 2 was interrupted


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over why a worker stopped."""
    code = getattr(node, "workeroutput", {}).get(_CODE_OF_WORKER)
    if code is not None:
        node.config.stash[_EXIT_CODE] = code


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Give the run the exit code of the worker that stopped it; record it if all passed."""
    code = session.config.stash.get(_EXIT_CODE, None)
    if code is not None:
        session.exitstatus = code
    else:
        record_run(session.config, exitstatus)
