"""Names as they change hands between PostgreSQL and Python."""

import keyword
import re
import unicodedata
from collections.abc import Iterable

from db_workflow.catalog.vocabulary import plain

# As an attribute each of these would hide what the same class uses later on, or what SQLAlchemy
# gives every class.
_TAKEN = {
    *("Any", "Base", "ClassVar", "Decimal", "Mapped", "Range", "MultiRange", "conv", "date"),
    *("datetime", "event", "func", "mapped_column", "relationship", "text", "time", "timedelta"),
    *(
        "uuid",
        "bool",
        "bytes",
        "dict",
        "float",
        "int",
        "list",
        "str",
        "tuple",
        "type_annotation_map",
    ),
    *("metadata", "registry", "column", "quoted_name"),
}


def unquoted(printed: str) -> tuple[str, ...]:
    """Return the parts of a printed name: `other."My Table"` gives `other`, `My Table`.

    What a person typed without quotes that it needs (`My Table`) is taken as meant.
    """
    return tuple(map(plain, re.findall(r'"(?:[^"]|"")*"|[^."]+', printed)))


def snake_case(class_name: str) -> str:
    """Return `user_role` for `UserRole`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", class_name).lower()


def pascal_case(name: str) -> str:
    """Return `UserRole` for `user_role`."""
    parts = re.split(r"[\W_]+", _identifying(name))
    return _identifying("".join(part[:1].upper() + part[1:] for part in parts if part))


def attribute(name: str) -> str:
    """Return the Python attribute for a column.

    It hides nothing that a class of the models uses by name: a column `text` is `text_`.
    """
    slug = _identifying(name)
    if slug.startswith("__"):
        slug = f"_{slug.strip('_')}" if slug.strip("_") else "_"
    if not slug or not slug.isidentifier():
        slug = f"_{slug}"
    slug = slug.removeprefix("_") if slug.startswith("_sa_") else slug  # SQLAlchemy's own
    return f"{slug}_" if keyword.iskeyword(slug) or slug in _TAKEN else slug


def member(label: str) -> str:
    """Return the enum member for a label: `READ_ONLY` for `ReadOnly`."""
    words = snake_case(re.sub("__+", "_", _identifying(label))).strip("_")
    slug = _identifying(words.upper()) or "EMPTY"
    return slug if slug.isidentifier() else f"_{slug}"


def _identifying(name: str) -> str:
    """Return a name with `_` for what no identifier has, spelled as Python compares them."""
    spelled = unicodedata.normalize("NFKC", name)
    return "".join(one if f"a{one}".isidentifier() else "_" for one in spelled)


def members(labels: Iterable[str]) -> dict[str, str]:
    """Return the enum members for labels, each with a name of its own."""
    found: dict[str, str] = {}
    for label in labels:
        found[label] = unique(member(label), found.values())
    return found


def unique(name: str, taken: Iterable[str]) -> str:
    """Return a name, with a number after it if it is taken.

    It never begins with two underscores because of that: Python would mangle it in a class.
    """
    others = set(taken)
    number = 2
    wanted = name
    while wanted in others:
        wanted, number = f"{name.rstrip('_')}_{number}", number + 1
    return wanted
