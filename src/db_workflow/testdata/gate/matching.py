"""Where a text holds secrets: as words, as pieces of words, as numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from db_workflow.testdata.gate.hashing import (
    DIGIT,
    LONG_PIECE,
    MOST_PIECES,
    Flags,
    Numbers,
    Places,
    Text,
    mixed,
    sequence,
    sequence_key,
)
from db_workflow.testdata.gate.index import Index
from db_workflow.testdata.gate.numbers import Groups, numerals

# Two names in columns of their own, written together: "omarali".
SHORTEST_NAME = 3
SHORTEST_TOGETHER = 7
_LONGEST_NAME = 16


@dataclass(frozen=True, slots=True)
class Matches:
    """Pieces of a text that are secrets: from where to where, and the key of each."""

    text: Text
    starts: Places
    ends: Places
    keys: Numbers

    def chosen(self, places: Places | Flags) -> "Matches":
        """Return some of them."""
        return Matches(self.text, self.starts[places], self.ends[places], self.keys[places])


def matches(text: Text, index: Index) -> Iterator[Matches]:
    """Yield what a text holds of an index's secrets, reading by reading."""
    yield from _spoken(text, text.starts, text.ends, index)
    yield from _counted(text, index)
    yield from _together(text, text.starts, text.ends, index)
    if text.codes.dtype == np.uint8:
        borders = text.borders()
        if len(borders):
            starts, ends = text.parted(borders)
            for found in (
                *_spoken(text, starts, ends, index),
                *_together(text, starts, ends, index),
            ):
                yield found.chosen(_telling(text, found, starts))
    else:
        parted = text.parted_by_case()
        if parted is not None:
            yield from _spoken(parted, parted.starts, parted.ends, index)
            yield from _together(parted, parted.starts, parted.ends, index)


def _spoken(text: Text, starts: Places, ends: Places, index: Index) -> Iterator[Matches]:
    hashes = text.hashes(starts, ends)
    keys = mixed(hashes)
    found = np.flatnonzero(index.holds(keys))
    if len(found):
        yield Matches(text, starts[found], ends[found], keys[found])
    if index.longest < 2 or len(hashes) < 2:
        return
    running = sequence(hashes[:-1], hashes[1:])
    first = np.flatnonzero(index.begins(mixed(running)))
    running = running[first]
    for count in range(2, index.longest + 1):
        last = first + count - 1
        inside = last < len(hashes)
        inside[inside] = text.cells(starts[first[inside]]) == text.cells(starts[last[inside]])
        first, last, running = first[inside], last[inside], running[inside]
        if not len(first):
            return
        if count > 2:
            running = sequence(running, hashes[last])
        keys = sequence_key(running, count)
        held = index.holds(keys)
        if held.any():
            yield Matches(text, starts[first[held]], ends[last[held]], keys[held])


def _together(text: Text, begins: Places, stops: Places, index: Index) -> Iterator[Matches]:
    """Yield words that are two names written together; a match has the key of the first."""
    long = np.flatnonzero(stops - begins >= SHORTEST_TOGETHER)
    begins, stops = begins[long], stops[long]
    sizes = stops - begins
    for first in range(SHORTEST_NAME, _LONGEST_NAME + 1):
        words = np.flatnonzero(sizes >= first + SHORTEST_NAME)
        if not len(words):
            return
        starts, ends = begins[words], stops[words]
        keys = mixed(text.hashes(starts, starts + first))
        likely = np.flatnonzero(index.names(keys))
        starts, ends, keys = starts[likely], ends[likely], keys[likely]
        rest = mixed(text.hashes(starts + first, ends))
        held = np.flatnonzero(index.names(rest))
        held = held[index.holds(rest[held]) & index.holds(keys[held])]
        yield Matches(text, starts[held], ends[held], keys[held])


def _counted(text: Text, index: Index) -> Iterator[Matches]:
    groups = Groups.of(text)
    for found in numerals(groups):
        held = index.holds(found.keys)
        if held.any():
            starts, ends = groups.starts[found.first[held]], groups.ends[found.last[held]]
            yield Matches(text, starts, ends, found.keys[held])


def _telling(text: Text, found: Matches, starts: Places) -> Flags:
    """Tell which matches among pieces of words are no whole words, and more than chance."""
    word = np.searchsorted(text.starts, found.starts, side="right") - 1
    begins, ends = text.starts[word], text.ends[word]
    of_word = np.searchsorted(starts, ends) - np.searchsorted(starts, begins)
    of_match = np.searchsorted(starts, found.ends) - np.searchsorted(starts, found.starts)
    telling = (of_word <= MOST_PIECES) | (found.ends - found.starts >= LONG_PIECE)
    telling &= (of_word > 1) & (text.kinds[found.starts] != DIGIT)
    telling |= of_match > 1
    return np.asarray(telling, bool)
