"""One more class in a module."""

import ast
from collections.abc import Collection

from db_workflow.scaffold.splice import Source


def with_class(text: str, code: str, *, before: Collection[str] = ()) -> str:
    """Return a module's text with one more class.

    It stands before the first of the classes that will want it, if all that it wants itself is
    above; otherwise behind all others, but before the `__main__` block.

    Args:
        text: the module.
        code: the class.
        before: the names of classes that will want it.

    Raises:
        UnplaceableError: the module does not parse.

    """
    source = Source(text)
    (made,) = ast.parse(code).body
    body = source.tree.body
    place = _place(body, made, before)
    if place < len(body):
        at = source.line_start(source.start(body[place]))
        body.insert(place, made)
        return source.spliced((at, at, f"{code}\n\n\n"))
    body.append(made)
    end = len(text.rstrip())
    gap = "\n\n\n" if end else ""
    return source.spliced((end, len(text), f"{gap}{code}\n"))


def _place(body: list[ast.stmt], made: ast.stmt, before: Collection[str]) -> int:
    wanted = {node.id for node in ast.walk(made) if isinstance(node, ast.Name)}
    names = [one.name if isinstance(one, ast.ClassDef) else "" for one in body]
    first = next((at for at, name in enumerate(names) if name in before), len(body))
    if first < len(body) and wanted.isdisjoint(names[first:]):
        return first
    return len(body) - 1 if body and _is_main(body[-1]) else len(body)


def _is_main(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test)
