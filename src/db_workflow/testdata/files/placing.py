"""Putting finished files into the data folder, so that a kill on the way is noticed."""

import filecmp
import shutil
from collections.abc import Sequence
from pathlib import Path

from db_workflow.errors import TestDataError
from db_workflow.testdata.files.names import (
    PLACING,
    is_part_name,
    looks_generated,
    part_files,
)
from db_workflow.testdata.files.reading import read_chunks

_WHY = """\
Generated files are being replaced. If no `generate` is running, one was stopped on the way, and
they are of two runs: run `invoke generate` once more.
"""


def put_in_place(
    folder: Path, data: Path, files: Sequence[str]
) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Replace generated files by those of a finished run; remove those that it has not made.

    Nothing changes before all is written beside what it replaces. From then on to the end a file
    (`names.PLACING`) stands in the folder: whoever finds it finds files of two runs.

    Args:
        folder: where the run wrote.
        data: the data folder.
        files: the first file of every table of TABLE_CONFIG.

    Returns:
        The generated files that are there now, and those of them that changed.

    Raises:
        TestDataError: somebody's own file has the name of one that is to be written.

    """
    data.mkdir(parents=True, exist_ok=True)
    _remove_partial(data)
    made = [path for file in files for path in part_files(folder, file)]
    changed = [path for path in made if not _same(path, data / path.name)]
    for path in changed:
        _require_free(data / path.name)
    obsolete = _obsolete(data, files, {path.name for path in made})
    try:
        for path in changed:
            # By way of a copy beside it: the folders may be on two file systems.
            shutil.copyfile(path, _partial(data, path.name))
    except BaseException:  # the disk is full, or somebody has ended the run
        _remove_partial(data)
        raise
    if changed or obsolete or (data / PLACING).exists():
        (data / PLACING).write_text(_WHY, "utf-8")
        for path in changed:
            _partial(data, path.name).replace(data / path.name)
        for path in obsolete:
            path.unlink()
        (data / PLACING).unlink()
    return tuple(data / path.name for path in made), tuple(data / path.name for path in changed)


def _partial(data: Path, name: str) -> Path:
    return data / f".{name}.partial"


def _remove_partial(data: Path) -> None:
    for left in data.glob(".auto_*.partial"):
        left.unlink()


def _same(made: Path, there: Path) -> bool:
    return there.is_file() and filecmp.cmp(made, there, shallow=False)


def _require_free(target: Path) -> None:
    """Refuse to write a further part over rows that somebody wrote; a first file is declared."""
    if is_part_name(target.name) and target.is_file() and not looks_generated(target):
        raise TestDataError(
            f"{target.name} is in the way: it is not a generated file.",
            why="the rows of a large table go on in a file of this name",
            next="move its rows into another file, or remove it",
            data={"file": str(target)},
        )


def _obsolete(data: Path, files: Sequence[str], made: set[str]) -> list[Path]:
    """Return the generated files that this run has not made. Never somebody's own rows."""
    declared = {path for file in files for path in part_files(data, file)}
    gone = {path for path in data.glob("auto_*.py") if path not in declared and _is_intact(path)}
    return sorted(path for path in declared | gone if path.name not in made)


def _is_intact(path: Path) -> bool:
    """Tell a generated file of a removed table from rows that somebody wrote, or changed."""
    try:
        for _ in read_chunks(path):
            pass
    except TestDataError:
        return False
    return True
