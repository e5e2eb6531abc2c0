"""HTML and SVG as text that cannot be broken out of: what is not markup already is escaped."""

import html
import re
from collections.abc import Iterable
from typing import TypeAlias

# What cannot be encoded, is not shown, or turns the letters after it around: a name may hold it.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_VOID = frozenset({"br", "hr", "input", "link", "meta"})


class Markup(str):
    """A text that is markup already."""

    __slots__ = ()


Content: TypeAlias = "str | int | Markup | Iterable[Content] | None"
Attribute: TypeAlias = "str | float | bool | None"


def tag(name: str, /, *children: Content, **attributes: Attribute) -> Markup:
    """Return an element.

    Args:
        name: the element's.
        children: texts, which are escaped; elements, which are not; iterables of them; None.
        attributes: `class_` and `for_` lose the underscore, in other names one is a hyphen.
            True is an attribute without a value; one that is None or False is left out.

    """
    start = name + "".join(_attribute(*item) for item in attributes.items())
    if name in _VOID:
        return Markup(f"<{start}>")
    return Markup(f"<{start}>{join(*children)}</{name}>")


def join(*children: Content) -> Markup:
    """Return several pieces of content as one."""
    return Markup("".join(map(_content, children)))


def escape(text: str) -> Markup:
    """Return a text as markup: as it reads, with what nobody would see spelt out."""
    return Markup(html.escape(_UNSEEN.sub(_spelt, text)))


def _content(child: Content) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, str | int):
        return escape(str(child))
    return "".join(map(_content, child))


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    return f' {name}="{escape(number(value) if isinstance(value, float) else str(value))}"'


def number(value: float) -> str:
    """Return a length as SVG reads it, without digits that nobody sees."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _spelt(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
