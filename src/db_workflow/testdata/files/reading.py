"""Reading data files without running them: in blocks, proven against their own digest.

What `shape.parse_head` and the checks here accept, Python would read as the same rows.
"""

import contextlib
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from db_workflow.testdata.files.names import PLACING, looks_generated, part_files, part_name
from db_workflow.testdata.files.rows import CopyRows, Part
from db_workflow.testdata.files.shape import (
    OPENING,
    TAIL,
    Header,
    Other,
    not_ours,
    parse_head,
    unusable,
)

_BLOCK_BYTES = 1 << 19
# Far more than the head of a table with ten thousand files.
_MOST_HEAD_BYTES = 1 << 22
_ESCAPED = re.compile(rb"\\.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DataFile:
    """A table's generated rows as read, from files that have the digests they are listed with.

    Attributes:
        path: the table's first file.
        header: what that says.
        rows: the rows of all its files; read again from there when somebody looks.
        parts: all its files.

    """

    path: Path
    header: Header
    rows: CopyRows
    parts: tuple[Part, ...]

    @property
    def variable(self) -> str:
        """The name its rows have."""
        return self.header.variable


def read_table(folder: Path, file: str, *, whole: bool = True) -> DataFile:
    """Read the generated files of a table and prove them, in a memory that stays as it is.

    Args:
        folder: the data folder.
        file: the name of the table's first file.
        whole: whether to prove the rows as well; without it, only what the files say of
            themselves and of each other. Whoever then reads rows, proves them by that.

    Raises:
        TestDataError: a file is missing, damaged, of another table, of another run of `generate`
            or in another one's place; or a run was stopped while it replaced the files.

    """
    require_placed(folder)
    first = folder / file
    header = read_header(first)
    if header.part != 1:
        raise unusable(first, f"is part {header.part} of a table, not its first")
    for number, other in enumerate(header.others, 2):
        _require_part(first, header, number, other)
    _refuse_unlisted(first, header)
    listed = (Other(file, header.count, header.digest), *header.others)
    parts = [Part(folder / other.file, other.count, other.digest) for other in listed]
    for part in parts if whole else ():
        for _ in read_chunks(part.path, digest=part.digest):
            pass
    return DataFile(first, header, CopyRows(header.columns, parts=parts), tuple(parts))


def read_header(path: Path) -> Header:
    """Return what a data file says about itself. Its rows are not looked at.

    Raises:
        TestDataError: missing, or not of the one shape that is allowed.

    """
    with _opened(path) as source:
        return _read_head(source, path)


def read_blocks(path: Path, *, digest: str = "") -> Iterator[list[str]]:
    """Yield the lines of one file in blocks of some thousand, as they stand there.

    Args:
        path: a table's first file or a further one.
        digest: the one that the file has to have, if it may not be just any intact file.

    Raises:
        TestDataError: missing or not of the one shape that is allowed; or, after the last block,
            changed since written.

    """
    for chunk in read_chunks(path, digest=digest):
        lines = chunk.decode().split("\n")
        lines.pop()
        yield lines


def read_chunks(path: Path, *, digest: str = "") -> Iterator[bytes]:
    """Yield the same as `read_blocks`, as bytes, with line ends."""
    with _opened(path) as source:
        header = _read_head(source, path)
        if digest and header.digest != digest:
            raise _of_another_run(path)
        text = hashlib.sha256()
        count = 0
        for chunk in _whole_lines(source, path):
            text.update(chunk)
            count += chunk.count(b"\n")
            yield chunk
        if count != header.count or header.digest_with(text.hexdigest()) != header.digest:
            raise unusable(path, "was changed after it was written: its digest is another one")


def require_placed(folder: Path) -> None:
    """Refuse a folder in which the files of one run stand beside those of another.

    Raises:
        TestDataError: a run was stopped while it replaced them.

    """
    if (folder / PLACING).exists():
        raise unusable(
            folder / PLACING,
            "is there: a generate was stopped while it replaced the files, so that they are of two"
            " runs",
        )


def _require_part(first: Path, header: Header, number: int, other: Other) -> None:
    path = first.with_name(other.file)
    if other.file != part_name(first.name, number):
        raise unusable(first, f"lists {other.file}, which is no part of it")
    found = read_header(path)
    if found.table != header.table:
        raise unusable(path, f"holds rows of {found.table}, not of {header.table}")
    if found.part != number:
        raise unusable(path, f"is part {found.part} of {header.table}, not part {number}")
    if (found.digest, found.count) != (other.digest, other.count):
        raise _of_another_run(path)


def _refuse_unlisted(first: Path, header: Header) -> None:
    listed = {first.name, *(other.file for other in header.others)}
    for path in part_files(first.parent, first.name):
        if path.name not in listed:
            raise unusable(path, f"is none of the {len(listed)} files that {first.name} lists")


def _of_another_run(path: Path) -> Exception:
    return unusable(path, "is not the file that belongs here: it is of another run")


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        source = path.open("rb")
    except (FileNotFoundError, IsADirectoryError) as error:
        raise unusable(path, "is missing") from error
    with source:
        yield source


def _read_head(source: BinaryIO, path: Path) -> Header:
    if not looks_generated(path):
        raise not_ours(path)
    lines = []
    left = _MOST_HEAD_BYTES
    while left > 0 and (line := source.readline(left)):
        lines.append(line)
        left -= len(line)
        if line == OPENING:
            return parse_head(path, b"".join(lines))
    raise not_ours(path)


def _whole_lines(source: BinaryIO, path: Path) -> Iterator[bytes]:
    """Yield what stands between head and tail, cut at line ends."""
    rest = b""
    # More at a time while no line ends: a line of a gigabyte is not copied once for each block.
    while block := source.read(max(_BLOCK_BYTES, len(rest))):
        rest += block
        cut = rest.rfind(b"\n", 0, max(0, len(rest) - len(TAIL))) + 1
        if cut:
            chunk, rest = rest[:cut], rest[cut:]
            _require_rows(chunk, path)
            yield chunk
    if rest != TAIL:
        raise not_ours(path)


def _require_rows(chunk: bytes, path: Path) -> None:
    """Refuse lines that Python would not read as the very same text."""
    if b"\r" in chunk or b"\0" in chunk:
        raise not_ours(path)
    # Quotes end the string, unless a backslash stands before them.
    if b"'''" in chunk and b"'''" in _ESCAPED.sub(b"..", chunk):
        raise not_ours(path)
    if not chunk.isascii():
        try:
            chunk.decode()
        except UnicodeDecodeError as error:
            raise not_ours(path) from error
