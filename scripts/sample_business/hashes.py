"""Password hashes as three applications in a row have left them before v0.3."""

import base64
import hashlib
from collections.abc import Callable

from sample_business.chance import Chance

# Small on purpose: twenty thousand students sign up in seconds.
_ITERATIONS = (1000, 1200)


def legacy_hash(password: str, number: int, chance: Chance) -> str:
    """Return a hash of the password in one of the old formats, taken in turns by number."""
    return _FORMATS[number % len(_FORMATS)](password, chance)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _bare(password: str, _chance: Chance) -> str:
    return _sha256(password)


def _bare_upper(password: str, _chance: Chance) -> str:
    return _sha256(password).upper()


def _salted(password: str, chance: Chance) -> str:
    salt = chance.token(8)
    return f"sha256${salt}${_sha256(salt + password)}"


def _salted_upper(password: str, chance: Chance) -> str:
    salt = chance.token(8).upper()
    return f"SHA256${salt}${_sha256(salt + password).upper()}"


def _without_salt(password: str, _chance: Chance) -> str:
    return f"sha256$${_sha256(password)}"


def _salt_like_a_scheme(password: str, _chance: Chance) -> str:
    return f"sha256$argon2id${_sha256('argon2id' + password)}"


def _pbkdf2(password: str, chance: Chance) -> str:
    salt, iterations = chance.token(12), chance.pick(_ITERATIONS)
    digest = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), iterations)
    return f"pbkdf2_sha256${iterations}${salt}${base64.b64encode(digest).decode()}"


def _pbkdf2_upper(password: str, chance: Chance) -> str:
    return _pbkdf2(password, chance).replace("pbkdf2_sha256", "PBKDF2_SHA256")


def _canonical(password: str, chance: Chance) -> str:
    salt = chance.token(8)
    return f"$sha256${salt}${_sha256(salt + password)}"


_FORMATS: tuple[Callable[[str, Chance], str], ...] = (
    _bare,
    _salted,
    _pbkdf2,
    _bare_upper,
    _salted_upper,
    _without_salt,
    _pbkdf2_upper,
    _canonical,
    _salt_like_a_scheme,
)
