"""The names of the databases that a rollback makes, and the proof that it gave them."""

import hashlib
import secrets
from datetime import UTC, datetime

_NAME_BYTES = 63
_DIGITS = 12


def new_name(production: str, system: int) -> str:
    """Return a name for what is restored; it proves by its arithmetic that we gave it."""
    return _restored(production, system, secrets.token_hex(_DIGITS // 2))


def is_ours(name: str, production: str, system: int) -> bool:
    """Tell whether `new_name` has given this name, for this production on this server."""
    end = name.rpartition("__restored_")[2]
    return len(end) == 2 * _DIGITS and name == _restored(production, system, end[:_DIGITS])


def aside_name(production: str, at: datetime | None = None) -> str:
    """Return the name under which production is kept aside."""
    at = at or datetime.now(UTC)
    return _joined(production, f"_before_rollback_{at:%Y%m%dT%H%M%S}")


def _restored(production: str, system: int, nonce: str) -> str:
    told = f"db_workflow restored {system} {production} {nonce}"
    proof = hashlib.sha256(told.encode()).hexdigest()[:_DIGITS]
    return _joined(production, f"__restored_{nonce}{proof}")


def _joined(production: str, end: str) -> str:
    """Return a name within what PostgreSQL keeps of one; it would cut the end, silently."""
    room = _NAME_BYTES - len(end)
    return production.encode()[:room].decode("utf-8", "ignore") + end
