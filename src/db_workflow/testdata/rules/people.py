"""Rules for what people are called: names, addresses of mail, names to sign in with."""

import re
from collections.abc import Callable, Iterable
from functools import cache

from db_workflow.testdata.rules.names import FIRST_BY_SCRIPT, LAST_BY_SCRIPT, SHORTEST_LENGTH
from db_workflow.testdata.rules.pseudonyms import Pseudonyms
from db_workflow.testdata.rules.rule import Rule
from db_workflow.testdata.rules.spelling import NAME_WORD, folded, folded_words

_TEXT = frozenset({"text"})
_SHORTEST_NAME = 3
_LONGEST_EMAIL = 34
_SHORTEST_EMAIL = 26
_LONGEST_USERNAME = 20
_SHORTEST_USERNAME = 8


def first_name(*, script: str = "", length: int = 0) -> Rule:
    """Write another first name; the same one for the same name everywhere. Not unique.

    Word by word, in the script of each word (`names.FIRST_BY_SCRIPT`; others get Latin letters);
    words in upper or lower case give such words. A word has up to 10 characters.

    Args:
        script: one for all: "latin", "arabic", "han", …
        length: at most so many characters, 8 and more; what is short enough without it is the same
            as without it.

    Raises:
        ValueError: no such script, or too short.

    """

    def transform(value: str, by: Pseudonyms) -> str:
        return by.first_name(value, script=script, length=length)

    plain = _plain_first_name if not (script or length) else transform
    return _name_rule("first_name", plain, script, length)


def last_name(*, script: str = "", length: int = 0) -> Rule:
    """Write another last name, as `first_name` does. A word has up to 13 characters."""

    def transform(value: str, by: Pseudonyms) -> str:
        return by.last_name(value, script=script, length=length)

    plain = _plain_last_name if not (script or length) else transform
    return _name_rule("last_name", plain, script, length)


def full_name(*, script: str = "") -> Rule:
    """Write another full name: the last word by `last_name`, those before by `first_name`."""

    def transform(value: str, by: Pseudonyms) -> str:
        first, space, last = value.strip().rpartition(" ")
        made = by.first_name(first, script=script) if first else ""
        return made + space + by.last_name(last, script=script)

    return _name_rule("full_name", transform, script, 0)


def email(*, length: int = _LONGEST_EMAIL) -> Rule:
    """Write an address at example.test, of 34 characters; unique for every address.

    Args:
        length: at most so many characters, 26 and more; what fits of the same letters. With 26 a
            million addresses hold about one pair that is equal. A column's uniqueness is proven
            before anything is written.

    Raises:
        ValueError: too short.

    """
    if length < _SHORTEST_EMAIL:
        raise ValueError(f"email writes at least {_SHORTEST_EMAIL} characters")
    letters = min(length, _LONGEST_EMAIL) - _LONGEST_EMAIL + 16

    def transform(value: str, by: Pseudonyms) -> str:
        return by.email(value, letters) if value.strip() else value

    return Rule(
        "email",
        () if length == _LONGEST_EMAIL else (f"length={length}",),
        transform,
        _TEXT,
        frozenset({"user", "example", "test"}),
        _address_and_name,
        invented=re.compile(rf"user-[a-z2-7]{{{letters}}}@example\.test"),
    )


def username(*, length: int = _LONGEST_USERNAME) -> Rule:
    """Write a name to sign in with, of 20 lower-case letters and digits; unique in any case.

    Args:
        length: at most so many characters, 8 and more; unique from 20 on.

    Raises:
        ValueError: too short.

    """
    if length < _SHORTEST_USERNAME:
        raise ValueError(f"username writes at least {_SHORTEST_USERNAME} characters")
    letters = min(length, _LONGEST_USERNAME) - len("user")

    def transform(value: str, by: Pseudonyms) -> str:
        if not value.strip():
            return value
        return f"user{by.letters('username', folded(value), letters)}"

    return Rule(
        "username",
        () if length == _LONGEST_USERNAME else (f"length={length}",),
        transform,
        _TEXT,
        secrets=_name_and_parts,
        invented=re.compile(rf"user[a-z2-7]{{{letters}}}"),
    )


def _plain_first_name(value: str, by: Pseudonyms) -> str:
    return by.first_name(value)


def _plain_last_name(value: str, by: Pseudonyms) -> str:
    return by.last_name(value)


def _name_rule(
    name: str, transform: Callable[[str, Pseudonyms], str], script: str, length: int
) -> Rule:
    if script and script not in FIRST_BY_SCRIPT:
        raise ValueError(f"there are no names in {script!r}, only in {', '.join(FIRST_BY_SCRIPT)}")
    if length and length < SHORTEST_LENGTH:
        raise ValueError(f"names have at least {SHORTEST_LENGTH} characters")
    arguments: tuple[str, ...] = (f"script={script!r}",) if script else ()
    if length:
        arguments += (f"length={length}",)
    return Rule(
        name, arguments, transform, _TEXT, _vocabulary(name), _name_and_parts, _SHORTEST_NAME
    )


@cache
def _vocabulary(name: str) -> frozenset[str]:
    lists = {"first_name": (FIRST_BY_SCRIPT,), "last_name": (LAST_BY_SCRIPT,)}
    return folded_words(
        word
        for by_script in lists.get(name, (FIRST_BY_SCRIPT, LAST_BY_SCRIPT))
        for names in by_script.values()
        for word in names
    )


def _name_and_parts(value: str) -> Iterable[str]:
    if value.isalpha():  # one word, as most first names are
        return (value,)
    return dict.fromkeys((value, *NAME_WORD.findall(value)))  # each once, in order


def _address_and_name(value: str) -> Iterable[str]:
    name, at, domain = value.partition("@")
    untagged = name.partition("+")[0]
    if not untagged or untagged == name:
        return (value, name)
    # What follows on a plus only sorts the mail: it is the same person's address without.
    return (value, name, f"{untagged}{at}{domain}", untagged)
