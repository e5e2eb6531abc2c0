"""What else a text says: through escapes of JSON, URLs and HTML, in base64, in hexadecimal.

And as it reads without accents and without signs that do not show.
"""

import binascii
import codecs
import html
import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from db_workflow.testdata.rules.spelling import plain_spellings

_DEEPEST = 3
# Encoded texts of fewer signs are not looked at; decoded ones of fewer have to read like words.
SHORTEST = 8
UNDOUBTED = 12
# What is encoded may be broken into lines: by PostgreSQL's encode() of 76, in mails, keys.
_LINE_ENDS = r"(?<=[A-Za-z0-9+/_-]{32})\r?\n(?=[A-Za-z0-9+/_=-])"
ESCAPED = re.compile(rf"\\|%[0-9A-Fa-f]{{2}}|&#?\w+;|{_LINE_ENDS}")
_LINE_END = re.compile(_LINE_ENDS)
_JSON = re.compile(r"(?:\\u[0-9a-fA-F]{4})+|\\[\"\\/bfnrt]")
_BASE64 = re.compile(rf"[A-Za-z0-9+/_-]{{{SHORTEST},}}")
_HEX = re.compile(rf"[0-9A-Fa-f]{{{SHORTEST},}}")
_URL_SAFE = str.maketrans("-_", "+/")
_PRINTABLE = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]").match
_LETTERS = re.compile(r"[^\W\d_]+")
_NATURAL = re.compile(r"[\w\s.,@'+\-/:;=?!&<>\"(){}\[\]]+")
NATURAL_SIGNS = frozenset(code for code in range(128) if _NATURAL.fullmatch(chr(code)))
_NO_DIGITS = re.compile(r"[^\W\d]+(?:[\s.,@'_-]+[^\W\d]+)*")


def further_texts(text: str) -> list[str]:
    """Return what a text says through encodings, and encodings inside of encodings."""
    found: dict[str, None] = {}
    latest = [text]
    for _ in range(_DEEPEST):
        latest = [
            made
            for known in latest
            for decoder in _DECODERS
            for made in decoder(known)
            if made != text and made not in found
        ]
        found.update(dict.fromkeys(latest))
    return list(found)


def _json_escapes(text: str) -> Iterator[str]:
    if "\\" in text:
        yield _JSON.sub(_unescaped, text)


def _unescaped(match: re.Match[str]) -> str:
    made: str = json.loads(f'"{match.group()}"')
    return made.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _url_escapes(text: str) -> Iterator[str]:
    if "%" in text:
        made = unquote(text)
        yield made
        if "\ufffd" in made:  # as older programs wrote it
            yield unquote(text, "latin-1")


def _html_entities(text: str) -> Iterator[str]:
    if "&" in text:
        yield html.unescape(text)


def _unbroken(text: str) -> Iterator[str]:
    if "\n" in text:
        yield _LINE_END.sub("", text)


def _base64(text: str) -> Iterator[str]:
    for match in _BASE64.finditer(text):
        for offset in range(4):
            if len(match.group()) - offset >= SHORTEST:
                yield from from_base64(match.group()[offset:])


def from_base64(piece: str) -> Iterator[str]:
    """Yield what base64 says, with or without padding, if it is readable."""
    # One sign more than whole groups holds no whole byte.
    piece = piece[: len(piece) - (len(piece) % 4 == 1)].translate(_URL_SAFE)
    yield from _readable(binascii.a2b_base64(piece + "=" * (-len(piece) % 4)))


def _hexadecimal(text: str) -> Iterator[str]:
    for match in _HEX.finditer(text):
        for offset in range(2):
            if len(match.group()) - offset >= SHORTEST:
                yield from from_hexadecimal(match.group()[offset:])


def from_hexadecimal(piece: str) -> Iterator[str]:
    """Yield what hexadecimal says, if it is readable."""
    for made in _readable(binascii.unhexlify(piece[: len(piece) // 2 * 2])):
        # Numbers are no texts, unless they spell nothing but words.
        if not piece.isdecimal() or (_NO_DIGITS.fullmatch(made) and _in_one_case(made)):
            yield made


def _readable(raw: bytes) -> Iterator[str]:
    try:
        made, _ = codecs.utf_8_decode(raw, "strict", False)  # the last sign may be cut
    except UnicodeDecodeError:
        return
    if not made.isprintable() and not all(map(_PRINTABLE, made)):
        return
    if len(raw) >= UNDOUBTED or (_NATURAL.fullmatch(made) and _in_one_case(made)):
        yield made


def _in_one_case(text: str) -> bool:
    """Tell whether every word is in one case, or capitalised, as chance seldom has it."""
    words = _LETTERS.findall(text)
    return all(word[1:].islower() or word.isupper() or word.lower() == word for word in words)


_DECODERS: tuple[Callable[[str], Iterator[str]], ...] = (
    _json_escapes,
    _url_escapes,
    _html_entities,
    _unbroken,
    _base64,
    _hexadecimal,
    plain_spellings,
)
