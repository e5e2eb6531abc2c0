"""Numbers in texts, however their digits are grouped: those of telephones, accounts, meetings.

A number is one to sixteen groups of digits with at most four signs of `BETWEEN` from one to the
next. It counts with and without leading zeros and, where it is written the international way,
without its country code.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from db_workflow.testdata.gate.hashing import DIGIT, Flags, Numbers, Places, Text, grown, mixed

SHORTEST = 6
_SHORTEST_NATIONAL = 7
_MOST_GROUPS = 16
_MOST_BETWEEN = 4
# A number of so many digits that does not begin with 0 has its country code, with or without "+".
_INTERNATIONAL = 11
_ZERO = ord("0")
BETWEEN = " \t-\u2010\u2011\u2012\u2013\u2014\u2015\u2212./()+\xa0"
# ITU-T E.164: how long a country code is follows from its first two digits.
_TWO_DIGITS = {
    20,
    27,
    *range(30, 35),
    36,
    39,
    40,
    41,
    *range(43, 50),
    *range(51, 59),
    *range(60, 67),
} | {81, 82, 84, 86, *range(90, 96), 98}
_CODE_LENGTHS = np.array(
    [1 if first in {10, 70} or first // 10 in {1, 7} else 2 if first in _TWO_DIGITS else 3
     for first in range(100)],
    np.int64,
)  # fmt: skip
_BETWEEN_CODES = np.array(sorted(map(ord, BETWEEN)))


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of digits of a text, and whether the next one goes on with the same number."""

    text: Text
    starts: Places
    ends: Places
    goes_on: Flags

    @classmethod
    def of(cls, text: Text) -> "Groups":
        """Find the groups of a text."""
        digits = text.kinds == DIGIT
        edges = np.flatnonzero(digits[1:] != digits[:-1]) + 1
        starts, ends = edges[0::2], edges[1::2]
        between = starts[1:] - ends[:-1]
        goes_on = between <= _MOST_BETWEEN
        for step in range(_MOST_BETWEEN):
            near = np.flatnonzero(goes_on & (between > step))
            goes_on[near] = np.isin(text.codes[ends[near] + step], _BETWEEN_CODES)
        return cls(text, starts, ends, goes_on)


@dataclass(frozen=True, slots=True)
class Numerals:
    """Ways to read numbers: from which group to which, and the key of each."""

    first: Places
    last: Places
    digits: Places
    keys: Numbers


def numerals(groups: Groups, shortest: int = SHORTEST) -> Iterator[Numerals]:
    """Yield all numbers that consecutive groups may mean, of `shortest` and more digits."""
    lengths = groups.ends - groups.starts
    before = np.concatenate(([0], np.cumsum(lengths)))
    first = np.arange(len(lengths))
    for more in range(_MOST_GROUPS):
        first = first[first + more < len(lengths)]
        if more:
            first = first[groups.goes_on[first + more - 1]]
        digits = before[first + more + 1] - before[first]
        enough = digits >= shortest
        if enough.any():
            yield from _readings(groups, first[enough], more, digits[enough], shortest)
        if not len(first):
            return


def _readings(
    groups: Groups, first: Places, more: int, digits: Places, shortest: int
) -> Iterator[Numerals]:
    starts = groups.starts[first]
    yield _numerals(groups, first, more, starts, digits)
    plain = _without_zeros(groups, first, starts)
    kept = (plain > starts) & (digits - (plain - starts) >= shortest)
    yield _numerals(groups, first[kept], more, plain[kept], (digits - (plain - starts))[kept])
    national = _without_code(groups, first, starts, plain, digits)
    left = digits - (national - starts)
    kept = (national > plain) & (left >= _SHORTEST_NATIONAL)
    yield _numerals(groups, first[kept], more, national[kept], left[kept])


def _numerals(groups: Groups, first: Places, more: int, starts: Places, digits: Places) -> Numerals:
    hashes = groups.text.hashes(starts, groups.ends[first])
    sizes = groups.ends[first] - starts
    for step in range(1, more + 1):
        begins, ends = groups.starts[first + step], groups.ends[first + step]
        hashes = grown(hashes, sizes, groups.text.hashes(begins, ends))
        sizes = sizes + ends - begins
    return Numerals(first, first + more, digits, mixed(hashes))


def _without_zeros(groups: Groups, first: Places, starts: Places) -> Places:
    """Return where each first group begins after its zeros; one digit stays."""
    found = starts
    for _ in range(_MOST_BETWEEN):
        zero = (groups.text.codes[found] == _ZERO) & (found < groups.ends[first] - 1)
        found = found + zero
    return found


def _without_code(
    groups: Groups, first: Places, starts: Places, plain: Places, digits: Places
) -> Places:
    """Return where each first group begins after its country code, if it has one inside of it."""
    codes = groups.text.codes
    zeros = plain - starts
    international = codes[starts - 1] == ord("+")
    international |= zeros == 2
    international |= (zeros == 0) & (digits >= _INTERNATIONAL)
    two = np.minimum(plain + 1, groups.ends[first] - 1)
    beginning = (codes[plain] - _ZERO).astype(np.int64) * 10 + (codes[two] - _ZERO)
    after = plain + np.where(international, _CODE_LENGTHS[beginning % 100], 0)
    inside = after < groups.ends[first]
    return np.where(inside, _without_zeros(groups, first, np.where(inside, after, plain)), plain)
