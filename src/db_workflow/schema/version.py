"""Versions are numbers: `v0.4`, `0.4` and `0.04` are one version, and 0.10 comes after 0.9."""

import re

from db_workflow.errors import MigrationError

_VERSION = re.compile(r"v?([0-9]+(?:\.[0-9]+)*)")


def version_numbers(text: str) -> tuple[int, ...]:
    """Return what versions are compared by; zeros at the end say nothing, so 1.0 is 1.

    Raises:
        MigrationError: it is not a version.

    """
    numbers = [int(part) for part in normal_version(text).split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def normal_version(text: str) -> str:
    """Return a version without the `v` and without leading zeros: `0.4` for `v0.04`.

    Raises:
        MigrationError: it is not a version.

    """
    match = _VERSION.fullmatch(text.strip())
    if match is None:
        raise MigrationError(
            f"{text!r} is not a version such as 0.4.",
            next="write numbers with dots between them; a v before them does no harm",
            data={"version": text},
        )
    return ".".join(str(int(part)) for part in match[1].split("."))


def is_version(text: str) -> bool:
    """Tell whether a text without a `v` is a version."""
    return not text.startswith("v") and _VERSION.fullmatch(text) is not None


def same_version(one: str, other: str) -> bool:
    """Tell whether two texts are one version; texts that are none are compared as they stand."""
    try:
        return version_numbers(one) == version_numbers(other)
    except MigrationError:
        return one == other
