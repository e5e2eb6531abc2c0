"""Values taken apart into the signs that say something, digits and letters, and their places."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, pairwise
from operator import itemgetter

_DIGIT, _LOWER, _UPPER = b"0aA"
DIGITS = b"0123456789"
LOWER = b"abcdefghijklmnopqrstuvwxyz"
UPPER = LOWER.upper()
# Every digit is a 0, every letter an a or an A: what is left of a value is its mask.
MASK = bytes.maketrans(DIGITS + LOWER + UPPER, bytes([_DIGIT] * 10 + [_LOWER] * 26 + [_UPPER] * 26))
PUNCTUATION = bytes(sign for sign in range(128) if not chr(sign).isalnum())
# A byte of a digest as a digit or a letter.
_MADE = {
    _DIGIT: bytes(DIGITS[byte % 10] for byte in range(256)),
    _LOWER: bytes(LOWER[byte % 26] for byte in range(256)),
    _UPPER: bytes(UPPER[byte % 26] for byte in range(256)),
}
_RUN = re.compile(r"[0aA]+")
_MOST_SLICES = 32


@dataclass(frozen=True, slots=True)
class Shape:
    """The places of the digits and letters of a value.

    Attributes:
        kinds: one byte for each sign: 0, a or A.
        layout: what stands between them, with a %s for each run of signs.
        cut: returns the runs of as many signs, as a tuple; a single one as it is.
        makers: for each kind: how a random byte becomes such a sign, and a number with all bits
            set in the places of this kind.

    """

    kinds: bytes
    layout: str
    cut: Callable[[str], tuple[str, ...] | str]
    makers: tuple[tuple[bytes, int], ...]

    def filled(self, signs: bytes) -> str:
        """Return a value of this shape with these signs."""
        return self.layout % self.cut(signs.decode())

    def made(self, stream: bytes) -> bytes:
        """Return signs of the same kinds from random bytes, at least as many."""
        count = len(self.kinds)
        if len(self.makers) == 1:
            return stream[:count].translate(self.makers[0][0])
        # Bytes as one number: choosing place by place costs one operation instead of a loop.
        stream = stream[:count]
        made = 0
        for table, places in self.makers:
            made |= int.from_bytes(stream.translate(table)) & places
        return made.to_bytes(count)


def shape(masked: bytes) -> Shape:
    """Return the shape of a value from its mask."""
    text = masked.decode()
    kinds = masked.translate(None, PUNCTUATION)
    makers = tuple((_MADE[kind], _places(kinds, kind)) for kind in sorted(set(kinds)))
    layout = _RUN.sub("%s", text.replace("%", "%%"))
    ends = list(accumulate((len(run) for run in _RUN.findall(text)), initial=0))
    return Shape(kinds, layout, _cutter(ends), makers)


def _places(kinds: bytes, kind: int) -> int:
    return int.from_bytes(bytes(255 * (other == kind) for other in kinds))


def _cutter(ends: list[int]) -> Callable[[str], tuple[str, ...] | str]:
    if 1 < len(ends) <= _MOST_SLICES:  # the fastest way, for few
        return itemgetter(*(slice(*run) for run in pairwise(ends)))
    return lambda signs: tuple(signs[begin:end] for begin, end in pairwise(ends))


def signs_of(value: str) -> str:
    """Return the digits and letters of a value, the digits of any script as those of ASCII."""
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() else sign
        for sign in value
        if sign.isdecimal() or sign.isalpha()
    )


def in_ascii(value: str) -> str:
    """Return an ASCII value of the same shape: 0 for any digit, a or A for any letter."""
    return "".join(map(_in_ascii, value))


def respelled(made: str, value: str) -> str:
    """Return what was made for `in_ascii(value)` with its own punctuation and digits."""
    return "".join(map(_respelled, made, value))


def _in_ascii(sign: str) -> str:
    if sign.isascii():
        return sign
    if sign.isdecimal():
        return "0"
    if sign.isalpha():
        return "A" if sign.isupper() else "a"
    return "_"


def _respelled(made: str, sign: str) -> str:
    if sign.isascii() or sign.isalpha():
        return made
    if sign.isdecimal():
        return chr(ord(sign) - unicodedata.decimal(sign) + int(made))
    return sign
