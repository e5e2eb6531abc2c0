"""Importing a data file of a hundred thousand rows of ten columns, beside files of Python literals.

Each in a process of its own that has imported what such a file imports: timed is the file alone,
without compiled files from before. Memory is the process's peak, Python itself and what the file
imports included (Linux).
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import extract
from benchmarks.measure import Contestant
from benchmarks.runners import seeding
from benchmarks.runners.bench import PROJECT, Bench

_DATABASE = f"{PROJECT}_import"
_CHILD = r"""
import re, runpy, sys, time
import db_workflow.testdata, datetime, decimal
started = time.perf_counter()
found = runpy.run_path(sys.argv[1])["AUTO_PEOPLE_DATA"]
assert len(found) == int(sys.argv[2])
seconds = time.perf_counter() - started
# Of this program alone: getrusage() counts what its parent had when it was started.
with open("/proc/self/status") as status:
    peak = int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1]) / 1000
print(seconds, peak)
"""


class _Import:
    """One file, imported again and again."""

    def __init__(self, path: Path, rows: int) -> None:
        self._command = [sys.executable, "-c", _CHILD, str(path), str(rows)]
        self._peak = 0.0

    def run(self) -> float:
        done = subprocess.run(self._command, capture_output=True, check=True, text=True)
        seconds, peak = map(float, done.stdout.split())
        self._peak = max(self._peak, peak)
        return seconds

    def peak(self) -> float:
        return self._peak


def contestants(rows: int = 100_000) -> Iterable[Contestant]:
    """Return our data file, one of tuples, and one of dicts."""
    bench = Bench.open()
    bench.fresh(_DATABASE)
    asyncio.run(extract.fill(bench, _DATABASE, rows))
    values = asyncio.run(seeding.declare(bench.address(_DATABASE), bench.settings))
    folder = bench.folder("out")
    for name, path in (
        (f"ours: {rows:,} rows", bench.settings.data / "auto_people.py"),
        ("literal tuples", _literals(folder / "tuples.py", values)),
        (
            "literal dicts",
            _literals(
                folder / "dicts.py", [dict(zip(seeding.COLUMNS, r, strict=True)) for r in values]
            ),
        ),
    ):
        file = _Import(path, rows)
        yield Contestant(name, file.run, memory=file.peak)


def _literals(path: Path, rows: Sequence[Any]) -> Path:
    listed = "".join(f"    {row!r},\n" for row in rows)
    head = "import datetime\nfrom decimal import Decimal\n\n"
    path.write_text(f"{head}AUTO_PEOPLE_DATA = [\n{listed}]\n", "utf-8")
    return path
