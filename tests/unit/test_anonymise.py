"""Pseudonyms are pure functions of key, domain and value; rules are written with them."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from db_workflow.testdata import rules
from db_workflow.testdata.rules.dates import moved
from db_workflow.testdata.rules.key import Key
from db_workflow.testdata.rules.pseudonyms import Pseudonyms, UnfitValueError
from db_workflow.testdata.rules.words import FIRST_NAMES, LAST_NAMES

BY = Pseudonyms(Key("one", b"1" * 32))
OTHER_KEY = Pseudonyms(Key("two", b"2" * 32))


def made(rule, value, by=BY):
    return rule.apply(value, by)


RULES = [
    rules.first_name(),
    rules.last_name(),
    rules.full_name(),
    rules.email(),
    rules.text(),
    rules.token("device-"),
    rules.url(),
    rules.url(length=40),
    rules.file_name(),
    rules.digits(),
    rules.phone(),
    rules.postal_code(),
    rules.postal_code(kept=2),
    rules.username(),
    rules.choice([f"City {number}" for number in range(1_000)]),
    rules.number(0, 10**9),
    rules.uuid(),
    rules.scrub(keep=("with",)),
]
each_rule = pytest.mark.parametrize("rule", RULES, ids=str)


@each_rule
def test_the_same_value_has_the_same_pseudonym_and_another_one_under_another_key(rule):
    value = "Omar Fernsby 4711223344"
    assert made(rule, value) == made(rule, value)
    assert made(rule, value) != made(rule, value, OTHER_KEY)


@each_rule
@hypothesis_settings(deadline=None)  # a busy machine is no failure
@given(value=st.text(min_size=1).filter(lambda text: any(map(str.isalpha, text))))
def test_no_rule_gives_a_value_back(rule, value):
    if rule.name != "scrub":
        assert made(rule, value) != value


@each_rule
def test_an_empty_text_stays_empty(rule):
    assert made(rule, "") == ""


def test_a_name_is_the_same_person_in_any_case_and_any_unicode_form():
    zoe = BY.first_name("Zoë")
    assert BY.first_name("Zoe\u0308") == zoe
    assert BY.first_name("ZOË") == zoe.upper()
    assert BY.first_name("zoë") == zoe.lower()


def test_a_name_of_several_words_matches_its_words_elsewhere():
    assert BY.first_name("Mary-Jane") == f"{BY.first_name('Mary')}-{BY.first_name('Jane')}"
    full = made(rules.full_name(), "Mary Jane Fernsby")
    assert full == f"{BY.first_name('Mary')} {BY.first_name('Jane')} {BY.last_name('Fernsby')}"


def test_a_name_from_the_lists_becomes_another_one():
    for name in (*FIRST_NAMES, *LAST_NAMES):
        assert BY.first_name(name) != name
        assert BY.last_name(name) != name


def test_first_and_last_names_are_domains_of_their_own():
    assert BY.first_name("Alexander") in FIRST_NAMES
    assert BY.last_name("Alexander") in LAST_NAMES


def test_addresses_are_unique_and_lead_nowhere():
    addresses = {made(rules.email(), f"person{number}@corp.example") for number in range(5_000)}
    assert len(addresses) == 5_000
    assert all(re.fullmatch(r"user-[a-z2-7]{16}@example\.test", each) for each in addresses)
    assert made(rules.email(), "A@b.example") == made(rules.email(), "a@B.example")


def test_texts_keep_their_length_in_words_but_no_word():
    text = made(rules.text(), "Omar is doing well in algebra")
    assert len(text.split()) == 6
    assert not {"omar", "algebra"} & set(text.lower().split())
    assert len(made(rules.text(words=3), "one two three four five").split()) == 3


def test_scrubbing_keeps_only_the_words_it_was_told():
    rule = rules.scrub(keep=("Math", "with"))
    scrubbed = made(rule, "Math 2: Omar, Laila with Karim 20051224")
    first, second, third = (BY.first_name(name) for name in ("Omar", "Laila", "Karim"))
    assert scrubbed.startswith(f"Math 2: {first}, {second} with {third} ")
    assert "20051224" not in scrubbed
    assert list(rule.secrets("Math 2: Omar with Karim")) == ["Omar", "Karim"]


@pytest.mark.parametrize(
    "number",
    [
        "+20 100 123 456",
        "010-555-123",
        "(010) 555.123",
        "10/5/24",
        "01 0",
        "\u0660\u0661\u0660 \u0665\u0665\u0665",
        "010\u2013555",
    ],
)
def test_scrubbing_takes_grouped_digits_for_one_number(number):
    rule = rules.scrub(keep=("ring", "or", "room"))
    text = f"ring {number} or room 12"
    digits = [character for character in number if character.isdecimal()]
    if len(digits) < 4:
        assert made(rule, text) == text
        assert list(rule.secrets(text)) == []
        return
    ring, scrubbed = made(rule, text).split(" ", 1)
    assert (ring, scrubbed[-10:]) == ("ring", "or room 12")
    assert [c for c in scrubbed[:-10] if c.isdecimal()] != digits
    (secret,) = rule.secrets(text)
    assert [character for character in secret if character.isdecimal()] == digits


def test_every_word_of_a_name_is_a_secret():
    assert list(rules.first_name().secrets("Anna Maria")) == ["Anna Maria", "Anna", "Maria"]
    assert "Jane" in list(rules.first_name().secrets("Mary-Jane"))


def test_a_constant_replaces_even_the_empty_text_and_null_is_null():
    assert made(rules.constant("x"), "") == "x"
    assert made(rules.null(), "anything") is None


def test_dates_of_a_group_move_together_by_whole_weeks():
    rule = rules.shift_days(60)
    first, second = (
        date.fromisoformat(made(rule, str(day))) for day in (date(2024, 2, 28), date(2024, 3, 1))
    )
    assert second - first == timedelta(days=2)
    assert first.weekday() == date(2024, 2, 28).weekday()
    assert first != date(2024, 2, 28)
    assert abs(first - date(2024, 2, 28)) <= timedelta(days=60)
    others = {made(rules.shift_days(364, group=str(group)), "2024-02-28") for group in range(20)}
    assert len(others) > 10


def test_the_smallest_shift_still_moves():
    assert {made(rules.shift_days(7, group=str(n)), "2024-01-08") for n in range(50)} == {
        "2024-01-01",
        "2024-01-15",
    }


@hypothesis_settings(deadline=None)  # a busy machine is no failure
@given(day=st.dates(), days=st.integers(-4_000, 4_000))
def test_moving_agrees_with_python_where_python_has_dates(day, days):
    try:
        expected = day + timedelta(days=days)
    except OverflowError:
        return
    assert moved(f"{day} 12:30:00.5+00", days) == f"{expected} 12:30:00.5+00"


@pytest.mark.parametrize(
    ("value", "days", "expected"),
    [
        ("infinity", 7, "infinity"),
        ("-infinity", 7, "-infinity"),
        ("9999-12-31", 1, "10000-01-01"),
        ("0001-01-01 BC", -1, "0002-12-31 BC"),
        ("0001-12-31 23:59:59+00 BC", 1, "0001-01-01 23:59:59+00"),
        ("294276-12-31 23:59:59.999999", -366, "294275-12-31 23:59:59.999999"),
    ],
)
def test_moving_goes_where_python_has_no_dates(value, days, expected):
    assert moved(value, days) == expected


def test_what_is_no_date_is_refused_without_showing_it():
    with pytest.raises(UnfitValueError) as caught:
        made(rules.shift_days(), "born on a Monday")
    assert "Monday" not in str(caught.value)


def shout(value, _pseudonyms):
    return value.upper()


def whisper(value, _pseudonyms):
    return value.lower()


def test_rules_are_equal_when_they_do_the_same():
    assert rules.email() == rules.email()
    assert rules.text(words=3) != rules.text()
    assert rules.custom(shout) == rules.custom(shout) != rules.custom(whisper)
    assert str(rules.json({"a": rules.keep()})) != str(rules.json({"a": rules.text()}))


def test_half_of_a_surrogate_pair_has_a_pseudonym_too():
    assert BY.letters("x", "\ud800") != BY.letters("x", "\ud801")
    assert BY.first_name("\ud800") in FIRST_NAMES


def test_a_choice_never_becomes_itself_and_groups_agree():
    cities = ("Avonlea", "Brigadoon", "Camelot")
    for city in cities:
        assert made(rules.choice(cities), city) in set(cities) - {city}
    many = [str(number) for number in range(200)]
    one, other = (rules.choice(many, group=group) for group in ("home", "work"))
    assert made(one, "Paris") == made(rules.choice(many, group="home"), "Paris")
    assert made(one, "Paris") != made(other, "Paris")


@given(st.integers(-50, 50), st.integers(1, 100), st.integers(0, 3), st.integers(-60, 60))
def test_a_number_is_another_one_within_its_ends(low, more, places, value):
    text = f"{value}.{0:0{places}}" if places else str(value)
    found = made(rules.number(low, low + more, places=places), text)
    assert low <= float(found) <= low + more
    assert float(found) != value
    assert len(found.partition(".")[2]) == places


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.invented], ids=str)
@hypothesis_settings(deadline=None)
@given(value=st.text(st.characters(max_codepoint=0x2FF), min_size=1, max_size=80))
def test_what_is_made_up_letter_by_letter_is_recognised(rule, value):
    if rule.name == "scrub" or not value.strip():
        return
    found = rule.transform(value, BY)
    assert rule.invented.fullmatch(found) or any(ord(sign) > 127 for sign in found)
