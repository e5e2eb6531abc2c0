"""Several files written at once: all of them, or none."""

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from db_workflow.errors import WorkflowError


def read_text(path: Path) -> str:
    """Return a file's text, with one kind of line end."""
    return path.read_text("utf-8-sig")


def write_all(texts: Mapping[Path, str]) -> None:
    """Replace files by new texts, each as it was written: line ends, mark of UTF-8, mode.

    All is written beside them first; then each is replaced in one step. What fails on the way puts
    back what was there. After a kill between two of these steps, the next run writes the rest.

    Raises:
        WorkflowError: a file cannot be written.

    """
    before: dict[Path, bytes | None] = {}
    beside: dict[Path, Path] = {}
    placed: list[Path] = []
    try:
        for path, text in texts.items():
            before[path] = path.read_bytes() if path.exists() else None
            beside[path] = _written(path, _encoded(text, before[path]))
        for path, made in beside.items():
            made.replace(path)
            placed.append(path)
    except BaseException as error:
        for path in placed:
            _put_back(path, before[path])
        if isinstance(error, OSError):
            raise WorkflowError(
                f"{error.filename or 'A file'} cannot be written: {error.strerror}",
                why="the declarations belong together, so none of them was changed",
                next="let this account write there, and run the same command again",
            ) from error
        raise
    finally:
        for made in beside.values():
            made.unlink(missing_ok=True)


def _encoded(text: str, before: bytes | None) -> bytes:
    if before is None:
        return text.encode()
    if b"\r\n" in before:
        text = text.replace("\n", "\r\n")
    mark = b"\xef\xbb\xbf"
    return (mark if before.startswith(mark) else b"") + text.encode()


def _written(path: Path, content: bytes) -> Path:
    """Write a file beside another one, with its mode, and return where."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f".{path.name}.*.partial"):  # by a run that was killed
        left.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
    made = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        mask = os.umask(0)
        os.umask(mask)
        made.chmod(path.stat().st_mode if path.exists() else 0o666 & ~mask)
    except BaseException:
        made.unlink(missing_ok=True)
        raise
    return made


def _put_back(path: Path, content: bytes | None) -> None:
    with contextlib.suppress(OSError):
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
