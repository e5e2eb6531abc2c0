"""Numbers and dates keep what makes them one: country, groups, check digits, the year."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from db_workflow.testdata import rules
from db_workflow.testdata.rules.key import Key
from db_workflow.testdata.rules.permutation import permuted
from db_workflow.testdata.rules.pseudonyms import Pseudonyms, UnfitValueError

BY = Pseudonyms(Key("one", b"1" * 32))


def made(rule, value):
    return rule.apply(value, BY)


def shape(value):
    return re.sub("[a-z]", "a", re.sub("[A-Z]", "A", re.sub("[0-9]", "0", value)))


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=200))
def test_digits_and_letters_stand_where_some_stood(value):
    found = BY.same_shape("digits", value)
    assert shape(found) == shape(value)
    assert found != value or not re.search("[0-9A-Za-z]", value)


def test_a_number_in_other_groups_is_the_same_number():
    assert made(rules.digits(), "4711-2233").replace("-", "") == made(rules.digits(), "47112233")
    assert made(rules.phone(), "+20 100 555 1234") == made(
        rules.phone(), "+20 (100) 555-1234"
    ).replace("(", "").replace(")", "").replace("-", " ")


def test_digits_of_other_scripts_stay_digits_of_theirs():
    arabic = made(rules.digits(), "\u0664\u0667\u0661\u0661-x")
    assert all("\u0660" <= sign <= "\u0669" for sign in arabic[:4])
    western = made(rules.digits(), "4711-x")
    assert [int(sign) for sign in arabic[:4]] == [int(sign) for sign in western[:4]]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("+20 100 555 1234", "+20 "),
        ("+1 (212) 555-0100", "+1 ("),
        ("+353871234567", "+353"),
        ("00353 87 1234567", "00353 "),
        ("+44 (0)20 7946 0000", "+44 (0)"),
        ("0100 555 123", "0"),
        ("(0100) 555", "(0"),
        ("555 0100", ""),
    ],
)
def test_a_telephone_number_keeps_its_country_and_its_groups(value, kept):
    found = made(rules.phone(), value)
    assert found.startswith(kept)
    assert shape(found) == shape(value)
    assert found[len(kept)] != "0"


@given(st.from_regex(r"(\+[1-9]|0)?[1-9]\d{5,12}", fullmatch=True))
def test_no_telephone_number_begins_with_a_zero_that_was_not_there(value):
    found = made(rules.phone(), value)
    assert (found[0] == "0") == (value[0] == "0")
    assert found != value


def remainder(iban):
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97


@given(
    st.from_regex(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", fullmatch=True),
    st.booleans(),
    st.booleans(),
)
def test_an_iban_stays_valid_and_is_nobodys(value, grouped, lower):
    spelled = " ".join(re.findall(".{1,4}", value)) if grouped else value
    found = made(rules.iban(), spelled.lower() if lower else spelled)
    assert [sign == " " for sign in found] == [sign == " " for sign in spelled]
    assert found.islower() == lower
    plain = found.replace(" ", "").upper()
    assert plain[:2] == value[:2]
    assert remainder(plain) == 1
    assert set(plain[4:8]) <= {"0", "X"}
    assert shape(plain[4:]) == shape(value[4:])
    assert plain != value


def test_an_iban_is_the_same_account_however_it_is_grouped():
    spelled = "DE89 3704 0044 0532 0130 00"
    assert made(rules.iban(), spelled).replace(" ", "") == made(
        rules.iban(), spelled.replace(" ", "")
    )


@given(st.from_regex(r"[0-9]{12,19}", fullmatch=True))
def test_a_card_passes_the_test_of_its_check_digit_and_is_nobodys(value):
    found = made(rules.card_number(), value)
    doubled = [
        sum(divmod(int(sign) * (1 + place % 2), 10)) for place, sign in enumerate(found[::-1])
    ]
    assert sum(doubled) % 10 == 0
    assert found.startswith("9999")
    assert len(found) == len(value)
    assert found != value


def test_a_region_of_postal_codes_may_stay():
    assert re.fullmatch(r"10\d{3}", made(rules.postal_code(kept=2), "10115"))
    assert re.fullmatch(r"[A-Z]{2}\d[A-Z] \d[A-Z]{2}", made(rules.postal_code(), "SW1A 1AA"))
    assert made(rules.postal_code(kept=9), "10115") != "10115"


@pytest.mark.parametrize("kinds", ["0", "00", "a", "0A", "000"])
def test_a_permutation_gives_every_value_of_a_shape_once_and_none_itself(kinds):
    alphabets = {"0": "0123456789", "a": "abcdefghijklmnopqrstuvwxyz"}
    alphabets["A"] = alphabets["a"].upper()
    values = [""]
    for kind in kinds:
        values = [value + sign for value in values for sign in alphabets[kind]]
    found = [permuted(BY, "x", kinds.encode(), value) for value in values]
    assert sorted(found) == sorted(values)
    assert not any(map(str.__eq__, found, values))


@hypothesis_settings(deadline=None)
@given(st.lists(st.from_regex(r"[0-9]{3}-[A-Z]{2}[0-9]{8}", fullmatch=True), unique=True))
def test_unique_digits_keep_different_values_different(values):
    found = [made(rules.digits(unique=True), value) for value in values]
    assert len(set(found)) == len(values)
    assert list(map(shape, found)) == list(map(shape, values))


@hypothesis_settings(deadline=None)
@given(st.dates())
def test_a_birthday_becomes_another_day_of_its_year(day):
    found = date.fromisoformat(made(rules.birth_date(), str(day)))
    assert found.year == day.year
    assert found != day


@pytest.mark.parametrize("year", [2023, 2024])
def test_birthdays_fall_on_every_day_of_the_year(year):
    first = date(year, 1, 1)
    days = [str(first + timedelta(number)) for number in range((date(year + 1, 1, 1) - first).days)]
    found = {
        rules.birth_date().apply(day, Pseudonyms(Key("n", bytes([number]) * 32)))
        for day in days[-3:]
        for number in range(256)
    }
    assert found <= set(days)
    assert len(found) > 250  # of the 768 that were drawn


@pytest.mark.parametrize(
    ("value", "pattern"),
    [
        ("1990-05-04 12:30:00+02", r"1990-\d\d-\d\d 12:30:00\+02"),
        ("0044-03-15 BC", r"0044-\d\d-\d\d BC"),
        ("10000-01-01", r"10000-\d\d-\d\d"),
        ("infinity", "infinity"),
        ("-infinity", "-infinity"),
    ],
)
def test_a_birthday_is_found_in_any_date_of_postgresql(value, pattern):
    assert re.fullmatch(pattern, made(rules.birth_date(), value))


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (rules.iban(), "Omar"),
        (rules.card_number(), "Omar"),
        (rules.ip(), "Omar"),
        (rules.mac(), "Omar"),
        (rules.birth_date(), "Omar"),
        (rules.digits(unique=True), "Omär"),
    ],
    ids=str,
)
def test_what_has_another_shape_is_refused_without_showing_it(rule, value):
    with pytest.raises(UnfitValueError) as caught:
        rule.apply(value, BY)
    assert value not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "rule",
    [rules.iban(), rules.card_number(), rules.ip(), rules.mac(), rules.birth_date()],
    ids=str,
)
def test_an_empty_text_stays_empty(rule):
    assert made(rule, "") == ""
    assert made(rule, "  ") == "  "
