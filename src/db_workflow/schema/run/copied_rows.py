"""The rows below a COPY … FROM STDIN: how they are sent, and where a refused one stands."""

import re
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from db_workflow.schema.script.script import Part, Script

if TYPE_CHECKING:
    import asyncpg

_SLICE = 1_000_000  # characters
_COPY_LINE = re.compile(r"COPY .*?, line (\d+)")


def row_of(error: BaseException, script: Script, part: Part | None) -> int | None:
    """Return the place, in characters from 1, of the row of a COPY that the server refused."""
    line = _COPY_LINE.match(str(getattr(error, "context", None) or ""))
    if line is None or part is None or part.data is None:
        return None
    at = script.text.find("\n", part.start + len(part.text))
    for _ in range(int(line[1]) - 1):
        at = script.text.find("\n", at + 1)
    return at + 2


async def send_part(connection: "asyncpg.Connection[Any]", text: str, data: str | None) -> str:
    """Send SQL, or one COPY … FROM STDIN with the rows that stand below it in the file.

    Returns:
        The last command's tag, such as "INSERT 0 3".

    """
    if data is None:
        return await connection.execute(text)
    # The driver's public functions write a COPY of their own; the file's has its options.
    tag: str = await connection._copy_in(text, _slices(data), None)  # type: ignore[attr-defined]  # noqa: SLF001
    return tag


async def _slices(data: str) -> AsyncIterator[bytes]:
    """Encode rows piece by piece: a file may hold hundreds of megabytes of them."""
    for start in range(0, len(data), _SLICE):
        yield data[start : start + _SLICE].encode()
