"""Numbers, times and names as a person reads them."""

import re
from datetime import UTC, datetime

from db_workflow.schema.run.measured import size_text

MINUS = "\N{MINUS SIGN}"
# Where there is no number.
NONE = "\N{EN DASH}"


def duration(seconds: float) -> str:
    """Return `340 µs`, `12.3 ms`, `2.31 s`, `3 min 12 s` or `1 h 5 min`."""
    if seconds < 0.001:
        return f"{seconds * 1_000_000:,.0f} µs"
    if seconds < 1:
        return f"{seconds * 1000:,.3g} ms" if seconds < 0.9995 else "1 s"
    if seconds < 60:
        return f"{seconds:.3g} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def counted(number: int, what: str) -> str:
    """Return `1 step` or `1,200 steps`."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def signed(number: int) -> str:
    """Return a change with its sign, which is as wide as a plus: +12, or ±0."""
    return f"+{number:,}" if number > 0 else f"{MINUS}{-number:,}" if number else "±0"


def growth(before: int, after: int) -> str:
    """Return how a size changed: `+12.0 MB (+4 %)`."""
    change = after - before
    if not change:
        return "unchanged"
    sign = "+" if change > 0 else MINUS
    share = f" ({sign}{100 * abs(change) / before:.0f}\N{NO-BREAK SPACE}%)" if before else ""
    return f"{sign}{size_text(abs(change))}{share}"


def moment(text: str) -> str:
    """Return a time in ISO 8601 as `2026-11-23 13:05 UTC`; anything else as it is."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{found.astimezone(UTC) if found.tzinfo else found:%Y-%m-%d %H:%M} UTC"


def lock_name(mode: str) -> str:
    """Return a lock's mode as SQL has it: `AccessExclusiveLock` is `ACCESS EXCLUSIVE`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", mode.removesuffix("Lock")).upper()
