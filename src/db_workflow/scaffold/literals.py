"""One more element in the tuple or list that a module gives a name to."""

import ast
from collections.abc import Sequence

from db_workflow.scaffold.splice import Source, UnplaceableError, indented


def with_element(
    text: str, variable: str, element: str, *, width: int, before: str | None = None
) -> str:
    """Return a module's text with one more element in a literal.

    Args:
        text: the module.
        variable: the name that the literal is given at the top level.
        element: the code of the new one; perhaps several lines.
        width: how long a line may be.
        before: the text that the new one stands before; otherwise it is the last.

    Raises:
        UnplaceableError: there is no such literal, or no such element.

    """
    source = Source(text)
    literal = _literal(source.tree, variable)
    place = _index(literal, before)
    opening, closing = source.start(literal), source.end(literal) - 1
    if not source.closes(opening, closing):
        raise UnplaceableError(f"{variable} is a tuple without brackets")
    behind = literal.elts[place:]
    literal.elts.insert(place, ast.parse(element, mode="eval").body)
    if "\n" not in text[opening:closing]:
        return _in_one_line(source, literal, place, element, width)
    if behind:
        return _before(source, behind[0], element)
    return _behind(source, literal, element, closing)


def _literal(tree: ast.Module, variable: str) -> ast.Tuple | ast.List:
    value = None
    for statement in tree.body:
        targets: Sequence[ast.expr] = ()
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign | ast.AugAssign):
            targets = (statement.target,)
        for target in targets:
            if isinstance(target, ast.Name) and target.id == variable:
                value = statement.value  # type: ignore[attr-defined] # all three have one
    if value is None:
        raise UnplaceableError(f"{variable} is not given its value at the top level")
    while True:
        if isinstance(value, ast.Tuple | ast.List):
            return value
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
            value = value.right
        elif (copied := _copied(value)) is not None:
            value = copied
        else:
            raise UnplaceableError(f"{variable} ends in no tuple or list that is written out")


def _copied(value: ast.expr) -> ast.expr | None:
    """Return what `tuple(…)` or `list(…)` is made of."""
    if (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id in {"list", "tuple"}
        and len(value.args) == 1
        and not value.keywords
    ):
        return value.args[0]
    return None


def _index(literal: ast.Tuple | ast.List, before: str | None) -> int:
    if before is None:
        return len(literal.elts)
    for index, element in enumerate(literal.elts):
        if isinstance(element, ast.Constant) and element.value == before:
            return index
    raise UnplaceableError(f"{before!r} is not written out there")


def _in_one_line(
    source: Source, literal: ast.Tuple | ast.List, place: int, element: str, width: int
) -> str:
    """Write the literal anew: in one line if it fits, otherwise an element a line."""
    opening, end = source.start(literal), source.end(literal)
    old = [one for index, one in enumerate(literal.elts) if index != place]
    codes = [source.text[source.start(one) : source.end(one)] for one in old]
    codes.insert(place, element)
    first, last = source.text[opening], source.text[end - 1]
    comma = "," if isinstance(literal, ast.Tuple) and len(codes) == 1 else ""
    made = f"{first}{', '.join(codes)}{comma}{last}"
    around = end - opening - (source.line_end(end) - source.line_start(opening))
    if "\n" in made or len(made) - around > width:
        indent = source.indent(opening)
        lines = "".join(f"{indented(code, indent + '    ')},\n" for code in codes)
        made = f"{first}\n{lines}{indent}{last}"
    return source.spliced((opening, end, made))


def _before(source: Source, element: ast.expr, code: str) -> str:
    at = source.start(element)
    if not source.opens_line(at):
        return source.spliced((at, at, f"{code}, "))
    line = source.line_start(at)
    return source.spliced((line, line, f"{indented(code, source.indent(at))},\n"))


def _behind(source: Source, literal: ast.Tuple | ast.List, code: str, closing: int) -> str:
    last = source.before(closing)
    old = literal.elts[:-1]
    comma = "," if old and last.text != "," else ""
    outer = source.indent(source.start(literal))
    begins = [at for at in map(source.start, old) if source.opens_line(at)]
    indent = source.indent(begins[-1]) if begins else outer + "    "
    lines = f"{indented(code, indent)},\n"
    if not source.opens_line(closing):
        return source.spliced((last.end, closing, f"{comma}\n{lines}{outer}"))
    at = source.line_start(closing)  # behind the comments
    return source.spliced((last.end, last.end, comma), (at, at, lines))
