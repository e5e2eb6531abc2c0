"""A data file on its way to the server, by COPY, as it stands there."""

import hashlib
import re
from collections.abc import AsyncIterator
from typing import Any

import asyncpg

from db_workflow.errors import TestDataError
from db_workflow.testdata.files.reading import DataFile, read_chunks
from db_workflow.testdata.structure import TableStructure

# What a data file writes otherwise than the server does (`copytext.protect`); any other escape is
# the server's own, a backslash behind a backslash above all.
_PROTECTED = re.compile(rb"\\(?:x[0-9a-f]{2}|.)", re.DOTALL)


async def send(
    connection: "asyncpg.Connection[Any]", structure: TableStructure, file: DataFile
) -> str:
    """Load a file's rows straight into their table.

    Returns:
        The digest that `digests.table_digest` has for a table that holds these rows and no others.

    Raises:
        TestDataError: the file has other columns than the table, or was changed since written.
        asyncpg.PostgresError: the server does not take it; nothing is undone here.

    """
    require_columns(structure, file)
    digest = hashlib.sha256()
    await connection.copy_to_table(
        structure.relation,
        schema_name=structure.schema,
        source=_printed(file, digest),
        columns=file.rows.columns,
        format="text",
    )
    return digest.hexdigest()


def require_columns(structure: TableStructure, file: DataFile) -> None:
    """Refuse a file that has other columns than its table.

    Raises:
        TestDataError: it has.

    """
    if set(file.rows.columns) != set(structure.written):
        raise TestDataError(
            f"{file.path.name} has other columns than the table {structure.name}.",
            next="invoke generate",
        )


async def chunks(file: DataFile) -> AsyncIterator[bytes]:
    """Yield the rows of all files of a table, proven against their digests, as COPY reads them."""
    for part in file.parts:
        for chunk in read_chunks(part.path, digest=part.digest):
            yield chunk


async def _printed(file: DataFile, digest: "hashlib._Hash") -> AsyncIterator[bytes]:
    """Yield the same, and take the digest of what the server would print."""
    async for chunk in chunks(file):
        digest.update(as_printed(chunk))
        yield chunk


def as_printed(chunk: bytes) -> bytes:
    """Return rows of a data file as the server prints them: without what protects them there."""
    if b"\\x" in chunk or b"\\'" in chunk:
        return _PROTECTED.sub(_plain, chunk)
    return chunk


def _plain(match: re.Match[bytes]) -> bytes:
    escape = match[0]
    if escape[1:2] == b"x" and len(escape) > 2:
        return bytes.fromhex(escape[2:].decode())
    return b"'" if escape == rb"\'" else escape
