"""Places: which rows, by where they stand on disk (`tableoid`, `ctid`), eight bytes a row.

A place stays the same within one snapshot: it needs no primary key and no session that may write.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import asyncpg
    from numpy.typing import NDArray

    # Sorted; the block's number above the place in the block.
    Run = NDArray[np.uint64]

# One row of `SELECT tableoid, ctid` as binary COPY sends it.
_ROW = np.dtype(
    [
        ("fields", ">i2"),
        ("relation_length", ">i4"),
        ("relation", ">u4"),
        ("place_length", ">i4"),
        ("block", ">u4"),
        ("offset", ">u2"),
    ]
)
# The signature, the flags, and the length of an extension that there is not.
_HEAD = 19
_OFFSET_BITS = np.uint64(16)
_OFFSET = np.uint64(0xFFFF)
# So many bytes are packed at a time.
_PACKED_BYTES = 1 << 20
_WRITTEN = 10_000


class Places:
    """A set of rows. Grows by whole sets.

    For each relation (a table, or one partition of it) a few sorted runs, each at least twice as
    long as the next one: so that adding a few rows many times does not copy all of them each time.
    """

    def __init__(self) -> None:
        self._runs: dict[int, list[Run]] = {}

    def __len__(self) -> int:
        """Return the number of rows."""
        return sum(len(run) for runs in self._runs.values() for run in runs)

    def __iter__(self) -> "Iterator[tuple[int, Run]]":
        """Yield runs, each with the relation that its rows stand in."""
        for relation, runs in self._runs.items():
            for run in runs:
                yield relation, run

    def copy(self) -> "Places":
        """Return the same rows as a set of its own."""
        same = Places()
        same.add(self)
        return same

    def add(self, others: "Places") -> None:
        """Add rows of which none is here yet."""
        for relation, run in others:
            self.append(relation, run)

    def append(self, relation: int, run: "Run") -> None:
        """Add sorted rows of one relation, of which none is here yet."""
        # Runs may be shared with other sets: they are replaced, never changed.
        runs = self._runs.setdefault(relation, [])
        while runs and len(runs[-1]) < 2 * len(run):
            run = np.concatenate((runs.pop(), run))
            run.sort(kind="stable")  # it merges what is sorted
        runs.append(run)

    def missing(self, wanted: "Places") -> "Places":
        """Return those of the wanted rows that are not here."""
        new = Places()
        for relation, run in wanted:
            left = run
            for known in self._runs.get(relation, ()):
                left = left[~_contains(known, left)]
            if len(left):
                new.append(relation, left)
        return new

    def batches(self, size: int) -> Iterator[tuple[int, str, int]]:
        """Yield the rows in order as a relation, an SQL array of places, and their number."""
        for relation, run in self._sorted():
            for start in range(0, len(run), size):
                batch = run[start : start + size]
                yield relation, _literal(batch), len(batch)

    def condition(self, alias: str) -> str:
        """Return SQL: a row's place is among these. Some fourteen characters a row."""
        sets = [
            f"SELECT {relation}::oid, unnest({_literal(run)})" for relation, run in self._sorted()
        ]
        if not sets:
            return "false"
        return f"({alias}.tableoid, {alias}.ctid) IN ({' UNION ALL '.join(sets)})"

    def _sorted(self) -> Iterator[tuple[int, "Run"]]:
        for relation in sorted(self._runs):
            runs = self._runs[relation]
            if len(runs) > 1:
                merged = np.concatenate(runs)
                merged.sort(kind="stable")
                runs[:] = [merged]
            yield relation, runs[0]


async def read_places(connection: "asyncpg.Connection[Any]", query: str) -> Places:
    """Return the rows that a query names as `tableoid, ctid`; it may name one several times."""
    taker = _Taker()
    await connection.copy_from_query(query, output=taker.take, format="binary")
    return taker.places()


class _Taker:
    """Packs what COPY sends, as it arrives."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._begun = False
        self._packed: dict[int, list[Run]] = {}

    async def take(self, data: bytes) -> None:
        self._bytes += data
        if len(self._bytes) >= _PACKED_BYTES:
            self._pack()

    def places(self) -> Places:
        self._pack()
        found = Places()
        for relation, runs in self._packed.items():
            found.append(relation, np.unique(np.concatenate(runs)))
        return found

    def _pack(self) -> None:
        if not self._begun:
            if len(self._bytes) < _HEAD:
                return
            del self._bytes[:_HEAD]
            self._begun = True
        count = len(self._bytes) // _ROW.itemsize
        rows = np.frombuffer(bytes(self._bytes[: count * _ROW.itemsize]), _ROW)
        del self._bytes[: count * _ROW.itemsize]
        packed = (rows["block"].astype(np.uint64) << _OFFSET_BITS) | rows["offset"]
        for relation in np.unique(rows["relation"]):
            run = np.unique(packed[rows["relation"] == relation])
            self._packed.setdefault(int(relation), []).append(run)


def _contains(known: "Run", wanted: "Run") -> "NDArray[np.bool_]":
    """Return for each wanted place whether it is among the known ones."""
    at = np.searchsorted(known, wanted)
    at[at == len(known)] = 0
    found: NDArray[np.bool_] = known[at] == wanted
    return found


def _literal(run: "Run") -> str:
    """Return rows of one relation as an array in SQL; so many are made into text at a time."""
    pieces = (
        '","'.join(_texts(run[start : start + _WRITTEN])) for start in range(0, len(run), _WRITTEN)
    )
    return "'{\"" + '","'.join(pieces) + "\"}'::tid[]"


def _texts(run: "Run") -> list[str]:
    blocks, offsets = (run >> _OFFSET_BITS).tolist(), (run & _OFFSET).tolist()
    return list(map("({},{})".format, blocks, offsets))
