"""Rules for texts: meaningless words, tokens, words that are on no list, UUIDs."""

import re
from collections.abc import Collection, Iterable

from db_workflow.testdata.rules.combined import asked
from db_workflow.testdata.rules.people import first_name
from db_workflow.testdata.rules.pseudonyms import Pseudonyms
from db_workflow.testdata.rules.rule import Rule
from db_workflow.testdata.rules.spelling import LONG_NUMBER, NAME_WORD, folded, folded_words
from db_workflow.testdata.rules.words import LOREM

_TEXT = frozenset({"text"})
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_LONGEST_WORD = max(map(len, LOREM))


def text(*, words: int | None = None, length: int = 0) -> Rule:
    """Write meaningless words of up to 13 letters, as many as there were. Not unique.

    Args:
        words: at most so many.
        length: at most so many characters, 13 and more.

    Raises:
        ValueError: too short.

    """
    if length and length < _LONGEST_WORD:
        raise ValueError(f"text writes at least {_LONGEST_WORD} characters")

    def transform(value: str, by: Pseudonyms) -> str:
        count = len(value.split())
        if not count:
            return value
        made = by.lorem(value, min(count, words or count))
        return made if not length or len(made) <= length else made[: length + 1].rpartition(" ")[0]

    arguments: tuple[str, ...] = () if words is None else (f"words={words}",)
    if length:
        arguments += (f"length={length}",)
    return Rule("text", arguments, transform, _TEXT, folded_words(LOREM))


def token(prefix: str = "", *, length: int = 24) -> Rule:
    """Write `length` random-looking letters and digits behind a prefix; unique from 16 on."""

    def transform(value: str, by: Pseudonyms) -> str:
        return prefix + by.letters("token", value, length) if value.strip() else value

    return Rule(
        "token",
        (repr(prefix), f"length={length}"),
        transform,
        _TEXT,
        folded_words([prefix]),
        invented=re.compile(rf"{re.escape(prefix)}[a-z2-7]{{{length}}}"),
    )


def uuid() -> Rule:
    """Write another UUID; unique. Those of primary keys need no rule: they are kept."""

    def transform(value: str, by: Pseudonyms) -> str:
        if not value.strip():
            return value
        made = by.digest("uuid", folded(value)).hex()
        variant = "89ab"[int(made[16], 16) & 3]
        return f"{made[:8]}-{made[8:12]}-4{made[13:16]}-{variant}{made[17:20]}-{made[20:]}"

    return Rule("uuid", (), transform, frozenset({"uuid", "text"}), invented=_UUID)


def scrub(*, keep: Collection[str] = (), by: Rule | None = None) -> Rule:
    """Replace every word that is not in a list: names inside generated texts ("Math, Omar").

    Numbers of up to three digits stay. Digits with only spaces and - . / ( ) + between them are
    one number, such as a telephone number or a date.

    Args:
        keep: the words that stay, in any case.
        by: the rule for the other words; the default is `first_name()`, so that a name is the
            same pseudonym here and in its own column.

    """
    rule = by or first_name()
    kept = frozenset(map(folded, keep))

    def transform(value: str, pseudonyms: Pseudonyms) -> str:
        def other(match: re.Match[str]) -> str:
            word = match.group()
            return word if folded(word) in kept else rule.apply(word, pseudonyms) or ""

        other_numbers = LONG_NUMBER.sub(
            lambda found: pseudonyms.same_shape("digits", found.group()), value
        )
        return NAME_WORD.sub(other, other_numbers)

    def hidden(value: str) -> Iterable[str]:
        yield from (word for word in NAME_WORD.findall(value) if folded(word) not in kept)
        yield from LONG_NUMBER.findall(value)

    beside, given = asked([rule], lambda rules: scrub(keep=keep, by=rules[0]))
    return Rule(
        "scrub",
        (f"keep={sorted(kept)!r}", f"by={rule}"),
        None if given else transform,
        _TEXT,
        rule.vocabulary | folded_words(keep),
        hidden,
        rule.shortest,
        LONG_NUMBER,
        beside=beside,
        given=given,
        found=rule.found,
    )
