"""Names as they change hands between PostgreSQL and Python."""

import keyword
import re
import unicodedata
from collections.abc import Iterable

_IRREGULAR = {
    "alias": "aliases",
    "analysis": "analyses",
    "axis": "axes",
    "basis": "bases",
    "bias": "biases",
    "cache": "caches",
    "calorie": "calories",
    "canvas": "canvases",
    "child": "children",
    "cookie": "cookies",
    "crisis": "crises",
    "criterion": "criteria",
    "datum": "data",
    "diagnosis": "diagnoses",
    "gas": "gases",
    "half": "halves",
    "hero": "heroes",
    "index": "indexes",
    "knife": "knives",
    "leaf": "leaves",
    "lens": "lenses",
    "life": "lives",
    "man": "men",
    "matrix": "matrices",
    "menu": "menus",
    "mouse": "mice",
    "movie": "movies",
    "person": "people",
    "potato": "potatoes",
    "quiz": "quizzes",
    "shelf": "shelves",
    "thesis": "theses",
    "tie": "ties",
    "tomato": "tomatoes",
    "vertex": "vertices",
    "wife": "wives",
    "woman": "women",
}
_SINGULAR = {many: one for one, many in _IRREGULAR.items() if one != "basis"} | {"bases": "base"}
_SAME = {"series", "species", "news", "data", "media", "equipment", "information", "sheep"}
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
    parts = re.split(r"[\W_]+", _identifying(name))
    return _identifying("".join(part[:1].upper() + part[1:] for part in parts if part))


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
    if noun in _SAME or noun in _IRREGULAR:
        return name
    guesses = (
        _SINGULAR.get(noun, ""),
        f"{noun[:-3]}y" if noun.endswith("ies") else "",
        # boxes, branches, classes and statuses; but houses and sizes lose an s alone.
        noun[:-2] if re.search(r"(x|ch|sh|ss|zz|[^aeiou]us)es$", noun) else "",
        noun[:-1] if re.search(r"[^siu]s$|[^aeiou]is$|[aeiou][iu]s$", noun) else "",
    )
    ending = next((guess for guess in guesses if guess and plural(guess) == noun), noun)
    return f"{head}{underscore}{ending}"


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
