"""What a data file looks like: a head that says what it is, rows, and a tail.

    AUTO_USERS_DATA = rows(columns=("id", "email"), text=r'''
    1<tab>user-k3…@example.test
    ''')

Such a file can be imported, but the workflow never does: it accepts only what it would write
itself, to the byte, and so nothing in a data file can run.
"""

import ast
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db_workflow.errors import TestDataError
from db_workflow.testdata.files.names import BEGINNING

# The line after which the rows begin, and what stands behind the last of them.
OPENING = b"    text=r'''\n"
TAIL = b"''',\n)\n"
# What text raises that is no Python, or not of this shape, or too deeply nested to be read.
_NO_HEAD = (
    *(SyntaxError, ValueError, TypeError, LookupError, AttributeError),
    *(RecursionError, MemoryError),
)
_IMPORT = "from db_workflow.testdata import rows"


@dataclass(frozen=True, slots=True)
class Other:
    """A further file of the table, as the first one lists it."""

    file: str
    count: int
    digest: str


@dataclass(frozen=True, slots=True)
class Header:
    """What a data file says about itself.

    Attributes:
        table: the table's name.
        source: the fingerprint of the schema it was extracted from.
        key: the id of the anonymisation key ("public" for the stand-in's).
        rules: the digest of the table's rules, see `tables.Classified.digest`.
        count: how many rows this file has.
        digest: SHA-256 over all of the others and the rows; so the first file's covers the table.
        variable: the name its rows have.
        columns: the columns of its rows.
        part: which of the table's files it is, from 1. How many there are says only the first:
            rows that are added leave the files before them as they were.
        others: the table's further files; only in the first.

    """

    table: str
    source: str
    key: str
    rules: str
    count: int
    digest: str
    variable: str
    columns: tuple[str, ...]
    part: int = 1
    others: tuple[Other, ...] = ()

    @property
    def total(self) -> int:
        """The number of rows of all files that this one knows of."""
        return self.count + sum(other.count for other in self.others)

    def digest_with(self, text: str) -> str:
        """Return the digest that belongs to these facts and rows of this SHA-256."""
        facts: list[object] = [text, self.table, self.variable, self.source, self.key, self.rules]
        facts += [self.count, self.columns]
        # Neither stands in a table's only file: its digest is what it was before there were parts.
        if self.part > 1:
            facts.append(self.part)
        if self.others:
            facts.append([(other.file, other.count, other.digest) for other in self.others])
        return hashlib.sha256(repr(tuple(facts)).encode()).hexdigest()


def head(header: Header) -> bytes:
    """Return everything that stands before the rows."""
    columns = "".join(f"        {column!r},\n" for column in header.columns)
    part = f"PART = {header.part}\n" if header.part > 1 else ""
    parts = further = ""
    if header.others:
        listed = "".join(
            f"    {other.file!r}: ({other.count}, {other.digest!r}),\n" for other in header.others
        )
        parts = f"PARTS = {{\n{listed}}}\n"
        further = "    file=__file__,\n    parts=PARTS,\n"
    return (
        f"{BEGINNING}{_in_docstring(header.table)}. Do not edit: `invoke generate` writes"
        ' it anew.\n\nRows are PostgreSQL\'s COPY text, in the order of the primary key.\n"""\n\n'
        f"{_IMPORT}\n\n"
        f"TABLE = {header.table!r}\n"
        f"SOURCE = {header.source!r}\n"
        f"KEY = {header.key!r}\n"
        f"RULES = {header.rules!r}\n"
        f"ROWS = {header.count}\n"
        f"DIGEST = {header.digest!r}\n"
        f"{part}{parts}\n"
        f"{header.variable} = rows(\n    columns=(\n{columns}    ),\n{further}"
    ).encode() + OPENING


def parse_head(path: Path, text: bytes) -> Header:
    """Return what the head of a file says.

    Raises:
        TestDataError: it is not, to the byte, what `head` makes of it.

    """
    try:
        header = _understood(ast.parse(text + TAIL))
        same = head(header) == text
    except _NO_HEAD as error:
        raise not_ours(path) from error
    if not same:
        raise unusable(path, "was changed after it was written, perhaps by a formatter")
    return header


# How git begins what it could not merge.
_CONFLICT = b"<<<<<<< "


def not_ours(path: Path) -> TestDataError:
    """Return the error for a file that is not of the one shape."""
    if _is_conflicted(path):
        return unusable(path, "holds a merge with conflicts; no choice of lines mends it")
    return unusable(path, "holds something else than rows as the workflow writes them")


def _is_conflicted(path: Path) -> bool:
    with path.open("rb") as source:
        return any(line.startswith(_CONFLICT) for line in source)


def unusable(path: Path, what: str) -> TestDataError:
    """Return the error for a file that cannot be used."""
    return TestDataError(
        f"{path.name} {what}.",
        why="a generated file is used only as the workflow wrote it",
        next="invoke generate",
        data={"file": str(path)},
    )


def _understood(tree: ast.Module) -> Header:
    """Return the header of a syntax tree; whatever it leaves out, the comparison of bytes sees."""
    _, _, *constants, last = tree.body
    values = dict(map(_assigned, constants))
    name, call = _target(last)
    if not isinstance(call, ast.Call):
        raise TypeError(call)
    columns = {word.arg: word.value for word in call.keywords}["columns"]
    header = Header(
        table=values["TABLE"],
        source=values["SOURCE"],
        key=values["KEY"],
        rules=values["RULES"],
        count=values["ROWS"],
        digest=values["DIGEST"],
        variable=name,
        columns=ast.literal_eval(columns),
        part=values.get("PART", 1),
        others=tuple(Other(file, *facts) for file, facts in values.get("PARTS", {}).items()),
    )
    if not _has_types(header):
        raise TypeError(header)
    return header


def _assigned(node: ast.stmt) -> tuple[str, Any]:
    name, value = _target(node)
    return name, ast.literal_eval(value)


def _target(node: ast.stmt) -> tuple[str, ast.expr]:
    match node:
        case ast.Assign([ast.Name(name)], value):
            return name, value
    raise TypeError(node)


def _has_types(header: Header) -> bool:
    """Tell whether all is of the type it should be: b'x' and True print like others, too."""
    texts = [header.table, header.source, header.key, header.rules, header.digest, *header.columns]
    texts += [text for other in header.others for text in (other.file, other.digest)]
    numbers = [header.count, header.part, *(other.count for other in header.others)]
    return (
        type(header.columns) is tuple
        and _all_of(texts, str)
        and _all_of(numbers, int)
        and header.variable.isidentifier()
    )


def _all_of(values: Sequence[object], kind: type) -> bool:
    return all(type(value) is kind for value in values)


def _in_docstring(name: str) -> str:
    """Return a table's name as it may stand in a docstring."""
    if name.isprintable() and not {'"', "\\"} & set(name):
        return name
    return name.encode("unicode_escape").decode().replace('"', '\\"')
