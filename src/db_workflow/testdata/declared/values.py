"""What a value in TABLE_CONFIG may be, and the error that lists those that are something else."""

from collections.abc import Iterator, Sequence
from typing import Any

from db_workflow.errors import TestDataError


def refuse(what: str, problems: Sequence[str]) -> None:
    """Raise a TestDataError that lists the problems, if there are any."""
    if problems:
        raise TestDataError(
            f"{what}: " + "; ".join(problems),
            why="phase 3 works by this declaration",
            next="correct it in generate_test_data.py",
            data={"problems": list(problems)},
        )


def sql_problems(**fields: Any) -> Iterator[str]:
    """Yield what is wrong with fields that hold SQL, each given by its name."""
    for field, value in fields.items():
        if not isinstance(value, str):
            yield f"{field} {value!r} is no SQL in a str"
        elif value and not value.strip():
            yield f"{field} is only blanks"
        elif "\0" in value:
            yield f"{field} holds a character that SQL cannot"


def is_name(value: object) -> bool:
    """Tell whether a value can be the name of a column, a table or the like."""
    return isinstance(value, str) and bool(value.strip()) and "\0" not in value


def are_names(value: object) -> bool:
    """Tell whether a value is a tuple of names; it may be empty."""
    return isinstance(value, tuple) and all(map(is_name, value))


def is_count(value: object) -> bool:
    """Tell whether a value is a whole number, which True and False are not."""
    return isinstance(value, int) and not isinstance(value, bool)


def shown(value: object) -> str:
    """Return a short value as it is, and the kind of others: the whole may be long."""
    return repr(value) if isinstance(value, str | int | float | None) else type(value).__name__
