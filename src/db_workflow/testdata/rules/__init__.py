"""What may happen to a column: kept on purpose, or transformed in one of these ways.

A rule sees the PostgreSQL text of a value and returns another text, or None for NULL. It never sees
NULL, which stays NULL whatever the rule; an empty text stays empty with all but `constant` and
`null`.
"""

import hashlib
import re
import uuid as uuid_module
from collections.abc import Callable, Collection, Iterable, Mapping

from db_workflow.testdata.rules.dates import moved
from db_workflow.testdata.rules.functions import what_it_does
from db_workflow.testdata.rules.pseudonyms import Pseudonyms
from db_workflow.testdata.rules.rule import SHORTEST, Rule, Transform, whole
from db_workflow.testdata.rules.spelling import (
    LONG_NUMBER,
    NAME_WORD,
    folded,
    joined_signs,
    words_of,
)
from db_workflow.testdata.rules.words import FIRST_NAMES, LAST_NAMES, LOREM

# Part of every file's rules digest, as the words are. Raise it when a rule's output changes.
VERSION = 2

_TEXT = frozenset({"text"})
_EVERYTHING = re.compile(r".+", re.DOTALL)
_SHORTEST_NAME = 3


def keep(*, allow: Collection[str] = ()) -> Rule:
    """Keep the values: somebody decided that they say nothing about a person.

    Args:
        allow: words of these values that the leak gate may meet although they are also somebody's
            ("Paris" as a time zone and as a name).

    """
    return Rule("keep", tuple(map(repr, sorted(allow))), vocabulary=_folded_words(allow))


def constant(value: str) -> Rule:
    """Write one value for all that is not NULL (a password hash that every test knows)."""
    return Rule(
        "constant", (repr(value),), lambda _value, _by: value, vocabulary=_folded_words([value])
    )


def null() -> Rule:
    """Write NULL."""
    return Rule("null", (), lambda _value, _by: None)


def first_name() -> Rule:
    """Write another first name; the same one for the same name everywhere."""
    return _name_rule("first_name", _first_name, FIRST_NAMES)


def last_name() -> Rule:
    """Write another last name."""
    return _name_rule("last_name", _last_name, LAST_NAMES)


def full_name() -> Rule:
    """Write another full name: the last word by `last_name`, those before by `first_name`."""
    return _name_rule("full_name", _full_name, FIRST_NAMES + LAST_NAMES)


def email() -> Rule:
    """Write an address at example.test (26 characters and more); unique for every address."""
    return Rule(
        "email",
        (),
        _filled(lambda value, by: by.email(value)),
        _TEXT,
        frozenset({"user", "example", "test"}),
        _address_and_name,
    )


def text(*, words: int | None = None) -> Rule:
    """Write meaningless words, as many as there were, or at most `words`."""

    def transform(value: str, by: Pseudonyms) -> str:
        count = max(len(value.split()), 1)
        return by.lorem(value, min(count, words or count))

    arguments = () if words is None else (f"words={words}",)
    return Rule("text", arguments, _filled(transform), _TEXT, _folded_words(LOREM))


def token(prefix: str = "", *, length: int = 24) -> Rule:
    """Write random-looking letters and digits behind a prefix; unique from 16 on."""

    def transform(value: str, by: Pseudonyms) -> str:
        return prefix + by.letters("token", value, length)

    arguments = (repr(prefix), f"length={length}")
    return Rule("token", arguments, _filled(transform), _TEXT, _folded_words([prefix]))


def url() -> Rule:
    """Write an https address at example.test that leads nowhere; unique."""
    return Rule(
        "url",
        (),
        _filled(lambda value, by: f"https://example.test/{by.letters('url', value)}"),
        _TEXT,
        frozenset({"https", "example", "test"}),
        _url_and_ids,
    )


def digits() -> Rule:
    """Write other digits and letters in the places of these: numbers of meetings, of accounts."""
    return _shaped("digits")


def phone() -> Rule:
    """Write other digits in the places of these."""
    return _shaped("phone")


def uuid() -> Rule:
    """Write another UUID. Those of primary keys need no rule: they are kept."""

    def transform(value: str, by: Pseudonyms) -> str:
        return str(uuid_module.UUID(bytes=by.digest("uuid", value), version=4))

    return Rule("uuid", (), _filled(transform), frozenset({"uuid", "text"}), invented=_EVERYTHING)


def shift_days(most: int = 364, *, group: str = "") -> Rule:
    """Move dates and instants of a group by the same whole weeks, one offset for each key.

    So order, intervals and weekdays survive, in one table and between tables. Infinity stays.

    Args:
        most: at most so many days, forwards or backwards; 7 and more.
        group: columns that share the offset.

    """
    if most < 7:
        raise ValueError("shift_days moves by whole weeks: at least 7 days")
    weeks = most // 7

    def transform(value: str, by: Pseudonyms) -> str:
        offset = by.number(f"shift:{group}", "", 2 * weeks) - weeks
        return moved(value, 7 * (offset if offset < 0 else offset + 1))

    fits = frozenset({"date", "text"})
    return Rule("shift_days", (str(most), f"group={group!r}"), _filled(transform), fits)


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
            return word if folded(word) in kept else _applied(rule, word, pseudonyms) or ""

        other_numbers = LONG_NUMBER.sub(
            lambda found: pseudonyms.same_shape("digits", found.group()), value
        )
        return NAME_WORD.sub(other, other_numbers)

    def hidden(value: str) -> Iterable[str]:
        yield from (word for word in NAME_WORD.findall(value) if folded(word) not in kept)
        yield from LONG_NUMBER.findall(value)

    return Rule(
        "scrub",
        (f"keep={sorted(kept)!r}", f"by={rule}"),
        transform,
        _TEXT,
        rule.vocabulary | _folded_words(keep),
        hidden,
        rule.shortest,
        LONG_NUMBER,
    )


def each(rule: Rule) -> Rule:
    """Apply a rule to every element of an array."""
    from db_workflow.testdata.rules import nested  # here, because it builds on this module

    return nested.each(rule)


def json(paths: Mapping[str, Rule]) -> Rule:
    """Treat the leaves of a JSON value path by path; a path that is not named is an error.

    Args:
        paths: `"students[].name"` is the key `name` in every element of the array `students`;
            `"costs.*"` is the value of any key below `costs`, and then `"costs.*~"` must say what
            happens to those keys themselves. `""` is the value itself.

    """
    from db_workflow.testdata.rules import nested

    return nested.json(paths)


def custom(
    function: Transform,
    *,
    secrets: Callable[[str], Iterable[str]] = whole,
    vocabulary: Collection[str] = (),
    shortest: int = SHORTEST,
) -> Rule:
    """Treat values by a function of one's own.

    Its source, and that of the helpers and constants of the repository that it uses, is part of
    the rules' digest: see `functions.what_it_does`.

    Args:
        function: a pure function (value, pseudonyms) -> text or None.
        secrets: the parts of a value that must not be found in any file.
        vocabulary: words that the function writes by itself.
        shortest: the fewest letters of a secret that is worth a search.

    Raises:
        ValueError: it has no source, or uses what is defined only further down.

    """
    digest = hashlib.sha256(what_it_does(function).encode()).hexdigest()[:16]
    return Rule(
        "custom",
        (getattr(function, "__qualname__", "function"), digest),
        function,
        vocabulary=_folded_words(vocabulary),
        secrets=secrets,
        shortest=shortest,
    )


def _filled(transform: Transform) -> Transform:
    """Leave empty texts empty: there is nothing to hide, and an invented value would mislead."""

    def wrapped(value: str, by: Pseudonyms) -> str | None:
        return transform(value, by) if value.strip() else value

    return wrapped


def _shaped(name: str) -> Rule:
    return Rule(name, (), lambda value, by: by.same_shape(name, value), _TEXT, invented=_EVERYTHING)


def _applied(rule: Rule, value: str, by: Pseudonyms) -> str | None:
    return value if rule.transform is None else rule.transform(value, by)


def _first_name(value: str, by: Pseudonyms) -> str:
    return by.first_name(value)


def _last_name(value: str, by: Pseudonyms) -> str:
    return by.last_name(value)


def _full_name(value: str, by: Pseudonyms) -> str:
    first, space, last = value.strip().rpartition(" ")
    return by.first_name(first) + space + by.last_name(last)


def _name_rule(name: str, transform: Transform, names: Iterable[str]) -> Rule:
    return Rule(
        name,
        (),
        _filled(transform),
        _TEXT,
        _folded_words(names),
        _name_and_parts,
        _SHORTEST_NAME,
    )


def _name_and_parts(value: str) -> Iterable[str]:
    return dict.fromkeys((value, *NAME_WORD.findall(value)))  # each once, in order


def _address_and_name(value: str) -> Iterable[str]:
    return (value, value.partition("@")[0])


def _url_and_ids(value: str) -> Iterable[str]:
    # Numbers and passwords of a meeting are secrets wherever they stand.
    return (value, *(part for part in re.split(r"[/?&=#]", value)[3:] if len(part) >= 6))


def _folded_words(values: Iterable[str]) -> frozenset[str]:
    return frozenset(word for value in values for word in joined_signs(words_of(value)))
