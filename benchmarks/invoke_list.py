"""What `invoke --list` costs beside a namespace with nothing in it."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from benchmarks.measure import Contestant

_ROOT = Path(__file__).parents[1]
_EMPTY = """\
from invoke.collection import Collection
from invoke.tasks import task

@task
def nothing(context): ...

namespace = Collection(nothing)
"""


def contestants() -> Iterable[Contestant]:
    """Return ours and the bare Invoke."""
    folder = Path(tempfile.mkdtemp())
    (folder / "tasks.py").write_text(_EMPTY)
    yield Contestant("ours: invoke --list", lambda: _listed(_ROOT))
    yield Contestant("an empty Invoke namespace", lambda: _listed(folder))


def _listed(folder: Path) -> float:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "invoke", "--list"], cwd=folder, check=True, capture_output=True
    )
    return time.perf_counter() - started
