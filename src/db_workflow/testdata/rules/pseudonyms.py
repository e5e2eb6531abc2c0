"""Pseudonyms as pure functions of (secret key, domain, value).

The same person is the same pseudonym in every table and every run, and order never matters: what
is remembered saves time and nothing else, and there is no random number. Rules are written with
these.
"""

import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from db_workflow.testdata.rules import shape
from db_workflow.testdata.rules.key import Key
from db_workflow.testdata.rules.names import FIRST_BY_SCRIPT, LAST_BY_SCRIPT
from db_workflow.testdata.rules.scripts import script_of
from db_workflow.testdata.rules.spelling import NAME_WORD, folded
from db_workflow.testdata.rules.words import LOREM

_T = TypeVar("_T")

# Two signs of base64 for each of these 32, so every sign holds five bits. All in C, unlike base32.
_LETTERS = b"abcdefghijklmnopqrstuvwxyz234567"
_FROM_BASE64 = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", _LETTERS * 2
)
# What is remembered of a column is forgotten when it is so much: it may hold millions.
_MOST_NAMES = 1 << 15
_MOST_SHAPES = 1 << 12
_LONGEST_SHAPE = 64
_ATTEMPTS = 16
_DIGITS = re.compile(r"\d+")


class UnfitValueError(ValueError):
    """A rule cannot treat a value. Its message never holds the value, so it may be shown."""


class Pseudonyms:
    """Makes pseudonyms with one key. A domain keeps equal values of different kinds apart."""

    __slots__ = ("_begun", "_names", "_secret", "_shapes")

    def __init__(self, key: Key) -> None:
        self._secret = key.secret
        # Only to save time: hashes that have taken in key and domain; names and shapes met before.
        self._begun: dict[tuple[str, int], hashlib.blake2b] = {}
        self._names: dict[tuple[str, str, int], dict[str, str]] = {}
        self._shapes: dict[bytes, shape.Shape] = {}

    def digest(self, domain: str, value: str, size: int = 16) -> bytes:
        """Return `size` (1 to 64) bytes that only the holder of the key can compute."""
        begun = self._begun.get((domain, size)) or self._begin(domain, size)
        hashed = begun.copy()
        hashed.update(value.encode() if value.isascii() else _encoded(value))
        return hashed.digest()

    def stream(self, domain: str, value: str, size: int) -> bytes:
        """Return at least `size` such bytes, however many that are."""
        return self._stream(domain, _encoded(value), size)

    def number(self, domain: str, value: str, below: int) -> int:
        """Return a number from 0 to `below - 1`."""
        return int.from_bytes(self.digest(domain, value)) % below

    def pick(self, domain: str, value: str, choices: Sequence[_T]) -> _T:
        """Return one of the choices."""
        return choices[self.number(domain, value, len(choices))]

    def letters(self, domain: str, value: str, length: int = 16) -> str:
        """Return lower-case letters and digits, 5 bits each: unique for 16 and more."""
        size = -(-length * 3 // 4)
        made = self.digest(domain, value, size) if size <= 64 else self.stream(domain, value, size)
        return binascii.b2a_base64(made, newline=False).translate(_FROM_BASE64)[:length].decode()

    def first_name(self, value: str, *, script: str = "", length: int = 0) -> str:
        """Return another first name, word by word, so that parts of it match elsewhere.

        Args:
            value: the name; words in upper or lower case give such words.
            script: a key of `names.FIRST_BY_SCRIPT`; without one, that of each word.
            length: at most so many characters, `names.SHORTEST_LENGTH` and more; 0 for any number.

        """
        known = self._names.get(("first_name", script, length))
        if known is not None and value in known:
            return known[value]
        return self._named("first_name", value, FIRST_BY_SCRIPT, script, length)

    def last_name(self, value: str, *, script: str = "", length: int = 0) -> str:
        """Return another last name, word by word, as `first_name` does."""
        known = self._names.get(("last_name", script, length))
        if known is not None and value in known:
            return known[value]
        return self._named("last_name", value, LAST_BY_SCRIPT, script, length)

    def email(self, value: str, letters: int = 16) -> str:
        """Return an address nobody can receive mail at; with 16 letters unique for each address."""
        return f"user-{self.letters('email', folded(value))[:letters]}@example.test"

    def lorem(self, value: str, words: int) -> str:
        """Return meaningless words, which repeat after the first 64."""
        stream = self.digest("text", value, 64)
        for step in (0, 1):  # a text of such words may come out as itself
            chosen = [LOREM[(byte + step) % len(LOREM)] for byte in stream[:words]]
            made = " ".join((chosen * -(-words // 64))[:words]).capitalize()
            if made != value:
                break
        return made

    def same_shape(self, domain: str, value: str) -> str:
        """Return other digits and letters in the places of these; the rest stays.

        They depend on the digits and letters alone: a number grouped otherwise becomes the same
        number, grouped otherwise. A value that has neither comes back.
        """
        if not value.isascii():
            found = self._shape(shape.in_ascii(value).encode().translate(shape.MASK))
            made = self._other_signs(domain, _encoded(shape.signs_of(value)), found)
            return shape.respelled(found.filled(made), value)
        raw = value.encode()
        masked = raw.translate(shape.MASK)  # not by a function: this is done for every value
        found = self._shapes.get(masked) or self._shape(masked)
        return found.filled(
            self._other_signs(domain, raw.translate(None, shape.PUNCTUATION), found)
        )

    def _other_signs(self, domain: str, signs: bytes, found: shape.Shape) -> bytes:
        made = found.made(self._stream(domain, signs, len(found.kinds)))
        attempt = 0
        while (
            made == signs and made and attempt < _ATTEMPTS
        ):  # a short value may come out as itself
            attempt += 1
            stream = self._stream(f"{domain}:again {attempt}", signs, len(signs))
            made = found.made(stream)
        return made

    def _stream(self, domain: str, raw: bytes, size: int) -> bytes:
        begun = self._begun.get((domain, 64)) or self._begin(domain, 64)
        hashed = begun.copy()
        hashed.update(raw)
        made = hashed.digest()
        return made if size <= 64 else self._longer(domain, made, size)

    def _longer(self, domain: str, made: bytes, size: int) -> bytes:
        """Return as many bytes as are asked for; each block from the first, not from the value."""
        more = (
            self._stream(f"{domain}:more", made + number.to_bytes(8), 64)
            for number in range(1, -(-size // 64))
        )
        return b"".join((made, *more))

    def _shape(self, masked: bytes) -> shape.Shape:
        found = self._shapes.get(masked)
        if found is None:
            found = shape.shape(masked)
            if len(masked) <= _LONGEST_SHAPE:
                if len(self._shapes) >= _MOST_SHAPES:
                    self._shapes.clear()
                self._shapes[masked] = found
        return found

    def _begin(self, domain: str, size: int) -> hashlib.blake2b:
        prefix = f"{len(domain)}:{domain}:".encode()
        begun = hashlib.blake2b(prefix, key=self._secret, digest_size=size)
        self._begun[domain, size] = begun
        return begun

    def _named(
        self,
        domain: str,
        value: str,
        names: Mapping[str, tuple[str, ...]],
        script: str,
        length: int,
    ) -> str:
        known = self._names.setdefault((domain, script, length), {})
        if len(known) >= _MOST_NAMES:
            known.clear()

        def other(match: re.Match[str]) -> str:
            word = match.group()
            made = known.get(word)
            if made is None:
                made = known[word] = self._other_name(domain, word, names, script, length)
            return made

        made = _whole_words(NAME_WORD.sub(other, self._without_digits(value)), length)
        known[value] = made
        return made

    def _without_digits(self, value: str) -> str:
        """Return a name with other digits: a number in it may be anything."""
        return _DIGITS.sub(lambda found: self.same_shape("name", found.group()), value)

    def _other_name(
        self,
        domain: str,
        word: str,
        names: Mapping[str, tuple[str, ...]],
        script: str,
        length: int,
    ) -> str:
        spelled = folded(word)
        choices: Sequence[str] = names[script or script_of(spelled)]
        place = self.number(domain, spelled, len(choices))
        if length and len(choices[place]) > length:
            choices = [name for name in choices if len(name) <= length]
            place = self.number(domain, spelled, len(choices))
        # A pseudonym that happens to be the name itself would hide nothing.
        return _in_case(choices[place if folded(choices[place]) != spelled else place - 1], word)


def _in_case(name: str, word: str) -> str:
    """Return a name in the case of a word; in scripts without case nothing is lower or upper."""
    if word.islower() and word.capitalize() != word:
        return name.lower()
    return name.upper() if len(word) > 1 and word.isupper() else name


def _encoded(value: str) -> bytes:
    # Half of a surrogate pair is no text, but `json` may hold it.
    return value.encode(errors="surrogatepass")


def _whole_words(name: str, length: int) -> str:
    """Return as many words of a name as have room, at least one."""
    if not length or len(name) <= length:
        return name
    ends = [word.end() for word in NAME_WORD.finditer(name) if word.end() <= length]
    return name[: ends[-1]] if ends else name[:length]
