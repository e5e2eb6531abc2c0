"""Choices that come out the same on every machine and Python version, and derived identifiers."""

import hashlib
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid5

T = TypeVar("T")

# A Monday. Everything in the business happened before it, or is planned for the weeks after it.
TODAY = datetime(2025, 6, 2, 6, 0, tzinfo=UTC)

_NAMESPACE = UUID("0d9a7a52-4e0f-5f0e-9a63-6f1f3a0f5b11")
_LETTERS = "abcdefghjkmnpqrstuvwxyz"  # none that reads like a digit: these are typed by people
_LETTERS_AND_DIGITS = _LETTERS + "23456789"


class Chance:
    """One stream of choices. Each topic has its own, so that more of one moves no other."""

    __slots__ = ("_next",)

    def __init__(self, topic: str) -> None:
        seed = int.from_bytes(hashlib.sha256(topic.encode()).digest()[:8], "big")
        # Python promises the same random() for the same seed; of choice(), shuffle(), sample()
        # and randint() it promises nothing.
        self._next = random.Random(seed).random  # noqa: S311 - examples, not secrets

    def often(self, share: float) -> bool:
        """Return true in that share of cases (0 to 1)."""
        return self._next() < share

    def below(self, limit: int) -> int:
        """Return a number from 0 to `limit` - 1."""
        return int(self._next() * limit)

    def between(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of the choices."""
        return choices[self.below(len(choices))]

    def weighted(self, weights: Sequence[tuple[T, int]]) -> T:
        """Return one of the choices, in proportion to their weights."""
        ticket = self.below(sum(weight for _, weight in weights))
        for choice, weight in weights:
            ticket -= weight
            if ticket < 0:
                return choice
        raise AssertionError  # pragma: no cover - a ticket is always below the sum

    def letters(self, length: int) -> str:
        """Return lower-case letters."""
        return "".join(self.pick(_LETTERS) for _ in range(length))

    def token(self, length: int) -> str:
        """Return letters and digits, as programs make them."""
        return "".join(self.pick(_LETTERS_AND_DIGITS) for _ in range(length))

    def digits(self, length: int) -> str:
        """Return digits, the first of them not 0."""
        return f"{self.between(10 ** (length - 1), 10**length - 1)}"

    def before(self, instant: datetime, *, days: int) -> datetime:
        """Return an instant up to so many days earlier, to the microsecond as clocks write it."""
        return instant - timedelta(microseconds=self.below(days * 86_400_000_000))


def identifier(*parts: object) -> UUID:
    """Return the identifier of what the parts name ("student", 17)."""
    return uuid5(_NAMESPACE, " ".join(map(str, parts)))
