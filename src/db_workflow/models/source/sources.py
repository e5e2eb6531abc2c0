"""A file of the repository's Python: where its classes and attributes stand, what comments allow.

A comment `# db_workflow: allow RULE, RULE` belongs to what it stands beside, or in the lines
directly above: to an attribute, or to a class. What names the table or its options, such as
`__tablename__`, belongs to the class.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_ALLOW = re.compile(r"#\s*db_workflow:\s*allow\b(?:\s+(?P<rules>[\w-]+(?:\s*,\s*[\w-]+)*))?")


@dataclass(frozen=True, slots=True)
class Allow:
    """One comment that allows conventions to be broken.

    Attributes:
        path: its file.
        line: its line in there.
        rules: the names that it gives; none if it gives none.

    """

    path: Path
    line: int
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Where a class or an attribute stands.

    Attributes:
        line: the first line of it.
        lines: in which lines a comment belongs to it.

    """

    line: int
    lines: frozenset[int]


class Source:
    """A file, taken apart when something of it is asked for; one that cannot be read is empty."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def spans(self) -> Mapping[tuple[str, str], Span]:
        """Where things stand, by class and attribute; a class itself has the attribute ""."""
        try:
            tree = ast.parse(self._bytes)
        except (SyntaxError, ValueError):
            return {}
        found: dict[tuple[str, str], Span] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                found.update(self._of_class(node))
        return found

    @cached_property
    def allows(self) -> Mapping[int, Allow]:
        """The comments that allow something, by line."""
        if b"db_workflow:" not in self._bytes:
            return {}  # most files; taking one apart takes as long as importing it
        found = {line: _ALLOW.search(token.string) for line, token in self._comments.items()}
        return {
            line: Allow(self._path, line, tuple(re.findall(r"[\w-]+", match["rules"] or "")))
            for line, match in found.items()
            if match
        }

    @cached_property
    def _bytes(self) -> bytes:
        try:
            return self._path.read_bytes()
        except OSError:
            return b""

    @cached_property
    def _comments(self) -> Mapping[int, tokenize.TokenInfo]:
        """All comments, by line."""
        try:
            tokens = list(tokenize.tokenize(io.BytesIO(self._bytes).readline))
        except (tokenize.TokenError, SyntaxError):
            return {}
        return {one.start[0]: one for one in tokens if one.type == tokenize.COMMENT}

    def _of_class(self, node: ast.ClassDef) -> Iterator[tuple[tuple[str, str], Span]]:
        """Yield the spans of a class and of its attributes."""
        first = node.body[0]
        opening = _opening(node)
        head = {*self._above(opening), *range(opening, max(_opening(first), node.lineno + 1))}
        for entry in node.body:
            names = list(_assigned(entry))
            begun = _opening(entry)
            lines = {*self._above(begun), *range(begun, (entry.end_lineno or 0) + 1)}
            if names and all(name.startswith("__") for name in names):
                head |= lines
            elif names and entry is first:  # what stands above it is about it
                head -= lines - {node.lineno}
            for name in names:
                yield (node.name, name), Span(entry.lineno, frozenset(lines))
        yield (node.name, ""), Span(node.lineno, frozenset(head))

    def _above(self, line: int) -> Iterator[int]:
        """Yield the lines directly above one that hold nothing but a comment."""
        if b"db_workflow:" not in self._bytes:
            return
        while (found := self._comments.get(line - 1)) and not found.line[: found.start[1]].strip():
            line -= 1
            yield line


def _opening(node: ast.stmt) -> int:
    """Return the first line of a statement; a decorator's is before that of its class."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return min(one.lineno for one in (node, *node.decorator_list))
    return node.lineno


def _assigned(entry: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement of a class gives to its attributes."""
    targets: list[ast.expr] = []
    if isinstance(entry, ast.FunctionDef):  # declared_attr
        yield entry.name
    elif isinstance(entry, ast.AnnAssign):
        targets = [entry.target]
    elif isinstance(entry, ast.Assign):
        targets = entry.targets
    for target in targets:
        if isinstance(target, ast.Name):
            yield target.id
