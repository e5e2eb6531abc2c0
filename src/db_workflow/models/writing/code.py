"""Pieces of Python code, and how they are broken into lines that a person would write."""

import json
import re
from dataclasses import dataclass

WIDTH = 100
# What SQLAlchemy's text() takes for a bind parameter, and what it takes for an escape of one.
_BIND = re.compile(r"(?<![:\w\\]):(?=\w+(?![:\w]))")
_ESCAPE = re.compile(r"\\(?=:\w*(?![:\w]))")
_NOT_PRINTABLE = {
    ord(character): f"\\u{ord(character):04x}" for character in "\u2028\u2029\x85\x7f"
}


@dataclass(frozen=True, slots=True)
class Group:
    """Code with a list in brackets: what opens it, the parts, what closes it.

    Attributes:
        head: what stands before the parts, the bracket included.
        parts: separated by commas.
        tail: the closing bracket and what follows.

    """

    head: str
    parts: "tuple[Code, ...]"
    tail: str = ")"


Code = str | Group


def call(name: str, *parts: Code) -> Group:
    """Return a call of a function."""
    return Group(f"{name}(", parts)


def option(name: str, value: Code) -> Code:
    """Return a keyword argument."""
    if isinstance(value, str):
        return f"{name}={value}"
    return Group(f"{name}={value.head}", value.parts, value.tail)


def sequence(*parts: Code) -> Group:
    """Return a list."""
    return Group("[", parts, "]")


def assigned(target: str, value: Code) -> Code:
    """Return an assignment."""
    if isinstance(value, str):
        return f"{target} = {value}"
    return Group(f"{target} = {value.head}", value.parts, value.tail)


def entry(key: str, value: Code) -> Code:
    """Return an entry of a mapping."""
    if isinstance(value, str):
        return f"{key}: {value}"
    return Group(f"{key}: {value.head}", value.parts, value.tail)


def literal(value: str) -> str:
    """Return a text as a Python literal in the quotes that need fewer escapes, as formatters do."""
    written = json.dumps(value, ensure_ascii=False).translate(_NOT_PRINTABLE)
    if '"' in value and "'" not in value:
        inside = re.sub(r'\\(\\|")', lambda found: found[0] if found[1] == "\\" else '"', written)
        return f"'{inside[1:-1]}'"
    return written


def sql(printed: str) -> str:
    """Return SQL as the literal that text() gives back unchanged: its colons are no parameters."""
    return literal(_BIND.sub(r"\\:", _ESCAPE.sub(r"\\\\", printed)))


def flat(code: Code) -> str:
    """Return code on one line."""
    if isinstance(code, str):
        return code
    return f"{code.head}{', '.join(flat(part) for part in code.parts)}{code.tail}"


def lines(code: Code, *, indent: int = 0, after: str = "", comment: str = "") -> list[str]:
    """Return code as lines: one, or the parts on the next, or one line a part.

    Args:
        code: the code.
        indent: spaces before each line.
        after: what follows on the last line, such as a comma.
        comment: a remark for the end of the last line; it may be longer than a line is.

    """
    space = " " * indent
    remark = f"  # {comment}" if comment else ""
    one = f"{space}{flat(code)}{after}"
    if isinstance(code, str) or not code.parts or _fits(one):
        return [one + remark]
    inner = f"{space}    {', '.join(flat(part) for part in code.parts)}"
    last = f"{space}{code.tail.lstrip(',')}{after}{remark}"
    # As formatters do: arguments may share a line, entries of a collection do not.
    if _fits(inner) and re.search(r"\w\($", code.head):
        return [f"{space}{code.head}", inner, last]
    body = [line for part in code.parts for line in lines(part, indent=indent + 4, after=",")]
    return [f"{space}{code.head}", *body, last]


def remark(said: str) -> str:
    """Return a text as it may stand in a comment or docstring: on one line, quoting nothing."""
    return " ".join(said.split()).replace("\\", "/").replace('"""', "'''").rstrip('"')


def _fits(line: str) -> bool:
    return len(line) <= WIDTH
