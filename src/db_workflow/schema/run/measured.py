"""Locks as they were measured when a step ran: which are strong, which met something big."""

from collections.abc import Mapping
from typing import Any

from db_workflow.settings import Settings

# What keeps everybody else from writing, the strongest from reading too.
_STRONG = {
    "AccessExclusiveLock": "ACCESS EXCLUSIVE",
    "ExclusiveLock": "EXCLUSIVE",
    "ShareRowExclusiveLock": "SHARE ROW EXCLUSIVE",
    "ShareLock": "SHARE",
}
_BIG_BYTES = 100 * 1024**2
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def is_strong(lock: Mapping[str, Any]) -> bool:
    """Tell whether a measured lock keeps others from writing.

    Args:
        lock: as a ledger row holds it.

    """
    return lock.get("mode") in _STRONG


def is_big(lock: Mapping[str, Any], *, settings: Settings) -> bool:
    """Tell whether the relation had many rows or bytes; what was not measured counts as none."""
    rows, size = lock.get("rows") or 0, lock.get("bytes") or 0
    return rows >= settings.big_table_rows or size > _BIG_BYTES


def short_text(lock: Mapping[str, Any]) -> str:
    """Return `SHARE public.users ≤ 3.1 ms`."""
    mode = str(lock.get("mode"))
    return f"{_STRONG.get(mode, mode)} {lock.get('relation')} ≤ {lock.get('held_ms', 0):,.1f} ms"


def lock_text(lock: Mapping[str, Any]) -> str:
    """Return `SHARE on public.users for at most 3 ms, at 12 rows and 8 kB`, as far as known."""
    mode = str(lock.get("mode"))
    text = f"{_STRONG.get(mode, mode)} on {lock.get('relation')}"
    if (held := lock.get("held_ms")) is not None:
        text += f" for at most {held:,.1f} ms"
    sizes = []
    if (rows := lock.get("rows")) is not None:
        sizes.append(f"{rows:,.0f} rows")
    if (size := lock.get("bytes")) is not None:
        sizes.append(size_text(size))
    return f"{text}, at {' and '.join(sizes)}" if sizes else text


def size_text(size: float) -> str:
    """Return `8 kB` for a number of bytes."""
    for unit in _UNITS[:-1]:
        if size < 1024:
            return f"{size:,.0f} {unit}"
        size /= 1024
    return f"{size:,.1f} {_UNITS[-1]}"
