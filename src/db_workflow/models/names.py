"""Names as they change hands between PostgreSQL and Python."""

import keyword
import re

_IRREGULAR = {"person": "people", "child": "children", "datum": "data"}
_SAME = {"series", "status", "news", "data", "media", "equipment", "information", "sheep"}


def unquoted(printed: str) -> tuple[str, ...]:
    """Return the parts of a printed name: `other."My Table"` gives `other`, `My Table`."""
    return tuple(
        part[1:-1].replace('""', '"') if part.startswith('"') else part
        for part in re.findall(r'"(?:[^"]|"")*"|[^."]+', printed)
    )


def snake_case(class_name: str) -> str:
    """Return `user_role` for `UserRole`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", class_name).lower()


def pascal_case(name: str) -> str:
    """Return `UserRole` for `user_role`."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[\W_]+", name) if part)


def plural(name: str) -> str:
    """Return the plural of an English noun; only its last word changes."""
    head, underscore, noun = name.rpartition("_")
    if noun in _SAME:
        ending = noun
    elif noun in _IRREGULAR:
        ending = _IRREGULAR[noun]
    elif re.search(r"[^aeiou]y$", noun):
        ending = f"{noun[:-1]}ies"
    elif re.search(r"(s|x|z|ch|sh)$", noun):
        ending = f"{noun}es"
    else:
        ending = f"{noun}s"
    return f"{head}{underscore}{ending}"


def singular(name: str) -> str:
    """Return the singular of an English noun; only its last word changes."""
    head, underscore, noun = name.rpartition("_")
    guesses = (
        next((one for one, many in _IRREGULAR.items() if many == noun), ""),
        f"{noun[:-3]}y" if noun.endswith("ies") else "",
        noun.removesuffix("es"),
        noun.removesuffix("s"),
    )
    ending = next((guess for guess in guesses if guess and plural(guess) == noun), noun)
    return f"{head}{underscore}{ending}"


def attribute(name: str) -> str:
    """Return the Python attribute for a column."""
    slug = re.sub(r"\W", "_", name)
    if not slug or slug[0].isdigit():
        slug = f"_{slug}"
    return f"{slug}_" if keyword.iskeyword(slug) else slug


def member(label: str) -> str:
    """Return the enum member for a label: `READ_ONLY` for `ReadOnly`."""
    return attribute(snake_case(re.sub(r"\W+", "_", label)).upper() or "EMPTY")
