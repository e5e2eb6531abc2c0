"""Rules that do not look at what a value says: kept, one value for all, one of a few."""

from collections.abc import Collection, Sequence

from db_workflow.testdata.rules.pseudonyms import Pseudonyms, UnfitValueError
from db_workflow.testdata.rules.rule import Rule
from db_workflow.testdata.rules.spelling import folded_words

# The name of a rule that nobody has decided on.
UNDECIDED = "undecided"


def keep(*, allow: Collection[str] = ()) -> Rule:
    """Keep the values: somebody decided that they say nothing about a person.

    Args:
        allow: words of these values that the leak gate may meet although they are also somebody's
            ("Paris" as a time zone and as a name).

    """
    return Rule("keep", tuple(map(repr, sorted(allow))), vocabulary=folded_words(allow))


def constant(value: str) -> Rule:
    """Write one value for all that is not NULL (a password hash that every test knows)."""
    return Rule(
        "constant", (repr(value),), lambda _value, _by: value, vocabulary=folded_words([value])
    )


def undecided(rule: Rule) -> Rule:
    """Mark a rule that was only suggested: phase 3 refuses the column until somebody decides.

    Who agrees takes the mark away, and `rule` stays; who does not writes another rule.
    """

    def refuse(_value: str, _by: Pseudonyms) -> str:  # one inside of another rule comes so far
        raise UnfitValueError("nobody has decided about it")

    return Rule(UNDECIDED, (str(rule),), refuse)


def null() -> Rule:
    """Write NULL."""
    return Rule("null", (), lambda _value, _by: None)


def choice(values: Sequence[str], *, group: str = "") -> Rule:
    """Write another one of a few values: cities, companies, job titles. Not unique.

    Args:
        values: at least two, all different, so that none has to become itself.
        group: columns that share it turn equal values into equal ones.

    Raises:
        ValueError: fewer, or one twice.

    """
    values = tuple(values)
    if len(values) < 2 or len(set(values)) < len(values):
        raise ValueError("choice needs two values and more, all different")

    def transform(value: str, by: Pseudonyms) -> str:
        if not value.strip():
            return value
        place = by.number(f"choice:{group}", value, len(values))
        return values[place if values[place] != value else place - 1]

    arguments = (repr(values), f"group={group!r}")
    return Rule("choice", arguments, transform, vocabulary=folded_words(values))


def number(low: int, high: int, *, places: int = 0) -> Rule:
    """Write another number from `low` to `high`, with so many decimal places. Not unique.

    There is no rule that only adds noise: too little of it hides nobody, as who is known by one
    number is found by the nearest; much of it is this rule. Sums and CHECKs over several columns do
    not survive either.

    Raises:
        ValueError: there is no other number.

    """
    if places < 0 or low >= high:
        raise ValueError("number needs a low end below the high one, and no places below 0")
    count = (high - low) * 10**places + 1

    def transform(value: str, by: Pseudonyms) -> str:
        if not value.strip():
            return value
        place = by.number("number", value, count)
        made = _decimal(low, place, places)
        return made if made != value else _decimal(low, (place or count) - 1, places)

    arguments = (str(low), str(high), f"places={places}")
    return Rule("number", arguments, transform, frozenset({"number", "text"}))


def _decimal(low: int, place: int, places: int) -> str:
    units = low * 10**places + place
    whole, part = divmod(abs(units), 10**places)
    sign = "-" if units < 0 else ""
    return f"{sign}{whole}.{part:0{places}}" if places else f"{sign}{whole}"
