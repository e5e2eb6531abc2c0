"""The secrets of a whole run on disk, for all processes at once: sorted keys behind a bitmap."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from db_workflow.testdata.gate.bitmap import (
    Bitmap,
    BitmapWriter,
    Halves,
    HalvesWriter,
    Part,
    mapped,
)
from db_workflow.testdata.gate.hashing import Flags, Numbers
from db_workflow.testdata.gate.secrets import FACTS, KEYS, NAMES, ORIGINS, PAIRS, PART_BITS, PARTS

_KEY_BITS, _PAIR_BITS, _NAME_BITS = "keys.bits", "pairs.bits", "names.bits"
_HALVES, _STARTS = "keys.halves", "keys.starts"
_T = TypeVar("_T", bound=np.generic)


def build_index(saved: Iterable[Path], path: Path) -> None:
    """Merge what `Secrets.save` wrote into an index, a new folder. Memory does not grow."""
    jobs = [_Saved(folder) for folder in saved]
    path.mkdir(mode=0o700)
    # A key that several columns have is said to be of the first of them.
    ranks = {origin: rank for job in jobs for origin, rank in job.facts["ranks"].items()}
    found = {origin for job in jobs for origin in job.origins}
    origins = sorted(found, key=lambda origin: (ranks[origin], origin))
    total = sum(job.count(KEYS) for job in jobs)
    with (
        (path / KEYS).open("wb") as keys,
        (path / ORIGINS).open("wb") as numbers,
        (path / _KEY_BITS).open("wb") as bits,
        (path / _HALVES).open("wb") as halves,
    ):
        marks = BitmapWriter(bits, total)
        middle = HalvesWriter(halves, total, marks.split)
        for part in marks.parts:
            some, whose = _merged(jobs, part, origins)
            some.tofile(keys)
            whose.tofile(numbers)
            marks.write(some, part)
            middle.write(some, part)
        middle.finish(path / _STARTS)
    for what, marked in ((PAIRS, _PAIR_BITS), (NAMES, _NAME_BITS)):
        with (path / marked).open("wb") as bits:
            marks = BitmapWriter(bits, sum(job.count(what) for job in jobs))
            for part in marks.parts:
                of_jobs = [job.between(what, part) for job in jobs]
                marks.write(np.concatenate((_NONE, *of_jobs)), part)
    facts = {
        "origins": origins,
        "longest": max((job.facts["longest"] for job in jobs), default=1),
        "exact": any(job.facts["exact"] for job in jobs),
        "unsearched": _unsearched(jobs),
    }
    (path / FACTS).write_text(json.dumps(facts), "utf-8")


@dataclass(frozen=True, slots=True)
class Index:
    """What has to be hidden, mapped into memory.

    Attributes:
        longest: how many words the longest secret has that is searched for.
        exact: whether UUIDs are among them.
        unsearched: by origin, how many different values are too short or too common to search for.

    """

    longest: int
    exact: bool
    unsearched: Mapping[str, int]
    _origins: tuple[str, ...]
    _keys: Numbers
    _numbers: NDArray[np.uint16]
    _key_bits: Bitmap
    _halves: Halves
    _pair_bits: Bitmap
    _name_bits: Bitmap

    @classmethod
    def open(cls, path: Path) -> "Index":
        """Open an index that `build_index` made, in a process of the same run."""
        facts = json.loads((path / FACTS).read_text("utf-8"))
        return cls(
            facts["longest"],
            facts["exact"],
            facts["unsearched"],
            tuple(facts["origins"]),
            mapped(path / KEYS, np.uint64),
            mapped(path / ORIGINS, np.uint16),
            Bitmap.open(path / _KEY_BITS),
            Halves.open(path / _STARTS, path / _HALVES),
            Bitmap.open(path / _PAIR_BITS),
            Bitmap.open(path / _NAME_BITS),
        )

    def __len__(self) -> int:
        return len(self._keys)

    def holds(self, keys: Numbers) -> Flags:
        """Tell which keys are those of secrets."""
        # Each sieve is larger than the one before, and less of it is read.
        found = self._key_bits.perhaps(keys)
        found[found] = self._halves.hold(keys[found])
        if found.any():
            wanted = keys[found]
            places = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
            found[found] = self._keys[places] == wanted
        return found

    def begins(self, pairs: Numbers) -> Flags:
        """Tell which pairs of words may begin a secret of two words and more."""
        return self._pair_bits.perhaps(pairs)

    def names(self, keys: Numbers) -> Flags:
        """Tell which keys may be those of persons' names of one word."""
        return self._name_bits.perhaps(keys)

    def origin(self, key: np.uint64) -> str:
        """Return the column that a secret, which is in the index, comes from."""
        return self._origins[int(self._numbers[np.searchsorted(self._keys, key)])]


class _Saved:
    """What one job has saved. It is read part by part, so that it takes no room in memory."""

    def __init__(self, path: Path) -> None:
        self.facts: dict[str, Any] = json.loads((path / FACTS).read_text("utf-8"))
        self.origins: list[str] = self.facts["origins"]
        self._path = path
        parts = np.fromfile(path / PARTS, np.int64).reshape(3, -1)
        self._parts = dict(zip((KEYS, PAIRS, NAMES), parts, strict=True))

    def count(self, what: str) -> int:
        """Return how many keys one of its files has."""
        return int(self._parts[what][-1])

    def between(self, what: str, part: Part) -> Numbers:
        """Return the keys of one of its files that belong to a part."""
        return self._read(what, self._inside(what, part), np.uint64)

    def origins_between(self, part: Part) -> NDArray[np.uint16]:
        """Return of which of `origins` each of the keys is."""
        return self._read(ORIGINS, self._inside(KEYS, part), np.uint16)

    def _inside(self, what: str, part: Part) -> tuple[int, int]:
        starts = self._parts[what]
        width = 1 << (PART_BITS - part.bits)
        return int(starts[part.number * width]), int(starts[(part.number + 1) * width])

    def _read(self, what: str, inside: tuple[int, int], kind: type[_T]) -> NDArray[_T]:
        start, stop = inside
        place = start * np.dtype(kind).itemsize
        return np.fromfile(self._path / what, kind, stop - start, offset=place)


_NONE = np.zeros(0, np.uint64)


def _merged(
    jobs: Sequence[_Saved], part: Part, origins: Sequence[str]
) -> tuple[Numbers, NDArray[np.uint16]]:
    """Return all keys of a part, each once, and of which column each is."""
    number = {origin: place for place, origin in enumerate(origins)}
    keys, whose = [_NONE], [np.zeros(0, np.uint16)]
    for job in jobs:
        renamed = np.array([number[origin] for origin in job.origins], np.uint16)
        keys.append(job.between(KEYS, part))
        whose.append(renamed[job.origins_between(part)])
    all_keys, all_whose = np.concatenate(keys), np.concatenate(whose)
    order = np.lexsort((all_whose, all_keys))  # so a key's column does not depend on the jobs
    ordered = all_keys[order]
    first = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first], all_whose[order][first]


def _unsearched(jobs: Sequence[_Saved]) -> dict[str, int]:
    found: dict[str, set[int]] = {}
    for job in jobs:
        for origin, keys in job.facts["unsearched"].items():
            found.setdefault(origin, set()).update(keys)
    return {origin: len(keys) for origin, keys in sorted(found.items())}
