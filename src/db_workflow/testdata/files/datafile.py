"""Generated data files: rows as PostgreSQL's COPY text inside a Python module that is only data.

    AUTO_USERS_DATA = rows(columns=("id", "email"), text=r'''
    1<tab>user-k3…@example.test
    ''')

Such a file can be imported, but the workflow never does: it reads the syntax tree, accepts only
this shape, and so nothing in a data file can run.
"""

import ast
import hashlib
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, overload

from db_workflow.errors import TestDataError
from db_workflow.testdata.files.copytext import decode, protect

_IMPORT = "from db_workflow.testdata import rows"
_CONSTANTS = {"TABLE": str, "SOURCE": str, "KEY": str, "RULES": str, "ROWS": int, "DIGEST": str}


class CopyRows(Sequence[dict[str, str | None]]):
    """Rows in COPY text that become dicts only when someone looks at one.

    The values are PostgreSQL's text of them. Adds to a list on either side, as a list.
    """

    __slots__ = ("_lines", "columns", "text")

    def __init__(self, columns: Sequence[str], text: str) -> None:
        self.columns = tuple(columns)
        # The first row stands on a line of its own, below the opening quotes.
        self.text = text.removeprefix("\n")
        self._lines: list[str] | None = None

    @property
    def lines(self) -> list[str]:
        """The rows as COPY text, one a line, without line ends."""
        if self._lines is None:
            self._lines = self.text.split("\n")[:-1]
        return self._lines

    def __len__(self) -> int:
        return self.text.count("\n")

    @overload
    def __getitem__(self, index: int) -> dict[str, str | None]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, str | None]]: ...
    def __getitem__(
        self, index: int | slice
    ) -> dict[str, str | None] | list[dict[str, str | None]]:
        if isinstance(index, slice):
            return [self._row(line) for line in self.lines[index]]
        return self._row(self.lines[index])

    def __iter__(self) -> Iterator[dict[str, str | None]]:
        return (self._row(line) for line in self.lines)

    def __add__(self, other: Iterable[dict[str, object]]) -> list[dict[str, object]]:
        return [*self._objects(), *other]

    def __radd__(self, other: Iterable[dict[str, object]]) -> list[dict[str, object]]:
        return [*other, *self._objects()]

    def __repr__(self) -> str:
        return f"<{len(self)} rows of {', '.join(self.columns)}>"

    def _row(self, line: str) -> dict[str, str | None]:
        return dict(zip(self.columns, map(decode, line.split("\t")), strict=True))

    def _objects(self) -> Iterator[dict[str, object]]:
        return (dict(row) for row in self)


def rows(*, columns: Sequence[str], text: str) -> CopyRows:
    """Return the rows of a generated data file; what such a file calls when it is imported."""
    return CopyRows(columns, text)


@dataclass(frozen=True, slots=True)
class Header:
    """What a data file says about itself.

    Attributes:
        table: the table's name.
        source: the fingerprint of the schema it was extracted from.
        key: the id of the anonymisation key ("public" for the stand-in's).
        rules: the digest of the table's rules, see `tables.Classified.digest`.
        count: how many rows.
        digest: SHA-256 over all of the above, the columns and the rows.

    """

    table: str
    source: str
    key: str
    rules: str
    count: int
    digest: str


@dataclass(frozen=True, slots=True)
class DataFile:
    """A generated file as read: proven to be intact."""

    path: Path
    header: Header
    variable: str
    rows: CopyRows


class FileWriter:
    """Writes one data file row by row, in a memory that does not grow with the table."""

    def __init__(self, path: Path, *, table: str, variable: str, columns: Sequence[str]) -> None:
        self.path = path
        self.table = table
        self.variable = variable
        self.columns = tuple(columns)
        self.count = 0
        self._hash = hashlib.sha256()
        self._spool: TextIO = path.with_suffix(".rows").open("w+", encoding="utf-8", newline="\n")

    def add(self, line: str) -> None:
        """Append a row of COPY text, without its line end."""
        line = protect(line) + "\n"
        self._hash.update(line.encode())
        self._spool.write(line)
        self.count += 1

    def finish(self, *, source: str, key: str, rules: str) -> Header:
        """Write the file itself: the header first, then the rows."""
        digest = _digest(
            self._hash, self.table, self.variable, source, key, rules, self.count, self.columns
        )
        header = Header(self.table, source, key, rules, self.count, digest)
        with self.path.open("w", encoding="utf-8", newline="\n") as target:
            target.write(_head(header, self.variable, self.columns))
            self._spool.seek(0)
            shutil.copyfileobj(self._spool, target)
            target.write("''',\n)\n")
        self.close()
        return header

    def close(self) -> None:
        """Forget the rows that were not written to the file."""
        if not self._spool.closed:
            self._spool.close()
            self.path.with_suffix(".rows").unlink()


def write_file(
    path: Path,
    *,
    table: str,
    variable: str,
    columns: Sequence[str],
    lines: Iterable[str],
    source: str,
    key: str,
    rules: str,
) -> Header:
    """Write a data file in one go. See `FileWriter` and `Header` for the arguments."""
    writer = FileWriter(path, table=table, variable=variable, columns=columns)
    try:
        for line in lines:
            writer.add(line)
        return writer.finish(source=source, key=key, rules=rules)
    finally:
        writer.close()


def read_file(path: Path) -> DataFile:
    """Read a data file without running it.

    Raises:
        TestDataError: missing, not of the one shape that is allowed, or changed since written.

    """
    variable, values, columns, text = _parse(path)
    found = CopyRows(columns, text)
    header = Header(
        table=str(values["TABLE"]),
        source=str(values["SOURCE"]),
        key=str(values["KEY"]),
        rules=str(values["RULES"]),
        count=int(values["ROWS"]),
        digest=str(values["DIGEST"]),
    )
    digest = _digest(
        hashlib.sha256(found.text.encode()),
        header.table,
        variable,
        header.source,
        header.key,
        header.rules,
        header.count,
        columns,
    )
    if digest != header.digest or header.count != len(found):
        raise _unusable(path, "was changed after it was written: its digest is another one")
    return DataFile(path, header, variable, found)


def read_header(path: Path) -> Header:
    """Return a data file's header, without running it. Raises as `read_file` does."""
    return read_file(path).header


def load_rows(path: Path) -> CopyRows:
    """Return a data file's rows, without running it. Raises as `read_file` does."""
    return read_file(path).rows


def _head(header: Header, variable: str, columns: Sequence[str]) -> str:
    listed = "".join(f"        {column!r},\n" for column in columns)
    return (
        f'"""Generated test data of the table {header.table}. Do not edit: `invoke generate` writes'
        ' it anew.\n\nRows are PostgreSQL\'s COPY text, in the order of the primary key.\n"""\n\n'
        f"{_IMPORT}\n\n"
        f"TABLE = {header.table!r}\n"
        f"SOURCE = {header.source!r}\n"
        f"KEY = {header.key!r}\n"
        f"RULES = {header.rules!r}\n"
        f"ROWS = {header.count}\n"
        f"DIGEST = {header.digest!r}\n\n"
        f"{variable} = rows(\n    columns=(\n{listed}    ),\n    text=r'''\n"
    )


def _digest(text: "hashlib._Hash", *facts: object) -> str:
    return hashlib.sha256(repr((text.hexdigest(), *facts)).encode()).hexdigest()


def _parse(path: Path) -> tuple[str, dict[str, str | int], tuple[str, ...], str]:
    try:
        tree = ast.parse(path.read_text("utf-8"), str(path))
    except FileNotFoundError as error:
        raise _unusable(path, "is missing") from error
    except (SyntaxError, ValueError) as error:
        raise _unusable(path, "is not valid Python") from error
    match tree.body:
        case [ast.Expr(ast.Constant(str())), ast.ImportFrom() as line, *constants, last] if (
            ast.unparse(line) == _IMPORT
        ):
            values = dict(_constant(path, node) for node in constants)
            variable, columns, text = _call(path, last)
        case _:
            raise _unusable(path, "holds something else than rows")
    if list(values) != list(_CONSTANTS) or any(
        type(values[name]) is not kind for name, kind in _CONSTANTS.items()
    ):
        raise _unusable(path, "has not the header of a data file")
    return variable, values, columns, text


def _constant(path: Path, node: ast.stmt) -> tuple[str, str | int]:
    match node:
        case ast.Assign([ast.Name(name)], ast.Constant(str() | int() as value)):
            return name, value
    raise _unusable(path, f"holds something else than rows in line {node.lineno}")


def _call(path: Path, node: ast.stmt) -> tuple[str, tuple[str, ...], str]:
    match node:
        case ast.Assign(
            [ast.Name(variable)],
            ast.Call(
                ast.Name("rows"),
                [],
                [
                    ast.keyword("columns", ast.Tuple(items)),
                    ast.keyword("text", ast.Constant(str() as text)),
                ],
            ),
        ):
            columns = tuple(
                item.value
                for item in items
                if isinstance(item, ast.Constant) and isinstance(item.value, str)
            )
            if len(columns) == len(items):
                return variable, columns, text
    raise _unusable(path, f"holds something else than rows in line {node.lineno}")


def _unusable(path: Path, what: str) -> TestDataError:
    return TestDataError(
        f"{path.name} {what}.",
        why="a generated file is used only as the workflow wrote it",
        next="invoke generate",
        data={"file": str(path)},
    )
