"""Pseudonyms as pure functions of (secret key, domain, value).

The same person is the same pseudonym in every table and every run, and order never matters:
there is no state and no random number. Rules (`rules.py`) are written with these.
"""

import base64
import contextlib
import hashlib
import os
import re
import secrets
import stat
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from db_workflow.errors import TestDataError
from db_workflow.settings import Settings
from db_workflow.testdata.rules.spelling import NAME_WORD, folded
from db_workflow.testdata.rules.words import FIRST_NAMES, LAST_NAMES, LOREM

KEY_VARIABLE = "DB_WORKFLOW_KEY"
_KEY_FILE = "anonymisation.key"
_SHORTEST_KEY = 32
_MAKE_ONE = "python -c 'import secrets; print(secrets.token_hex(32))'"
# Not a secret: the stand-in's rows are invented by committed code, and everyone who clones the
# repository must generate byte-identical files from them.
_PUBLIC_SECRET = b"the stand-in's rows are public"

_T = TypeVar("_T")


class UnfitValueError(ValueError):
    """A rule cannot treat a value. Its message never holds the value, so it may be shown."""


@dataclass(frozen=True, slots=True)
class Key:
    """An anonymisation key.

    Attributes:
        id: stands in every generated file; "public" for the stand-in's key. Whoever guesses the
            key can confirm it by its id, as by any pseudonym: so each guess costs a run of scrypt,
            and keys are long.
        secret: what pseudonyms are made with.

    """

    id: str
    secret: bytes = field(repr=False)


def load_key(
    settings: Settings, *, stand_in: bool, environment: Mapping[str, str] | None = None
) -> Key:
    """Return the key for a source: public for the stand-in, secret for a real production.

    Args:
        settings: where the key file lies.
        stand_in: whether the rows are the local stand-in's.
        environment: instead of `os.environ`.

    Raises:
        TestDataError: the key is too short, or others may read its file.

    """
    if stand_in:
        return Key("public", hashlib.sha256(_PUBLIC_SECRET).digest())
    environment = os.environ if environment is None else environment
    path = settings.state / _KEY_FILE
    text = environment.get(KEY_VARIABLE, "").strip()
    place = KEY_VARIABLE if text else str(path)
    text = text or _key_from_file(path)
    if len(text) < _SHORTEST_KEY:
        raise TestDataError(
            f"The anonymisation key in {place} has fewer than {_SHORTEST_KEY} characters.",
            why="whoever guesses it can tell who is behind a pseudonym",
            next=f"put there what this prints: {_MAKE_ONE}",
        )
    # Slow on purpose, so that guesses are; the salt is fixed, so that colleagues who share a key
    # make the same pseudonyms.
    typed = text.encode(errors="surrogateescape")
    secret = hashlib.scrypt(typed, salt=b"db_workflow", n=2**14, r=8, p=1)
    return Key(hashlib.blake2b(secret, digest_size=6, person=b"key id").hexdigest(), secret)


def _key_from_file(path: Path) -> str:
    if not path.exists():
        _make_key(path)
    with path.open(encoding="ascii") as handle:
        found = os.fstat(handle.fileno())
        if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
            raise TestDataError(
                f"{path} can be read by others, or belongs to somebody else.",
                why="whoever has the key can tell who is behind a pseudonym",
                next=f"chmod 600 {path}, or remove it: a new one is made, and with it new"
                " pseudonyms",
            )
        return handle.read().strip()


def _make_key(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    # Complete before it has its name: a kill in between must not leave an empty key behind.
    handle, passing = tempfile.mkstemp(dir=path.parent, prefix=".key-")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
        with contextlib.suppress(FileExistsError):  # another process was faster: use its key
            os.link(passing, path)
    finally:
        Path(passing).unlink()


class Pseudonyms:
    """Makes pseudonyms with one key. A domain keeps equal values of different kinds apart."""

    __slots__ = ("_begun", "_names", "_secret")

    def __init__(self, key: Key) -> None:
        self._secret = key.secret
        # Only to save time: hashes that have taken in key and domain, and names met before.
        self._begun: dict[tuple[str, int], hashlib.blake2b] = {}
        self._names: dict[tuple[str, str], str] = {}

    def digest(self, domain: str, value: str, size: int = 16) -> bytes:
        """Return `size` (1 to 64) bytes that only the holder of the key can compute."""
        begun = self._begun.get((domain, size))
        if begun is None:
            prefix = f"{len(domain)}:{domain}:".encode()
            begun = hashlib.blake2b(prefix, key=self._secret, digest_size=size)
            self._begun[domain, size] = begun
        hashed = begun.copy()
        hashed.update(value.encode())
        return hashed.digest()

    def number(self, domain: str, value: str, below: int) -> int:
        """Return a number from 0 to `below - 1`."""
        return int.from_bytes(self.digest(domain, value)) % below

    def pick(self, domain: str, value: str, choices: Sequence[_T]) -> _T:
        """Return one of the choices."""
        return choices[self.number(domain, value, len(choices))]

    def letters(self, domain: str, value: str, length: int = 16) -> str:
        """Return up to 96 lower-case letters and digits (5 bits each): unique for 16 and more."""
        size = -(-length * 5 // 8)
        return base64.b32encode(self.digest(domain, value, size)).decode().lower()[:length]

    def first_name(self, value: str) -> str:
        """Return another first name, word by word, so that parts of it match elsewhere."""
        return self._named("first_name", value, FIRST_NAMES)

    def last_name(self, value: str) -> str:
        """Return another last name, word by word."""
        return self._named("last_name", value, LAST_NAMES)

    def email(self, value: str) -> str:
        """Return an address nobody can receive mail at, unique for every address."""
        return f"user-{self.letters('email', folded(value))}@example.test"

    def lorem(self, value: str, words: int) -> str:
        """Return meaningless words."""
        stream = self.digest("text", value, 64)
        chosen = [LOREM[stream[place % 64] % len(LOREM)] for place in range(words)]
        return " ".join(chosen).capitalize()

    def same_shape(self, domain: str, value: str) -> str:
        """Return other digits and letters in the places of these; the rest stays."""
        for attempt in range(16):  # a short value may come out as itself
            made = self._same_shape(f"{domain}:{attempt}", value)
            if made != value:
                return made
        return made  # it has nothing but punctuation

    def _same_shape(self, domain: str, value: str) -> str:
        made = []
        stream = b""
        for place, character in enumerate(value):
            if place % 64 == 0:
                stream = self.digest(f"{domain}:{place // 64}", value, 64)
            made.append(_in_place_of(character, stream[place % 64]))
        return "".join(made)

    def _named(self, domain: str, value: str, names: Sequence[str]) -> str:
        def other(match: re.Match[str]) -> str:
            known = self._names.get((domain, match.group()))
            if known is not None:
                return known
            word = folded(match.group())
            place = self.number(domain, word, len(names))
            # A pseudonym that happens to be the name itself would hide nothing.
            made = names[place if folded(names[place]) != word else place - 1]
            self._names[domain, match.group()] = made
            return made

        return NAME_WORD.sub(other, value)


def _in_place_of(character: str, byte: int) -> str:
    if character.isdecimal():
        return chr(ord("0") + byte % 10)
    if character.isalpha():
        letter = chr(ord("a") + byte % 26)
        return letter.upper() if character.isupper() else letter
    return character
