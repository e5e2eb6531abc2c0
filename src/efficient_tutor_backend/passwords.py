"""Password hashes: every format this project has stored, and how to check one.

The formats, as `users.password_hash` has held them:

- before v0.3, whatever the application of the day wrote:
  `5e88…` (hex SHA-256), `sha256$salt$5e88…`, `pbkdf2_sha256$1000$salt$kd0…=`,
  the first two in either case;
- since v0.3, one spelling of the same digests:
  `$sha256$salt$5e88…`, `$pbkdf2-sha256$i=1000$salt$kd0…=`;
- since v0.4, Argon2id: `$argon2id$v=19$m=19456,t=2,p=1$…` of the password, or, for users
  who have not signed in since, of their old digest. Such a wrapped hash keeps what is
  needed to compute the digest in front: `$sha256$salt$argon2id$v=19$…`.
"""

import base64
import hashlib
import hmac
import re

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

__all__ = [
    "ARGON2ID_MARK",
    "UnknownPasswordFormatError",
    "hash_password",
    "needs_rehash",
    "normalise_legacy",
    "verify_password",
    "wrap_legacy",
]

ARGON2ID_MARK = "$argon2id$v="
"""Stands in every hash that is Argon2id, wrapped or not, and in no other: with the `v=`,
not even a salt that reads "argon2id" is taken for one."""

# OWASP's minimum for Argon2id (Password Storage Cheat Sheet): 19 MiB, two passes, one lane.
_hasher = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)

_BARE_SHA256 = re.compile(r"(?P<digest>[0-9a-f]{64})", re.IGNORECASE | re.ASCII)
_SALTED_SHA256 = re.compile(
    r"sha256\$(?P<salt>[^$]*)\$(?P<digest>[0-9a-f]{64})", re.IGNORECASE | re.ASCII
)
_DJANGO_PBKDF2 = re.compile(
    r"pbkdf2_sha256\$(?P<iterations>[1-9][0-9]*)\$(?P<salt>[^$]*)\$(?P<digest>[a-z0-9+/]{43}=)",
    re.IGNORECASE | re.ASCII,
)

# What precedes the digest in the canonical spelling, and the digest itself.
_RECIPE = re.compile(r"\$(?:sha256|pbkdf2-sha256\$i=(?P<iterations>[1-9][0-9]*))\$(?P<salt>[^$]*)")
# PBKDF2's digest is base64, the other hexadecimal: which one depends on the recipe.
_CANONICAL = re.compile(
    rf"(?P<recipe>{_RECIPE.pattern})"
    r"\$(?P<digest>(?(iterations)[a-zA-Z0-9+/]{43}=|[0-9a-f]{64}))"
)


class UnknownPasswordFormatError(ValueError):
    """A stored hash is in none of the known formats. Never carries the hash."""

    def __init__(self) -> None:
        super().__init__("the stored password hash is in no known format")


def hash_password(password: str) -> str:
    """Return a new Argon2id hash of a password, in PHC string format."""
    return _hasher.hash(password)


def verify_password(stored: str, password: str) -> bool:
    """Say whether a password is the one that was stored, in any format since v0.3.

    Raises UnknownPasswordFormatError for anything older or foreign: a damaged hash is
    a fault to be seen, not a wrong password.
    """
    recipe, mark, rest = stored.partition(ARGON2ID_MARK)
    if mark:
        secret = _legacy_digest(recipe, password) if recipe else password
        try:
            return _hasher.verify(mark + rest, secret)
        except VerifyMismatchError:
            return False
        except (InvalidHashError, VerificationError):
            raise UnknownPasswordFormatError from None
    found = _CANONICAL.fullmatch(stored)
    if found is None:
        raise UnknownPasswordFormatError
    return hmac.compare_digest(_legacy_digest(found["recipe"], password), found["digest"])


def needs_rehash(stored: str) -> bool:
    """Say whether to store `hash_password` of the password that has just been verified.

    True for legacy and wrapped hashes, and for Argon2id with other costs than today's.
    """
    return not stored.startswith(ARGON2ID_MARK) or _hasher.check_needs_rehash(stored)


def normalise_legacy(stored: str) -> str:
    """Return the canonical spelling of a hash as written before v0.3.

    >>> normalise_legacy("SHA256$pepper$" + "5E" * 32) == "$sha256$pepper$" + "5e" * 32
    True

    What is canonical already, or Argon2id, comes back as it is.
    """
    if ARGON2ID_MARK in stored or _CANONICAL.fullmatch(stored):
        return stored
    if found := _BARE_SHA256.fullmatch(stored):
        return f"$sha256$${found['digest'].lower()}"
    if found := _SALTED_SHA256.fullmatch(stored):
        return f"$sha256${found['salt']}${found['digest'].lower()}"
    if found := _DJANGO_PBKDF2.fullmatch(stored):
        return f"$pbkdf2-sha256$i={found['iterations']}${found['salt']}${found['digest']}"
    raise UnknownPasswordFormatError


def wrap_legacy(stored: str) -> str:
    """Return Argon2id of a canonical legacy digest: no plaintext is needed.

    The result is as hard to attack as a native hash from the moment it is written,
    instead of from the user's next sign-in. Takes tens of milliseconds and 19 MiB,
    and releases the GIL meanwhile.
    """
    found = _CANONICAL.fullmatch(stored)
    if found is None:
        raise UnknownPasswordFormatError
    return found["recipe"] + _hasher.hash(found["digest"])


def _legacy_digest(recipe: str, password: str) -> str:
    """Return the digest that a canonical recipe (`$sha256$salt`) makes of a password."""
    found = _RECIPE.fullmatch(recipe)
    if found is None:
        raise UnknownPasswordFormatError
    salt = found["salt"]
    if found["iterations"] is None:
        return hashlib.sha256((salt + password).encode()).hexdigest()
    digest = hashlib.pbkdf2_hmac(
        "sha256", password.encode(), salt.encode(), int(found["iterations"])
    )
    return base64.b64encode(digest).decode()
