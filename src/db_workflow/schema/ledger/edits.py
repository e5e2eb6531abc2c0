"""What was done to a file since it ran, as far as its checksum of then can tell."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

_BOM = b"\xef\xbb\xbf"


def harmless_edit(path: Path, checksum: str) -> str:
    """Return what alone was changed in a file since it had a checksum; empty when it is more.

    A checksum cannot be read backwards, but what editors and git do to a whole file can be tried:
    whoever reads "only its line ends" looks into `.gitattributes` and not into the SQL.

    Args:
        path: the file.
        checksum: SHA-256 of what it held then, in hexadecimal.

    """
    try:
        content = path.read_bytes()
    except OSError:
        return ""
    tried = _variants(content)
    return next((what for what, then in tried if _digest(then) == checksum), "")


def _variants(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield what may have been done, and what the file then held before."""
    unix = content.replace(b"\r\n", b"\n")
    yield "only its line ends, to CRLF: git's autocrlf, perhaps", unix
    yield "only its line ends, from CRLF: git's autocrlf, perhaps", unix.replace(b"\n", b"\r\n")
    yield "only a byte order mark, which was added", content.removeprefix(_BOM)
    yield "only a byte order mark, which was taken away", _BOM + content
    bare = content.rstrip()
    for end in (b"", b"\n", b"\r\n", b"\n\n"):
        yield "only the white space at its end", bare + end


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
