"""What is searched for: the keys of a secret, as words, in another order, written together.

A key is a 64-bit hash of one word, or of a sequence of up to twelve.
"""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from db_workflow.testdata.gate.hashing import (
    DIGIT,
    Flags,
    Numbers,
    Places,
    Text,
    grown,
    mixed,
    sequence,
    sequence_key,
)
from db_workflow.testdata.gate.numbers import SHORTEST as SHORTEST_NUMBER
from db_workflow.testdata.gate.numbers import Groups, numerals
from db_workflow.testdata.rules.rule import SHORTEST, Rule

SHORTEST_JSON_NUMBER = 4
# Words written together may be another word by chance: only names, and only long enough.
SHORTEST_TOGETHER = 6
MOST_WORDS = 12
_MOST_NAMES = 4
# A group of so many digits may be a country code, with the zeros before it.
_LONGEST_CODE = 5
_SHORTEST_NATIONAL = 7
# Words that are in everybody's data and say nothing about anybody.
COMMON = frozenset(
    {"admin", "data", "default", "demo", "email", "example", "false", "guest", "http", "https"}
    | {"info", "mail", "name", "none", "null", "office", "parent", "password", "student"}
    | {"teacher", "test", "true", "undefined", "unknown", "user", "value"}
    # Three letters, which is as short as names may be; the second line stands inside of names.
    | {"all", "and", "are", "but", "for", "has", "her", "his", "not", "off", "one", "our", "out"}
    | {"the", "two", "was", "who", "yes", "you"}
    | {"abu", "bin", "das", "del", "den", "der", "dos", "ibn", "las", "los", "van", "von"}
)
_NONE = np.zeros(0, np.uint64)
_EXACT = frozenset({"uuid"})
_ADDRESSES = frozenset({"email", "username"})
PERSONS = frozenset({"first_name", "last_name", "full_name"})
_NUMBERED = frozenset({"phone", "digits", "iban"})


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of secret it is, as far as it matters for the search.

    Attributes:
        shortest: see `Rule.shortest`.
        number: whether it was a number in JSON.
        name: whether its words may come in another order and written together.
        person: whether it is a name in a column of its own, beside others of the same person.
        numbered: whether a number inside of it is a secret by itself.
        exact: whether it is a UUID, which is written with or without hyphens.

    """

    shortest: int
    number: bool
    name: bool
    person: bool
    numbered: bool
    exact: bool

    @classmethod
    def of(cls, rule: Rule, *, number: bool, uuid: bool) -> "Kind":
        """Return the kind of what a rule hides."""
        return cls(
            rule.shortest,
            number,
            rule.shortest < SHORTEST or rule.name in _ADDRESSES,
            rule.name in PERSONS,
            rule.name in _NUMBERED,
            uuid or rule.name in _EXACT,
        )


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of some secrets, in any order, some of them more than once.

    Attributes:
        keys: of single words and of sequences.
        pairs: of the first two words of every sequence.
        names: of the single words among them that are persons' names.
        longest: how many words the longest sequence has.
        searched: by secret, whether any key of it is searched for.
        whole: by secret, a key of all of it, to tell different ones apart; 0 if it has no words.

    """

    keys: Numbers
    pairs: Numbers
    names: Numbers
    longest: int
    searched: Flags
    whole: Numbers


def keys_of(text: Text, count: int, kind: Kind) -> Keys:
    """Return the keys of `count` secrets, which are the cells of a text."""
    table = _Table.of(text, count)
    searched = table.worth(kind)
    keys, pairs = [], []
    longest = 1
    for length in range(1, MOST_WORDS + 1):
        chosen = np.flatnonzero(searched & (table.counts == length))
        if len(chosen):
            longest = length
            for found, begin in table.spelled(chosen, length, kind):
                keys.append(found)
                pairs.append(begin)
    if kind.numbered or kind.number or table.numeric.any():
        keys += table.numbers(kind)
    return Keys(
        np.concatenate((_NONE, *keys)),
        np.concatenate((_NONE, *pairs)),
        table.names(searched) if kind.person else _NONE,
        longest,
        searched,
        table.whole(),
    )


@functools.cache
def _common() -> Numbers:
    text = Text("\n".join(sorted(COMMON)))
    return np.sort(text.hashes(text.starts, text.ends))


@dataclass(frozen=True, slots=True)
class _Table:
    """Where each secret's words are among the words of a text."""

    text: Text
    hashes: Numbers
    sizes: Places
    first: Places
    counts: Places
    letters: Places
    numeric: Flags
    foreign: Flags
    address: Flags

    @classmethod
    def of(cls, text: Text, count: int) -> "_Table":
        cells = text.cells(text.starts)
        borders = np.searchsorted(cells, np.arange(count + 1))
        first, counts = borders[:-1], np.minimum(np.diff(borders), MOST_WORDS)
        sizes = text.ends - text.starts

        def summed(values: Places) -> Places:
            sums = np.concatenate(([0], np.cumsum(values)))
            found: Places = sums[first + counts] - sums[first]
            return found

        digits = np.concatenate(([0], np.cumsum(text.kinds == DIGIT)))
        letters = summed(sizes)
        numeric = summed(digits[text.ends] - digits[text.starts]) == letters
        numeric &= letters > 0
        foreign = np.zeros(count, bool)
        foreign[text.cells(np.flatnonzero((text.codes > 127) & (text.kinds > 0)))] = True
        address = np.zeros(count, bool)
        address[text.cells(np.flatnonzero(text.codes == ord("@")))] = True
        hashes = text.hashes(text.starts, text.ends)
        return cls(text, hashes, sizes, first, counts, letters, numeric, foreign, address)

    def worth(self, kind: Kind) -> Flags:
        """Tell which secrets are long and rare enough to be searched for."""
        fewest = SHORTEST_JSON_NUMBER if kind.number else SHORTEST_NUMBER
        worth = self.letters >= np.where(self.numeric, fewest, kind.shortest - self.foreign)
        worth &= self.counts > 0
        alone = np.flatnonzero(worth & (self.counts == 1))
        worth[alone] = ~np.isin(self.hashes[self.first[alone]], _common())
        return worth

    def spelled(self, chosen: Places, length: int, kind: Kind) -> Iterator[tuple[Numbers, Numbers]]:
        """Yield keys, and those of pairs, for the ways to write secrets of `length` words."""
        yield self._sequences(chosen, range(length))
        if kind.exact:
            yield mixed(self._glued(chosen, range(length))), _NONE
        elif kind.name and 1 < length <= _MOST_NAMES:
            names = chosen[~self.address[chosen]]
            long = names[self.letters[names] >= SHORTEST_TOGETHER]
            for order in _orders(length):
                yield self._sequences(names, order)
                yield mixed(self._glued(long, order)), _NONE
            yield mixed(self._glued(long, range(length))), _NONE

    def _sequences(self, chosen: Places, order: Sequence[int]) -> tuple[Numbers, Numbers]:
        first = self.first[chosen]
        hashes = self.hashes[first + order[0]]
        if len(order) == 1:
            return mixed(hashes), _NONE
        pairs = hashes = sequence(hashes, self.hashes[first + order[1]])
        for place in order[2:]:
            hashes = sequence(hashes, self.hashes[first + place])
        return sequence_key(hashes, len(order)), mixed(pairs)

    def _glued(self, chosen: Places, order: Sequence[int]) -> Numbers:
        first = self.first[chosen]
        hashes, sizes = self.hashes[first + order[0]], self.sizes[first + order[0]]
        for place in order[1:]:
            hashes = grown(hashes, sizes, self.hashes[first + place])
            sizes = sizes + self.sizes[first + place]
        return hashes

    def numbers(self, kind: Kind) -> Iterator[Numbers]:
        """Yield keys of the numbers among the secrets: whole, and without a country code."""
        groups = Groups.of(self.text)
        if not len(groups.starts):
            return
        cells = self.text.cells(groups.starts)
        ends_cell = np.append(cells[1:] != cells[:-1], True)
        begins_cell = np.insert(ends_cell[:-1], 0, True)
        fewest = SHORTEST_JSON_NUMBER if kind.number else SHORTEST_NUMBER
        # After a country code that is a group of its own, a number begins anew.
        code = begins_cell & (groups.ends - groups.starts <= _LONGEST_CODE)
        code &= self.text.codes[groups.starts - 1] == ord("+")
        national = np.insert(code[:-1], 0, False)
        alone = np.append(~groups.goes_on, True)
        for found in numerals(groups, fewest):
            numeric = self.numeric[cells[found.first]]
            whole = begins_cell[found.first] & ends_cell[found.last] & numeric
            rest = national[found.first] & ends_cell[found.last] & numeric
            rest &= found.digits >= _SHORTEST_NATIONAL
            if kind.numbered:
                begins = np.insert(alone[:-1], 0, True)[found.first]
                whole |= begins & alone[found.last] & (found.digits >= _SHORTEST_NATIONAL)
            yield found.keys[whole | rest]

    def names(self, searched: Flags) -> Numbers:
        """Return the keys of those secrets that are single words."""
        return mixed(self.hashes[self.first[searched & (self.counts == 1)]])

    def whole(self) -> Numbers:
        """Return a key of each secret as a whole, to count different ones."""
        keys = np.zeros(len(self.first), np.uint64)
        for place in range(int(self.counts.max(initial=0))):
            more = np.flatnonzero(self.counts > place)
            keys[more] = sequence(keys[more], self.hashes[self.first[more] + place])
        return keys


def _orders(length: int) -> list[tuple[int, ...]]:
    """Return in which other orders a name's words may stand, and which of them."""
    last_first = (length - 1, *range(length - 1))
    return [last_first, (0, length - 1), (length - 1, 0)] if length > 2 else [last_first]
