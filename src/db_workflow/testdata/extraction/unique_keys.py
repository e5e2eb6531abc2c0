"""Proves that transformed columns stay unique where the database demands it, in flat memory.

Of each row and index two hashes are remembered: of the key that was made and of the source's. Equal
keys made from different source keys would clash; what is unique in the source is unique in the
files if there are none.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from db_workflow.connection import quoted
from db_workflow.testdata.declared.tables import Classified
from db_workflow.testdata.extraction.constraints import mentioned
from db_workflow.testdata.files.copytext import NULL
from db_workflow.testdata.structure import Unique

# Made keys in the first line, source keys in the second.
Hashes = NDArray[np.int64]

# Keys are compared in slices of about so many: 8 MB each.
_SLICE = 1_000_000
_FOLDING = re.compile(r"\b(?:lower|upper|initcap|casefold|citext)\b", re.IGNORECASE)
# Expressions that may make something of a NULL, so that its rows are compared, too.
_OF_NULL = re.compile(r"\b(?:coalesce|case|concat\w*|format|is|num_\w+|row|array)\b", re.IGNORECASE)
_TERM = re.compile(r'(?P<no>NOT )?(?P<name>"(?:[^"]|"")+"|\w+)(?P<null> IS (?:NOT )?NULL)?')


class UniqueKeys:
    """Remembers the keys of the rows of one job as 64-bit hashes.

    Compared are the texts of the key's columns; without case if the index folds it (lower(email),
    citext). Of values that are equal in other spellings (1.0 and 1.00), of expressions that change
    more and of computed columns, the seeding server has the last word.

    Two keys of which the hashes are equal by chance are refused although they differ: of a million
    rows once in 37 million runs, of 10⁸ once in 3,700; the next run hashes differently.
    """

    def __init__(self, classified: Classified) -> None:
        self._watched = _watched(classified)
        self._hashes: list[list[Hashes]] = [[] for _ in self._watched]

    @property
    def needed(self) -> bool:
        """Whether any unique index has a transformed column."""
        return bool(self._watched)

    def add(self, before: Sequence[Sequence[str]], after: Sequence[Sequence[str]]) -> None:
        """Take a block of rows into account: its columns of COPY text before and after."""
        for watched, hashes in zip(self._watched, self._hashes, strict=True):
            hashes.append(watched.hashes(before, after))

    def save(self, path: Path) -> None:
        """Write the hashes to a file, for `collisions`."""
        counts = [sum(block.shape[1] for block in hashes) for hashes in self._hashes]
        with path.open("wb") as file:
            np.save(file, np.array(counts, np.int64))
            for hashes in self._hashes:
                for line in (0, 1):
                    for block in hashes:
                        block[line].tofile(file)


def collisions(classified: Classified, saved: Sequence[Path]) -> list[str]:
    """Return a problem for each unique index of which keys of different rows would be equal.

    Args:
        classified: the table.
        saved: the files of all its jobs, see `UniqueKeys.save`.

    """
    problems = []
    for place, watched in enumerate(_watched(classified)):
        if count := _shared(place, saved):
            rules = ", ".join(
                f"{name}: {classified.rules[name]}"
                for name in watched.unique.columns
                if not classified.rules[name].keeps
            )
            problems.append(
                f"{classified.table.name}: {count:,} row(s) would share a key of the unique index"
                f" {watched.unique.name} ({rules})"
            )
    return problems


@dataclass(frozen=True, slots=True)
class _Watched:
    """A unique index with a transformed column.

    Attributes:
        unique: the index.
        made: the places of its key's columns.
        source: the same, and those of the predicate that are transformed: rows that were outside
            may be inside then.
        folds: whether it compares without case.
        skips_nulls: whether a row with a NULL in the key is never refused.
        outside: of columns of a partial index, what a field of a row outside of it looks like.

    """

    unique: Unique
    made: tuple[int, ...]
    source: tuple[int, ...]
    folds: bool
    skips_nulls: bool
    outside: tuple[tuple[int, Callable[[str], bool]], ...]

    def hashes(self, before: Sequence[Sequence[str]], after: Sequence[Sequence[str]]) -> Hashes:
        """Return the hashes of the rows of a block that the index may refuse."""
        found = np.stack(
            [
                self._hashed(after, self.made, made=True),
                self._hashed(before, self.source, made=False),
            ]
        )
        refusable = self._refusable(after)
        return found if refusable is None else found[:, refusable]

    def _hashed(
        self, columns: Sequence[Sequence[str]], places: Sequence[int], *, made: bool
    ) -> NDArray[np.int64]:
        chosen = [columns[place] for place in places]
        if self.folds:
            chosen = [_folded(column, made=made) for column in chosen]
        keys = chosen[0] if len(chosen) == 1 else zip(*chosen, strict=True)
        return np.fromiter(map(hash, keys), np.int64, len(chosen[0]))

    def _refusable(self, after: Sequence[Sequence[str]]) -> NDArray[np.bool_] | None:
        """Return which rows may be refused; None for all."""
        inside = [~_each(is_outside, after[place]) for place, is_outside in self.outside]
        if self.skips_nulls:
            keys = (after[place] for place in self.made)
            inside += [_each(NULL.__ne__, column) for column in keys if NULL in column]
        return np.logical_and.reduce(inside) if inside else None


def _watched(classified: Classified) -> list[_Watched]:
    columns = list(classified.rules)
    return [
        _watch(classified, unique, columns)
        for unique in classified.structure.uniques
        if set(unique.columns) <= set(columns)
        and any(not classified.rules[name].keeps for name in unique.columns)
    ]


def _watch(classified: Classified, unique: Unique, columns: Sequence[str]) -> _Watched:
    # `unique.columns` has those of the predicate as well.
    made = mentioned(unique.columns, unique.keys) or unique.columns
    plain = {*made, *map(quoted, made)}
    expressions = " ".join(key for key in unique.keys if key not in plain)
    changed = [name for name in unique.columns if not classified.rules[name].keeps]
    source = [*made, *(name for name in changed if name not in made)]
    types = {classified.structure.columns[name].type for name in made}
    return _Watched(
        unique,
        tuple(map(columns.index, made)),
        tuple(map(columns.index, source)),
        folds="citext" in types or _FOLDING.search(expressions) is not None,
        skips_nulls=not unique.nulls_equal and _OF_NULL.search(expressions) is None,
        outside=tuple(_outside(classified, unique, columns)),
    )


def _outside(
    classified: Classified, unique: Unique, columns: Sequence[str]
) -> list[tuple[int, Callable[[str], bool]]]:
    """Return how rows outside of a partial index are told, as far as its predicate is simple."""
    predicate = unique.predicate or ""
    if "'" in predicate or re.search(r"\bOR\b", predicate):
        return []
    found: list[tuple[int, Callable[[str], bool]]] = []
    for term in predicate.split(" AND "):
        match = _TERM.fullmatch(term.strip("() "))
        if match is None:
            continue
        name = match["name"].strip('"').replace('""', '"')
        if name not in unique.columns:
            continue
        if match["null"] and not match["no"]:
            unlike = NULL.__eq__ if "NOT" in match["null"] else NULL.__ne__
            found.append((columns.index(name), unlike))
        elif not match["null"] and classified.structure.columns[name].kind == "boolean":
            # NULL is neither true nor false, and so outside.
            found.append((columns.index(name), ("f" if match["no"] else "t").__ne__))
    return found


def _each(test: Callable[[str], bool], column: Sequence[str]) -> NDArray[np.bool_]:
    return np.fromiter(map(test, column), np.bool_, len(column))


def _folded(column: Sequence[str], *, made: bool) -> Sequence[str]:
    """Return the fields without case: what was made in any language, the source's only in ASCII.

    What a locale folds differs. So more made keys are equal than for the server, and fewer source
    keys; a doubt is refused.
    """
    text = "\t".join(column)
    if made or (text.isascii() and NULL not in text):
        return text.casefold().split("\t") if column else ()
    return [field.lower() if field.isascii() and field != NULL else field for field in column]


def _shared(place: int, saved: Sequence[Path]) -> int:
    """Return how many different source keys share a made key with another, over all files."""
    total = sum(int(_counts(path)[place]) for path in saved)
    slices = -(-total // _SLICE)
    return sum(_shared_in(place, saved, number, slices) for number in range(slices))


def _shared_in(place: int, saved: Sequence[Path], number: int, slices: int) -> int:
    def chosen(hashes: Hashes) -> NDArray[np.bool_]:
        part: NDArray[np.bool_] = hashes[0].view(np.uint64) % np.uint64(slices) == number
        return part

    made = np.concatenate([hashes[0, chosen(hashes)] for hashes in _read(place, saved)])
    made.sort()
    repeated = np.unique(made[1:][made[1:] == made[:-1]])
    if not repeated.size:
        return 0
    # What is equal may be so for a good reason: the same source key.
    among = [hashes[:, np.isin(hashes[0], repeated)] for hashes in _read(place, saved)]
    pairs = np.concatenate(among, axis=1)
    pairs = pairs[:, np.lexsort(pairs)]
    different = 1 + np.count_nonzero((pairs[:, 1:] != pairs[:, :-1]).any(axis=0))
    return int(different) - len(repeated)


def _counts(path: Path) -> NDArray[np.int64]:
    with path.open("rb") as file:
        return _counts_of(file)


def _counts_of(file: BinaryIO) -> NDArray[np.int64]:
    counts: NDArray[np.int64] = np.load(file)
    return counts


def _read(place: int, saved: Sequence[Path]) -> Iterator[Hashes]:
    """Yield the hashes of one index, file by file."""
    for path in saved:
        with path.open("rb") as file:
            counts = _counts_of(file)
            count = int(counts[place])
            before = 16 * int(counts[:place].sum())
            yield np.fromfile(file, np.int64, 2 * count, offset=before).reshape(2, count)
