"""The options of sequences, of their own or behind a column."""

from collections.abc import Mapping, Sequence
from typing import Any

_BITS = {"smallint": 16, "integer": 32, "bigint": 64}


def sequence_options(found: Mapping[str, Any], *, kind: str) -> list[str]:
    """Return the arguments of a sequence or identity that are not as usual."""
    increment = int(found.get("increment", "1"))
    bits = _BITS.get(found.get("type", kind), 64)
    lowest, highest = (1, 2 ** (bits - 1) - 1) if increment > 0 else (-(2 ** (bits - 1)), -1)
    minimum, maximum = (
        int(found.get("minimum", lowest)),
        int(found.get("maximum", highest)),
    )
    start = minimum if increment > 0 else maximum
    usual: Sequence[tuple[str, str, int]] = (
        ("start", "start", start),
        ("increment", "increment", 1),
        ("minvalue", "minimum", lowest),
        ("maxvalue", "maximum", highest),
        ("cache", "cache", 1),
    )
    parts = [
        f"{argument}={int(found[name])}"
        for argument, name, value in usual
        if name in found and int(found[name]) != value
    ]
    return [*parts, *(["cycle=True"] if found.get("cycles") else [])]
