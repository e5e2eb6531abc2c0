"""Rules for numbers that name somebody: digits and letters in the places of digits and letters."""

import re
from functools import lru_cache

from db_workflow.testdata.rules import shape
from db_workflow.testdata.rules.permutation import permuted
from db_workflow.testdata.rules.pseudonyms import Pseudonyms, UnfitValueError
from db_workflow.testdata.rules.rule import Rule

_TEXT = frozenset({"text"})
# Whatever was there with other signs: punctuation, digits of any script, letters of ASCII.
_SHAPED = re.compile(r"[\W\d_A-Za-z]+")
# Country calling codes have one digit (1 and 7), two as listed, or three.
_COUNTRY = r"(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})"
_BETWEEN = r"[\s()./-]*"
# What of a telephone number stays: the way out, the country, the zero before the area.
_DIALLED = re.compile(rf"{_BETWEEN}(?:(?:\+|00){_BETWEEN}{_COUNTRY})?{_BETWEEN}0*")
# Numbers share their beginnings; what stays seldom reaches further.
_BEGINNING = 8
_NO_SIGN = re.compile(r"[\s-]+")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", re.ASCII)
_CARD = re.compile(r"\d{12,19}", re.ASCII)
# No bank has such a code, no card such a beginning: whoever sees one knows that it is invented.
_NO_BANK = 4
_NO_CARD = "9999"


def digits(*, unique: bool = False) -> Rule:
    """Write other digits and letters in the places of these: numbers of meetings, of accounts.

    Args:
        unique: whether different values stay different, by a permutation of all that have the same
            shape; slower (30 µs instead of 1). Otherwise two of them may become one by chance.

    """
    if not unique:
        return _shaped("digits")
    return Rule("digits", ("unique=True",), _permuted, _TEXT, invented=_SHAPED)


def phone() -> Rule:
    """Write other digits in the places of these. Not unique.

    The country's code stays, and a zero stands at the beginning only where one stood. The same
    number in other groups is the same pseudonym in those groups.
    """
    return Rule("phone", (), _phone, _TEXT, invented=_SHAPED)


def postal_code(*, kept: int = 0) -> Rule:
    """Write other digits and letters in the places of these, the same for the same. Not unique.

    Args:
        kept: so many characters at the beginning stay: the region, if enough people live there.

    """

    def transform(value: str, by: Pseudonyms) -> str:
        rest = value[kept:]
        made = by.same_shape("postal_code", rest)
        if made == rest:  # nothing is left to hide but what should stay
            return by.same_shape("postal_code", value)
        return value[:kept] + _no_new_zero(by, made, rest)

    return Rule(
        "postal_code", (f"kept={kept}",) if kept else (), transform, _TEXT, invented=_SHAPED
    )


def iban() -> Rule:
    """Write another IBAN of the same country, length and grouping, with valid check digits.

    The account's first four signs are 0000 or XXXX, which no bank has. Not unique: two accounts
    may become one by chance, the likelier the shorter the country's numbers are.
    """
    return Rule("iban", (), _iban, _TEXT, invented=re.compile(r"[A-Za-z]{2}[\s-]*[A-Za-z\d\s-]+"))


def card_number() -> Rule:
    """Write another number of a payment card with a valid check digit, in the same groups.

    It begins with 9999, as no card does. Not unique.
    """
    return Rule("card_number", (), _card_number, _TEXT, invented=re.compile(r"[\d\s-]+"))


def _shaped(name: str) -> Rule:
    def transform(value: str, by: Pseudonyms) -> str:
        return by.same_shape(name, value)

    return Rule(name, (), transform, _TEXT, invented=_SHAPED)


def _permuted(value: str, by: Pseudonyms) -> str:
    if not value.isascii():
        raise UnfitValueError("digits(unique=True) treats ASCII only")
    raw = value.encode()
    found = shape.shape(raw.translate(shape.MASK))
    if not found.kinds:
        return value
    signs = raw.translate(None, shape.PUNCTUATION).decode()
    return found.filled(permuted(by, "digits:unique", found.kinds, signs).encode())


def _phone(value: str, by: Pseudonyms) -> str:
    cut = _dialled(value[:_BEGINNING])
    if cut == _BEGINNING:
        cut = _dialled(value)
    rest = value[cut:]
    made = by.same_shape("phone", rest)
    if made == rest:  # nothing but what stays: a country, zeros
        return by.same_shape("phone", value)
    if made[0] not in "123456789":
        made = _no_new_zero(by, made, rest)
    return f"{value[:cut]}{made}"


@lru_cache(4096)
def _dialled(value: str) -> int:
    """Return how many characters of a telephone number stay."""
    found = _DIALLED.match(value)
    return 0 if found is None else found.end()


def _no_new_zero(by: Pseudonyms, made: str, value: str) -> str:
    """Return what was made, with another first digit if it is a 0 and the value's is none."""
    if not made[:1].isdecimal() or int(made[0]) or not int(value[0]):
        return made
    choices = [digit for digit in range(1, 10) if digit != int(value[0])]
    return chr(ord(made[0]) + by.pick("first digit", value, choices)) + made[1:]


def _iban(value: str, by: Pseudonyms) -> str:
    signs = _NO_SIGN.sub("", value).upper()
    if not signs:
        return value
    if _IBAN.fullmatch(signs) is None:
        raise UnfitValueError("the value is not an IBAN")
    country, account = signs[:2], signs[4:]
    for attempt in range(16):
        made = _marked(by.same_shape(f"iban:{attempt}", account))
        if made != account:
            break
    check = 98 - _remainder(f"{made}{country}00")
    return _regrouped(f"{country}{check:02}{made}", value)


def _marked(account: str) -> str:
    marks = ("0" if sign.isdecimal() else "X" for sign in account[:_NO_BANK])
    return "".join(marks) + account[_NO_BANK:]


def _remainder(signs: str) -> int:
    """Return the remainder modulo 97, letters counting from 10 (ISO 7064, MOD 97-10)."""
    return int("".join(str(int(sign, 36)) for sign in signs)) % 97


def _card_number(value: str, by: Pseudonyms) -> str:
    signs = _NO_SIGN.sub("", value)
    if not signs:
        return value
    if _CARD.fullmatch(signs) is None:
        raise UnfitValueError("the value is not the number of a card")
    for attempt in range(16):
        middle = by.same_shape(f"card:{attempt}", signs[len(_NO_CARD) : -1])
        made = f"{_NO_CARD}{middle}"
        if made != signs[:-1]:
            break
    return _regrouped(f"{made}{_check_digit(made)}", value)


def _check_digit(signs: str) -> int:
    """Return what makes a number pass Luhn's test: every second digit doubled, from the right."""
    doubled = (sum(divmod(2 * int(sign), 10)) for sign in signs[::-2])
    return -(sum(doubled) + sum(map(int, signs[-2::-2]))) % 10


def _regrouped(signs: str, value: str) -> str:
    """Return signs in the groups and in the case of a value."""
    rest = iter(signs.lower() if value.islower() else signs)
    return "".join(next(rest) if sign.isalnum() else sign for sign in value)
