"""Other digits and letters so that different values stay different: a keyed permutation.

All values of one shape are numbers from 0 to their count. A Feistel network permutes them; stepping
to the next number between the way there and the way back makes one circle of all of them, so that
none becomes itself.
"""

import math
from collections.abc import Sequence

from db_workflow.testdata.rules.pseudonyms import Pseudonyms
from db_workflow.testdata.rules.shape import DIGITS, LOWER, UPPER

_ALPHABETS = {ord("0"): DIGITS.decode(), ord("a"): LOWER.decode(), ord("A"): UPPER.decode()}
_ROUNDS = 8


def permuted(by: Pseudonyms, domain: str, kinds: bytes, signs: str) -> str:
    """Return other signs of the same kinds; different ones for different signs, never the same.

    Args:
        by: the key.
        domain: keeps equal signs of different columns apart.
        kinds: one byte for each sign: 0, a or A.
        signs: digits and ASCII letters.

    """
    alphabets = [_ALPHABETS[kind] for kind in kinds]
    network = _Network(by, f"{domain}:{kinds.decode()}", math.prod(map(len, alphabets)))
    place = (network.there(_number(signs, alphabets)) + 1) % network.size
    return _signs(network.back(place), alphabets)


class _Network:
    """A permutation of the numbers below `size`, and its inverse."""

    def __init__(self, by: Pseudonyms, domain: str, size: int) -> None:
        self.size = size
        self._by = by
        self._domain = domain
        # Two numbers instead of one. They reach a little further than `size`: see `there`.
        self._left = math.isqrt(size - 1) + 1
        self._right = -(-size // self._left)

    def there(self, number: int) -> int:
        while True:  # what falls outside goes on until it is inside: that is a permutation, too
            number = self._rounds(number, range(_ROUNDS), 1)
            if number < self.size:
                return number

    def back(self, number: int) -> int:
        while True:
            number = self._rounds(number, range(_ROUNDS - 1, -1, -1), -1)
            if number < self.size:
                return number

    def _rounds(self, number: int, rounds: Sequence[int], sign: int) -> int:
        left, right = divmod(number, self._right)
        for place in rounds:
            if place % 2:
                left = (left + sign * self._mixed(place, right)) % self._left
            else:
                right = (right + sign * self._mixed(place, left)) % self._right
        return left * self._right + right

    def _mixed(self, place: int, half: int) -> int:
        return int.from_bytes(self._by.digest(self._domain, f"{place}:{half}", 64))


def _number(signs: str, alphabets: Sequence[str]) -> int:
    number = 0
    for sign, alphabet in zip(signs, alphabets, strict=True):
        number = number * len(alphabet) + alphabet.index(sign)
    return number


def _signs(number: int, alphabets: Sequence[str]) -> str:
    made = []
    for alphabet in reversed(alphabets):
        number, place = divmod(number, len(alphabet))
        made.append(alphabet[place])
    return "".join(reversed(made))
