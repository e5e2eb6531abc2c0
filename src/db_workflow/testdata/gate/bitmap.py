"""Which 64-bit keys are in a set of millions: a bitmap before a compact, sorted list, on disk.

Both are written part by part, in the order of the keys, and mapped into memory to be read.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from db_workflow.testdata.gate.hashing import Flags, Numbers, Places
from db_workflow.testdata.gate.secrets import PART_BITS

# So many bits of the bitmap for each key, or half as many: one in twelve of other words passes it.
_SPARSE = 16
_AT_ONCE = 1 << 16
# Keys that begin alike are some hundred; of each, the next half decides.
_BUCKET_BITS = 7
_HALF_BITS = 32

_T = TypeVar("_T", bound=np.generic)


def mapped(path: Path, kind: type[_T]) -> NDArray[_T]:
    """Map a file of numbers into memory; an empty one cannot be mapped."""
    if path.stat().st_size == 0:
        return np.zeros(0, kind)
    return np.memmap(path, kind, mode="r").view(np.ndarray)


class Part(NamedTuple):
    """Those keys whose first `bits` bits are `number`."""

    number: int
    bits: int


@dataclass(frozen=True, slots=True)
class Bitmap:
    """A bitmap over the uppermost bits of keys."""

    bits: NDArray[np.uint8]
    shift: np.uint64

    @classmethod
    def open(cls, path: Path) -> "Bitmap":
        """Map the file that `BitmapWriter` wrote."""
        bits = mapped(path, np.uint8)
        return cls(bits, np.uint64(64 - 3 - (len(bits).bit_length() - 1)))

    def perhaps(self, keys: Numbers) -> Flags:
        """Tell which keys may be there; the others are not."""
        places = keys >> self.shift
        octets = self.bits[(places >> np.uint64(3)).view(np.int64)]
        found: Flags = (octets >> (places & np.uint64(7)).astype(np.uint8)) & 1 != 0
        return found


class BitmapWriter:
    """Writes a bitmap part by part, in the order of the keys."""

    def __init__(self, file: BinaryIO, total: int) -> None:
        self._file = file
        self.split = split = min(max(total // _AT_ONCE, 1).bit_length() - 1, PART_BITS)
        self.parts = [Part(number, split) for number in range(1 << split)]
        # At least a byte for each part.
        self._bits = max((max(total, 1) * _SPARSE).bit_length() - 1, split + 3)

    def write(self, keys: Numbers, part: Part) -> None:
        """Write the part of the bitmap for the keys of one part."""
        size = 1 << (self._bits - part.bits)
        marked = np.zeros(size, bool)
        places = (keys >> np.uint64(64 - self._bits)).view(np.int64)
        marked[places - part.number * size] = True
        np.packbits(marked, bitorder="little").tofile(self._file)


@dataclass(frozen=True, slots=True)
class Halves:
    """The middle halves of sorted keys, by their beginnings: half as large as the keys.

    What it says of a key that is not there may be wrong, once in some hundred million times.
    """

    starts: NDArray[np.uint32]
    halves: NDArray[np.uint32]

    @classmethod
    def open(cls, starts: Path, halves: Path) -> "Halves":
        """Map the files that `HalvesWriter` wrote."""
        return cls(mapped(starts, np.uint32), mapped(halves, np.uint32))

    def hold(self, keys: Numbers) -> Flags:
        """Tell which keys are likely to be there."""
        bits = (len(self.starts) - 1).bit_length() - 1
        bucket = _bucket(keys, bits)
        low, high = self.starts[bucket].astype(np.int64), self.starts[bucket + 1].astype(np.int64)
        end = high
        wanted = _half(keys, bits)
        while (low < high).any():
            middle = (low + high) >> 1
            # Where nothing is left to halve, the last comparison is made again.
            less = (self.halves[np.minimum(middle, len(self.halves) - 1)] < wanted) & (low < high)
            low, high = np.where(less, middle + 1, low), np.where(less, high, middle)
        there = low < end
        there[there] = self.halves[low[there]] == wanted[there]
        return there


class HalvesWriter:
    """Writes `Halves` part by part, in the order of the keys."""

    def __init__(self, file: BinaryIO, total: int, split: int) -> None:
        self._file = file
        self._bits = max(total.bit_length() - _BUCKET_BITS, split)
        self._counts = [np.zeros(1, np.int64)]

    def write(self, keys: Numbers, part: Part) -> None:
        """Write the halves of one part's keys, each of which is there once."""
        size = 1 << (self._bits - part.bits)
        buckets = _bucket(keys, self._bits) - part.number * size
        self._counts.append(np.bincount(buckets, minlength=size))
        _half(keys, self._bits).tofile(self._file)

    def finish(self, starts: Path) -> None:
        """Write where the keys of each beginning start."""
        np.cumsum(np.concatenate(self._counts)).astype(np.uint32).tofile(starts)


def _bucket(keys: Numbers, bits: int) -> Places:
    if bits == 0:
        return np.zeros(len(keys), np.int64)
    return (keys >> np.uint64(64 - bits)).view(np.int64)


def _half(keys: Numbers, bits: int) -> NDArray[np.uint32]:
    return (keys >> np.uint64(64 - _HALF_BITS - bits)).astype(np.uint32)
