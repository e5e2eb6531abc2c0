"""Where base64 and hexadecimal of readable texts may stand: a first sight of many cells at once."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from db_workflow.testdata.gate.encoded import (
    NATURAL_SIGNS,
    SHORTEST,
    UNDOUBTED,
    from_base64,
    from_hexadecimal,
)
from db_workflow.testdata.gate.hashing import Flags, Places, Text

_Octets = NDArray[Any]
_FOLLOWS, _WRONG = 4, 7


def decoded(text: Text) -> Iterator[tuple[int, str]]:
    """Yield what cells say in base64 and hexadecimal, each with the number of its cell."""
    codes = text.ascii()
    lines = np.flatnonzero(codes == ord("\n"))
    for pieces, says in ((_base64_pieces, from_base64), (_hexadecimal_pieces, from_hexadecimal)):
        for starts, ends in pieces(codes):
            cells = (np.searchsorted(lines, starts) - 1).tolist()
            for cell, start, end in zip(cells, starts.tolist(), ends.tolist(), strict=True):
                for made in says(codes[start:end].tobytes().decode("ascii")):
                    yield cell, made


def _table(signs: str, more: str = "") -> _Octets:
    table = np.full(256, 255, np.uint8)
    for value, sign in enumerate(signs):
        table[ord(sign)] = value
    for value, sign in enumerate(more, len(signs) - len(more)):
        table[ord(sign)] = value
    return table


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SEXTETS = _table(f"{_LETTERS}{_LETTERS.lower()}0123456789+/", "-_")
_NIBBLES = _table("0123456789abcdef", "ABCDEF")


def _kinds(simple: Sequence[int]) -> _Octets:
    """Return what each byte of UTF-8 is: 0 to 3 bytes follow on it, FOLLOWS, or WRONG."""
    kinds = np.full(256, _WRONG, np.uint8)
    kinds[simple] = 0
    kinds[0xC2:0xE0], kinds[0xE0:0xF0], kinds[0xF0:0xF5] = 1, 2, 3
    kinds[0x80:0xC0] = _FOLLOWS
    return kinds


# For a long text, and for one so short that it has to read like words.
_KINDS = np.array([_kinds([9, 10, 13, *range(0x20, 0x7F)]), _kinds(sorted(NATURAL_SIGNS))])


def _states() -> _Octets:
    """Return for 8 * state + kind of the next byte the next state: how many have to follow."""
    states = np.full(64, _WRONG, np.uint8)
    states[:4] = range(4)
    for missing in (1, 2, 3):
        states[8 * missing + _FOLLOWS] = missing - 1
    return states


_STATES = _states()


def _octets_of_base64(values: _Octets, at: Places) -> tuple[_Octets, ...]:
    one, two, three, four = (values[at + step] for step in range(4))
    return one << 2 | two >> 4, two << 4 | three >> 2, three << 6 | four


def _octets_of_hexadecimal(values: _Octets, at: Places) -> tuple[_Octets, ...]:
    one, two, three, four = (values[at + step] for step in range(4))
    return one << 4 | two, three << 4 | four


def _base64_pieces(codes: _Octets) -> Iterator[tuple[Places, Places]]:
    """Yield from where to where base64 seems readable: it begins in a run's first four signs."""
    values = _SEXTETS[codes]
    begins, ends = _long_runs(values < 64)
    for offset in range(4):
        at = begins + offset
        likely = (ends - at >= SHORTEST) & _LIKELY[values[at], values[at + 1]]
        short = (ends[likely] - at[likely] < UNDOUBTED // 3 * 4).astype(np.uint8)
        yield _readable(values, at[likely], ends[likely], _octets_of_base64, short)


def _hexadecimal_pieces(codes: _Octets) -> Iterator[tuple[Places, Places]]:
    """Yield from where to where hexadecimal seems readable."""
    values = _NIBBLES[codes]
    begins, ends = _long_runs(values < 16)
    for offset in range(2):
        at = begins + offset
        enough = ends - at >= SHORTEST
        short = (ends[enough] - at[enough] < UNDOUBTED * 2).astype(np.uint8)
        yield _readable(values, at[enough], ends[enough], _octets_of_hexadecimal, short)


def _likely() -> Flags:
    """Return for the first two signs of base64 whether they may begin a readable text."""
    one, two = np.divmod(np.arange(64 * 64), 64)
    first = _KINDS[0, one << 2 | two >> 4]
    found = np.zeros((256, 256), bool)
    # Of the second byte, these signs say the upper half.
    follows = np.isin(two & 15, range(8, 12))
    found[:64, :64] = ((first < _FOLLOWS) & ((first > 0) == follows)).reshape(64, 64)
    return found


_LIKELY = _likely()


def _readable(
    values: _Octets,
    starts: Places,
    ends: Places,
    octets: Callable[[_Octets, Places], tuple[_Octets, ...]],
    short: _Octets,
) -> tuple[Places, Places]:
    """Return the pieces whose groups of four signs all stand for bytes of a readable text."""
    readable: list[tuple[Places, Places]] = []
    at, state = starts, np.zeros(len(starts), np.uint8)
    while len(starts):
        for octet in octets(values, at):
            state = _STATES[8 * state + _KINDS[short, octet]]
        at = at + 4
        fits = state != _WRONG
        going = fits & (at + 4 <= ends)
        done = fits & ~going
        readable.append((starts[done], ends[done]))
        at, starts, ends = at[going], starts[going], ends[going]
        state, short = state[going], short[going]
    return (
        np.concatenate([starts, *(begin for begin, _ in readable)]),
        np.concatenate([ends, *(end for _, end in readable)]),
    )


def _long_runs(inside: Flags) -> tuple[Places, Places]:
    """Return where runs of `SHORTEST` and more begin and end."""
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    begins, ends = edges[0::2], edges[1::2]
    long = ends - begins >= SHORTEST
    return begins[long], ends[long]
