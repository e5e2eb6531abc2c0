"""Words of many cells at once, as arrays of 64-bit hashes.

A word's hash is a polynomial over its folded signs, so that any piece of a text, and any words
written together, have theirs by arithmetic, without a string being made for each. Its factor and
the signs' numbers follow from Python's own `hash()` of texts: all processes of a run share them,
and nobody else has them.
"""

import functools
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from db_workflow.testdata.rules.spelling import words_of

Numbers = NDArray[np.uint64]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]

# What a sign is: SIGN is a word by itself (scripts without spaces), the last three make up words.
SEPARATOR, SIGN, LOWER, UPPER, DIGIT, _UNKNOWN = 0, 1, 2, 3, 4, 255
# A word of more pieces than this is a code, in which short pieces stand by chance.
MOST_PIECES = 4
LONG_PIECE = 6
# Texts are worked on in pieces of so many signs, which stay in the processor's cache.
PIECE = 1 << 16
_WORD_MASK = (1 << 64) - 1
_FACTOR = hash("the gate's factor") & _WORD_MASK & ~7 | 5  # odd, and so is its half of minus one
_INVERSE = pow(_FACTOR, -1, 1 << 64)
_SEED = hash("the gate's seed") & _WORD_MASK
_SEQUENCE = np.uint64(hash("the gate's sequence") & _WORD_MASK | 1)
_MIXER = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)


def mixed(values: Numbers) -> Numbers:
    """Return values whose upper bits depend on all of theirs; different ones stay different."""
    return (values ^ (values >> _HALF)) * _MIXER


def sequence(so_far: Numbers, following: Numbers) -> Numbers:
    """Return the hashes of sequences with one more word each."""
    return so_far * _SEQUENCE + following


def sequence_key(hashes: Numbers, count: int) -> Numbers:
    """Return the keys by which sequences of `count` words are remembered and looked up."""
    return mixed(hashes + np.uint64(count))


def _spread(codes: Numbers) -> Numbers:
    return mixed(mixed(codes + np.uint64(_SEED)))


def _powers(factor: int, count: int) -> Numbers:
    found = np.full(count, factor, np.uint64)
    found[:1] = 1
    return np.cumprod(found, dtype=np.uint64)


@functools.cache
def _kept_powers(factor: int) -> Numbers:
    return _powers(factor, 2 * PIECE)


def _powers_of(factor: int, count: int) -> Numbers:
    kept = _kept_powers(factor)
    return kept[:count] if count <= len(kept) else _powers(factor, count)


def _ascii_kinds() -> NDArray[np.uint8]:
    kinds = np.zeros(256, np.uint8)
    kinds[ord("0") : ord("9") + 1] = DIGIT
    kinds[ord("a") : ord("z") + 1] = LOWER
    kinds[ord("A") : ord("Z") + 1] = UPPER
    return kinds


_KINDS = _ascii_kinds()
_VALUES = _spread(
    np.array([ord(chr(code).casefold()) if code < 128 else code for code in range(256)], np.uint64)
)


@functools.cache
def _all_kinds() -> NDArray[np.uint8]:
    """Return the table of what every sign is; beyond ASCII it is filled when one is met."""
    table = np.full(0x110000, _UNKNOWN, np.uint8)
    table[:128] = _KINDS[:128]
    return table


@functools.cache
def _digits() -> dict[int, str]:
    """Return the decimal digits of all scripts, for `str.translate`."""
    signs = map(chr, range(0x80, 0x20000))
    return {ord(sign): str(unicodedata.decimal(sign)) for sign in signs if sign.isdecimal()}


def _kind_of(sign: str) -> int:
    words = words_of(f"a{sign}")
    if words == ["a"] or not words:
        return SEPARATOR
    if len(words) > 1:
        return SIGN if len(words[1]) == 1 else SEPARATOR
    return UPPER if sign.isupper() else DIGIT if sign.isdecimal() else LOWER


def _kinds_of(codes: NDArray[np.uint32]) -> NDArray[np.uint8]:
    table = _all_kinds()
    kinds = table[codes]
    if (kinds == _UNKNOWN).any():
        for code in np.unique(codes[kinds == _UNKNOWN]).tolist():
            table[code] = _kind_of(chr(code))
        kinds = table[codes]
    return kinds


def _codes_of(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


class Text:
    """Cells, one a line, as arrays: signs, words, and the hash of any piece.

    Attributes:
        raw: the signs before case was folded; those beyond ASCII in their compatible form (NFKC).
        codes: the signs that words are made of.
        kinds: what each of `codes` is.
        starts: where words begin.
        ends: where they end.

    """

    __slots__ = ("_inverse", "_lines", "_sums", "codes", "ends", "kinds", "raw", "starts")

    def __init__(self, text: str) -> None:
        text = f"\n{text}\n"
        self.raw: NDArray[np.uint8] | NDArray[np.uint32]
        self.codes: NDArray[np.uint8] | NDArray[np.uint32]
        if text.isascii():
            self.raw = self.codes = np.frombuffer(text.encode("ascii"), np.uint8)
            self.kinds = _KINDS[self.codes]
            values = _VALUES[self.codes]
        else:
            text = unicodedata.normalize("NFKC", text)
            self.raw = _codes_of(text)
            self.codes = _codes_of(text.casefold().translate(_digits()))
            self.kinds = _kinds_of(self.codes)
            values = _spread(self.codes.astype(np.uint64))
        size = len(values)
        values *= _powers_of(_FACTOR, size)
        self._sums = np.zeros(size + 1, np.uint64)
        np.cumsum(values, out=self._sums[1:])
        self._inverse = _powers_of(_INVERSE, size)
        inside = self.kinds != SEPARATOR
        edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
        self.starts, self.ends = edges[0::2], edges[1::2]
        self._lines: Places | None = None
        if self.codes.dtype != np.uint8:
            self._part_signs()

    def _part_signs(self) -> None:
        """Make every sign of a script without spaces a word of its own."""
        signs = self.kinds == SIGN
        borders = np.flatnonzero((signs[1:] | signs[:-1]) & (self.kinds[1:] > 0)) + 1
        self.starts, self.ends = self.parted(borders[self.kinds[borders - 1] != SEPARATOR])

    def parted(self, borders: Places) -> tuple[Places, Places]:
        """Return where words begin and end if they end at some further borders, too."""
        return (
            np.sort(np.concatenate((self.starts, borders))),
            np.sort(np.concatenate((self.ends, borders))),
        )

    def ascii(self) -> NDArray[np.uint8]:
        """Return the signs before case was folded, with zeros for those beyond ASCII."""
        if self.raw.dtype == np.uint8:
            return np.asarray(self.raw, np.uint8)
        return np.where(self.raw < 128, self.raw, 0).astype(np.uint8)

    def hashes(self, starts: Places, ends: Places) -> Numbers:
        """Return the hash of every piece from a start to an end."""
        return (self._sums[ends] - self._sums[starts]) * self._inverse[starts]

    def cells(self, places: Places) -> Places:
        """Return the number of the cell that each place belongs to."""
        if self._lines is None:
            self._lines = np.flatnonzero(self.codes == 10)
        return np.searchsorted(self._lines, places) - 1

    def borders(self) -> Places:
        """Return where words change case or go over to digits: in OmarAli, in ali1987."""
        before, after = self.kinds[:-1], self.kinds[1:]
        found = (before > SIGN) & (after > SIGN) & (before != after)
        found &= ~((before == UPPER) & (after == LOWER))
        # The last capital of a run begins a word: OMARAli.
        found[:-1] |= (before[:-1] == UPPER) & (after[:-1] == UPPER) & (after[1:] == LOWER)
        return np.flatnonzero(found) + 1

    def parted_by_case(self) -> "Text | None":
        """Return the same cells with a space at every border of case; None if there is none.

        For texts beyond ASCII, whose signs may fold into several; in others `borders` and `parted`
        do it without another text. In codes only long pieces are parted from the rest.
        """
        unfolded = Text.__new__(Text)
        codes = self.raw.astype(np.uint32)
        unfolded.kinds = _kinds_of(codes)
        borders = unfolded.borders()
        if not len(borders):
            return None
        outside = np.flatnonzero(unfolded.kinds == SEPARATOR)
        word = np.searchsorted(outside, borders)
        few = np.bincount(word)[word] < MOST_PIECES
        edges = np.sort(np.concatenate((outside, outside + 1, borders)))
        before = borders - edges[np.searchsorted(edges, borders) - 1]
        after = edges[np.searchsorted(edges, borders, side="right")] - borders
        borders = borders[few | (before >= LONG_PIECE) | (after >= LONG_PIECE)]
        spaced = np.insert(codes, borders, ord(" "))
        return Text(spaced[1:-1].tobytes().decode("utf-32-le"))

    def piece(self, start: int, end: int) -> str:
        """Return the text from a start to an end."""
        codes = self.codes[start:end].astype(np.uint32)
        return codes.tobytes().decode("utf-32-le")


def grown(hashes: Numbers, sizes: Places, following: Numbers) -> Numbers:
    """Return the hashes of words of certain sizes with other words written directly behind."""
    return hashes + following * _powers_of(_FACTOR, int(sizes.max(initial=0)) + 1)[sizes]


def unlike(arrays: Iterable[Numbers]) -> Numbers:
    """Return all numbers of some arrays in their order, each once."""
    found = np.concatenate((np.zeros(0, np.uint64), *arrays))
    found.sort()  # np.unique hashes, which is slower for numbers that are nearly all different
    first = np.ones(len(found), bool)
    np.not_equal(found[1:], found[:-1], out=first[1:])
    return found[first]


def texts_of(cells: Sequence[str]) -> Iterator[tuple[int, int, Text]]:
    """Yield cells as texts of a bearable size, with the numbers of the first cell and of the next.

    Line ends in cells become spaces.
    """
    size = sum(map(len, cells)) + len(cells)
    step = max(PIECE * len(cells) // max(size, 1), 1)
    for start in range(0, len(cells), step):
        some = cells[start : start + step]
        joined = "\n".join(some)
        if joined.count("\n") >= len(some):
            joined = "\n".join(cell.replace("\n", " ") for cell in some)
        yield start, start + len(some), Text(joined)
