"""Writing a table's data files: the rows are on disk, their heads go before them."""

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from db_workflow.testdata.files.names import part_name
from db_workflow.testdata.files.shape import TAIL, Header, Other, head
from db_workflow.testdata.files.spool import MOST_BYTES, Spooled

_COPY_BYTES = 1 << 20


def write_parts(
    folder: Path,
    *,
    table: str,
    file: str,
    variable: str,
    columns: Sequence[str],
    spools: Sequence[Spooled],
    source: str,
    key: str,
    rules: str,
    most_bytes: int = MOST_BYTES,
) -> tuple[Path, ...]:
    """Write the rows of a table into as few files as hold them, and remove the spools.

    Args:
        folder: where the files go; an existing one is replaced.
        table: the table's name.
        file: what its first file is called, `auto_….py`.
        variable: the name its rows have there.
        columns: the columns of the rows.
        spools: the rows, in the order of the primary key.
        source: see `Header`, as `key` and `rules`.
        key: the id of the anonymisation key.
        rules: the digest of the table's rules.
        most_bytes: how large a file's rows may become by joining spools.

    Returns:
        The files in their order. There is always a first one, even without rows.

    """
    blank = Header(table, source, key, rules, 0, "", variable, tuple(columns))
    parts = [
        _part(group, blank, number) for number, group in enumerate(_groups(spools, most_bytes), 1)
    ]
    first, *others = parts or [_part((), blank, 1)]
    listed = tuple(
        Other(part_name(file, part.header.part), part.header.count, part.header.digest)
        for part in others
    )
    # Last, because it speaks of the others; its digest covers theirs.
    header = replace(first.header, others=listed)
    first = replace(first, header=replace(header, digest=header.digest_with(first.text)))
    return tuple(_write(folder, file, part) for part in (first, *others))


@dataclass(frozen=True, slots=True)
class _Part:
    """One file to be: its header, the SHA-256 of its rows, and where they are."""

    header: Header
    text: str
    spools: Sequence[Spooled]


def _groups(spools: Sequence[Spooled], most_bytes: int) -> Iterator[list[Spooled]]:
    """Yield what stands in a file together. Spools are as small as the stretches rows came in."""
    group: list[Spooled] = []
    size = 0
    for spool in spools:
        if group and size + spool.bytes > most_bytes:
            yield group
            group, size = [], 0
        group.append(spool)
        size += spool.bytes
    if group:
        yield group


def _part(spools: Sequence[Spooled], blank: Header, number: int) -> _Part:
    text = spools[0].digest if len(spools) == 1 else _digest(spools)
    header = replace(blank, count=sum(spool.count for spool in spools), part=number)
    return _Part(replace(header, digest=header.digest_with(text)), text, spools)


def _digest(spools: Sequence[Spooled]) -> str:
    text = hashlib.sha256()
    for spool in spools:
        with spool.path.open("rb") as rows:
            while block := rows.read(_COPY_BYTES):
                text.update(block)
    return text.hexdigest()


def _write(folder: Path, file: str, part: _Part) -> Path:
    path = folder / part_name(file, part.header.part)
    with path.open("wb") as target:
        target.write(head(part.header))
        for spool in part.spools:
            with spool.path.open("rb") as rows:
                shutil.copyfileobj(rows, target, _COPY_BYTES)
            spool.path.unlink()
        target.write(TAIL)
    return path
