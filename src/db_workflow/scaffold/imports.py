"""What a module calls the things it imports, and the imports that it still needs."""

import ast
import sys
from collections.abc import Iterator

from db_workflow.scaffold.splice import Source, UnplaceableError, laid_out


class Imports:
    """The names that a module can use, and those that have to be added.

    Raises:
        UnplaceableError: the module does not parse.

    """

    def __init__(self, text: str) -> None:
        self._tree = Source(text).tree
        self._added: dict[str, set[str]] = {}

    def name(self, module: str, name: str) -> str:
        """Return how the module says a name of another one; it is imported if it is not yet.

        Raises:
            UnplaceableError: the name is taken by something else.

        """
        for statement in _statements(self._tree):
            if isinstance(statement, ast.ImportFrom):
                for alias in statement.names:
                    if alias.name == name and _same(statement.module, module):
                        return alias.asname or name
                    if f"{statement.module}.{alias.name}" == module:
                        return f"{alias.asname or alias.name}.{name}"
            else:
                for alias in statement.names:
                    if alias.name == module:
                        return f"{alias.asname or module}.{name}"
        if name in set(_bound(self._tree)):
            raise UnplaceableError(f"{name} of {module} is needed, and {name} is something else")
        self._added.setdefault(module, set()).add(name)
        return name

    def added_to(self, text: str, *, width: int) -> str:
        """Return a module's text with the imports that it still needs.

        Raises:
            UnplaceableError: an import is written in a way that cannot be added to.

        """
        for module, names in sorted(self._added.items()):
            for name in sorted(names):
                text = _with_import(text, module, name, width)
        return text


def _statements(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom]:
    for statement in tree.body:
        if isinstance(statement, ast.Import) or (
            isinstance(statement, ast.ImportFrom) and statement.module and not statement.level
        ):
            yield statement


def _same(written: str | None, module: str) -> bool:
    """Tell whether a name comes from a module, or from its package, or from a part of it."""
    asked, found = f"{module}.", f"{written}."
    return asked.startswith(found) or found.startswith(asked)


def _bound(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]


def _with_import(text: str, module: str, name: str, width: int) -> str:
    source = Source(text)
    alias = ast.alias(name)
    for statement in _statements(source.tree):
        if isinstance(statement, ast.ImportFrom) and statement.module == module:
            return _extended(source, statement, alias, width)
    return _inserted(source, ast.ImportFrom(module, [alias], 0))


def _extended(source: Source, statement: ast.ImportFrom, alias: ast.alias, width: int) -> str:
    """Add a name to an import, where it sorts."""
    old = list(statement.names)
    place = next((at for at, one in enumerate(old) if _key(one) > _key(alias)), len(old))
    statement.names.insert(place, alias)
    start, end = source.start(statement), source.end(statement)
    if "\n" not in source.text[start:end]:
        codes = [ast.unparse(one) for one in statement.names]
        line = f"from {statement.module} import {', '.join(codes)}"
        if len(line) > width:
            line = laid_out(f"from {statement.module} import (", codes, ")", width=0, indent="")
        return source.spliced((start, end, line))
    if place < len(old):
        at = source.start(old[place])
        if source.opens_line(at):
            at = source.line_start(at)
            return source.spliced((at, at, f"    {alias.name},\n"))
        return source.spliced((at, at, f"{alias.name}, "))
    last = source.before(end - 1)
    comma = "" if last.text == "," else ","
    if source.opens_line(end - 1):
        at = source.line_start(end - 1)
        return source.spliced((last.end, last.end, comma), (at, at, f"    {alias.name},\n"))
    return source.spliced((last.end, end - 1, f"{comma} {alias.name}"))


def _key(alias: ast.alias) -> tuple[int, str]:
    """Return how isort and ruff sort names: constants, then classes, then the rest."""
    name = alias.name
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2, name)


def _inserted(source: Source, new: ast.ImportFrom) -> str:
    """Add an import statement, where it sorts among its kind; otherwise behind all of them."""
    code = ast.unparse(new)
    there = list(_statements(source.tree))
    alike = [one for one in there if _kind(one) == _kind(new)]
    later = (one for one in alike if isinstance(one, ast.ImportFrom) and _after(one, new))
    if (following := next(later, None)) is not None:
        at = source.line_start(source.start(following))
        source.tree.body.insert(source.tree.body.index(following), new)
        return source.spliced((at, at, f"{code}\n"))
    if alike or (there and _kind(new) != 0):
        last = (alike or there)[-1]
        gap = "\n" if alike else "\n\n"
    elif there:  # the standard library's come first
        at = source.line_start(source.start(there[0]))
        source.tree.body.insert(source.tree.body.index(there[0]), new)
        return source.spliced((at, at, f"{code}\n\n"))
    else:
        raise UnplaceableError(f"it imports nothing yet; it needs `{code}`")
    at = source.line_end(source.end(last))
    source.tree.body.insert(source.tree.body.index(last) + 1, new)
    return source.spliced((at, at, f"{gap}{code}"))


def _after(one: ast.ImportFrom, new: ast.ImportFrom) -> bool:
    return (one.module or "") > (new.module or "")


def _kind(statement: ast.Import | ast.ImportFrom) -> int:
    """Return 0 for the standard library, 1 for everything else."""
    named = statement.module if isinstance(statement, ast.ImportFrom) else statement.names[0].name
    return int((named or "").partition(".")[0] not in sys.stdlib_module_names)
