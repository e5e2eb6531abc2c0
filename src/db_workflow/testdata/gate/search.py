"""Searching a finished data file for what has to be hidden, column by column, in blocks.

What is searched for, and where, is the rule in `leaks`.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import filterfalse
from pathlib import Path

import numpy as np

from db_workflow.testdata.declared.tables import Classified
from db_workflow.testdata.files.copytext import NULL, decode
from db_workflow.testdata.files.reading import read_blocks
from db_workflow.testdata.gate.encoded import ESCAPED, further_texts
from db_workflow.testdata.gate.hashing import Numbers, Text, mixed, texts_of
from db_workflow.testdata.gate.index import Index
from db_workflow.testdata.gate.leaks import Leak
from db_workflow.testdata.gate.matching import Matches, matches
from db_workflow.testdata.gate.screen import decoded
from db_workflow.testdata.gate.secrets import CHANCE_KINDS
from db_workflow.testdata.rules.pseudonyms import UnfitValueError
from db_workflow.testdata.rules.rule import Part, Rule
from db_workflow.testdata.rules.spelling import (
    joined_signs,
    plain_spellings,
    without_runs,
    words_of,
)
from db_workflow.testdata.structure import Column

# A file that leaks as a whole need not be listed as a whole.
MOST_LEAKS = 10_000
_UUID = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# Cells found clean are passed over when they come again, unless a column seldom repeats itself.
_REMEMBERED = 20_000


def search(path: Path, classified: Classified, index: Index) -> list[Leak]:
    """Return the leaks of one data file, at most `MOST_LEAKS`. Memory does not grow.

    Args:
        path: a finished file, of a table's parts if there are several.
        classified: the table.
        index: what has to be hidden.

    Raises:
        TestDataError: the file is not as it was written.

    """
    columns = [
        _Column(place, classified.structure.columns[name], rule, index)
        for place, (name, rule) in enumerate(classified.rules.items())
        if _is_searched(classified.structure.columns[name], index)
    ]
    names = _RowNames(classified)
    leaks: list[Leak] = []
    before = 0
    for lines in read_blocks(path):
        if len(leaks) < MOST_LEAKS and len(index) and columns:
            fields = "\t".join(lines).split("\t")
            for column in columns:
                leaks += column.leaks(fields, names, before)
        before += len(lines)
    return sorted(leaks[:MOST_LEAKS], key=lambda leak: leak.number)


def _is_searched(column: Column, index: Index) -> bool:
    if column.element == "uuid":
        return index.exact
    return column.element not in CHANCE_KINDS


class _RowNames:
    """What rows are called in an error.

    By the primary key, or by their number: a text that is a key may be the very value that leaked.
    """

    def __init__(self, classified: Classified) -> None:
        self.table = classified.table.name
        self.width = len(classified.rules)
        self._key = classified.plain_key

    def of(self, fields: Sequence[str], row: int, before: int) -> str:
        """Return the name of a block's row."""
        key = [fields[row * self.width + place] for place in self._key]
        return ", ".join(key) or f"number {before + row + 1}"


class _Column:
    """One column of a file: what its rule writes by itself, and what was found clean before."""

    def __init__(self, place: int, column: Column, rule: Rule, index: Index) -> None:
        self._place = place
        self._column = column
        self._rule = rule
        self._index = index
        self._clean: set[str] | None = set()

    def leaks(self, fields: Sequence[str], names: _RowNames, before: int) -> Iterator[Leak]:
        """Yield the leaks of one block."""
        cells = fields[self._place :: names.width]
        origins = self._origins(self._fresh(cells))
        if not origins:
            return
        for row, cell in enumerate(cells):
            for origin in origins.get(cell, ()):
                name = names.of(fields, row, before)
                yield Leak(names.table, self._column.name, name, origin, before + row)

    def _fresh(self, cells: Sequence[str]) -> list[str]:
        """Return the different cells that are not known, and not proven to be invented."""
        fresh = set(cells)
        fresh.discard(NULL)
        if self._clean is not None:
            fresh -= self._clean
            if len(self._clean) > _REMEMBERED:
                self._clean = None
        if self._rule.invented is not None and self._rule.inside is None:
            return list(filterfalse(self._rule.invented.fullmatch, fresh))
        return list(fresh)

    def _origins(self, fresh: Sequence[str]) -> Mapping[str, Collection[str]]:
        """Return the columns whose values cells hold, by cell."""
        found = {}
        for place in self._suspects(fresh):
            origins = self._judged(fresh[place])
            if origins:
                found[fresh[place]] = origins
        if self._clean is not None:
            self._clean.update(cell for cell in fresh if cell not in found)
        return found

    def _suspects(self, fresh: Sequence[str]) -> Iterable[int]:
        """Return the places of the cells that hold a secret at first sight."""
        if self._column.element == "uuid":
            return self._suspect_uuids(fresh)
        owners, texts = _opened(fresh)
        suspects: set[int] = set()
        further: list[tuple[int, str]] = []
        for chosen in _by_alphabet(texts):
            for start, _, text in texts_of([texts[place] for place in chosen]):
                whose = [owners[place] for place in chosen[start:]]
                suspects.update(whose[cell] for cell in self._cells(text))
                for cell, made in decoded(text):
                    further += [(whose[cell], each) for each in (made, *further_texts(made))]
        for start, _, text in texts_of([made for _, made in further]):
            suspects.update(further[start + cell][0] for cell in self._cells(text))
        return suspects

    def _suspect_uuids(self, fresh: Sequence[str]) -> Iterator[int]:
        for start, _, text in texts_of([cell.replace("-", "") for cell in fresh]):
            held = self._index.holds(mixed(text.hashes(text.starts, text.ends)))
            yield from np.unique(start + text.cells(text.starts[held])).tolist()

    def _cells(self, text: Text) -> Iterator[int]:
        """Yield the numbers of the cells with secrets that this column's rule may not write."""
        for found in matches(text, self._index):
            foreign = found.chosen(~np.isin(found.keys, self._own))
            yield from foreign.text.cells(foreign.starts).tolist()

    @cached_property
    def _own(self) -> Numbers:
        """The keys of the words that the rule may write anywhere in its values."""
        if self._rule.inside is not None:
            return np.zeros(0, np.uint64)
        text = Text("\n".join(self._rule.vocabulary))
        whole = np.diff(text.cells(text.starts), prepend=-1, append=len(text.raw)) > 0
        alone = whole[:-1] & whole[1:]
        return mixed(text.hashes(text.starts[alone], text.ends[alone]))

    def _judged(self, cell: str) -> frozenset[str]:
        """Return the columns whose values a cell holds, after a look at every piece of it."""
        value = _value(cell)
        try:
            parts = list(self._rule.parts(value))
        except UnfitValueError:  # then nothing in it is excused by the rule of a piece
            parts = [Part(value, Rule("unknown"))]
        return frozenset(
            origin
            for part in parts
            for text in _readings(_searched(part))
            for origin in self._excused(Text(text.replace("\n", " ")), part.rule)
        )

    def _excused(self, text: Text, rule: Rule) -> Iterator[str]:
        """Yield the columns of a text's secrets, but for words that a rule may write."""
        for found in matches(text, self._index):
            for place, words in enumerate(_words(found)):
                if not all(word in rule.vocabulary for word in joined_signs(words)):
                    yield self._index.origin(found.keys[place])


def _words(found: Matches) -> Iterator[list[str]]:
    for start, end in zip(found.starts.tolist(), found.ends.tolist(), strict=True):
        yield words_of(found.text.piece(start, end))


def _value(cell: str) -> str:
    return decode(cell) or ""


def _opened(fresh: Sequence[str]) -> tuple[Sequence[int], Sequence[str]]:
    """Return cells as values and what their escapes hide, and which cell each text is of."""
    joined = "\n".join(fresh)
    if joined.isascii() and not any(sign in joined for sign in "\\%&"):
        return range(len(fresh)), fresh
    owners, texts = [], []
    for place, cell in enumerate(fresh):
        value = _value(cell)
        made = further_texts(value) if ESCAPED.search(value) else plain_spellings(value)
        readings = [value, *made]
        texts += readings
        owners += [place] * len(readings)
    return owners, texts


def _by_alphabet(texts: Sequence[str]) -> Iterator[Sequence[int]]:
    """Yield the places of texts in ASCII, which are quicker to search, then those of others."""
    plain = [place for place, text in enumerate(texts) if text.isascii()]
    yield plain
    if len(plain) < len(texts):
        yield [place for place, text in enumerate(texts) if not text.isascii()]


def _readings(text: str) -> Iterator[str]:
    yield text
    yield from further_texts(text)


def _searched(part: Part) -> str:
    """Return what is left of a piece without what its rule makes up, UUIDs as one word."""
    text = part.text if part.rule.invented is None else part.rule.invented.sub(" ", part.text)
    if not text.isascii() and part.rule.vocabulary:
        # Any piece of a pseudonym in signs would be found in it.
        text = without_runs(text, part.rule.vocabulary)
    return _UUID.sub(lambda match: match.group().replace("-", ""), text)
