"""English nouns, one and many."""

import re

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
# How English nouns end, one and many. A dictionary would know more; a rule that lets a rare
# plural pass does less harm than one that calls a right name wrong.
_ENDINGS = (
    ("", "s"),
    ("ch", "ches"),
    ("ex", "ices"),
    ("f", "ves"),
    ("fe", "ves"),
    ("is", "es"),
    ("ix", "ices"),
    ("man", "men"),
    ("o", "oes"),
    ("on", "a"),
    ("quy", "quies"),
    ("s", "ses"),
    ("sh", "shes"),
    ("um", "a"),
    ("us", "i"),
    ("x", "xes"),
    ("z", "zes"),
    ("z", "zzes"),
    ("foot", "feet"),
    ("goose", "geese"),
    ("mouse", "mice"),
    ("tooth", "teeth"),
)
_NO_PLURAL = set(
    """
    advice bedding cash content deer feedback fish furniture history homework inventory knowledge
    luggage metadata money music progress research software species staff status stock storage
    traffic training
    """.split()  # noqa: SIM905 - a list of words reads best as text
)


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


def may_be_plural(many: str, one: str) -> bool:
    """Tell whether `many` can be the plural of `one`; more often than `plural` would make it so."""
    if many == plural(one) or (many == one and one.rpartition("_")[2] in _NO_PLURAL):
        return True
    return any(
        one.endswith(ending) and many == one.removesuffix(ending) + plural_ending
        for ending, plural_ending in _ENDINGS
        # `boxs` and `companys` are no plurals.
        if ending or not re.search(r"([sxz]|[cs]h|[^aeiou]y)$", one)
    )
