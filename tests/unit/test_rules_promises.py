"""What rules promise: uniqueness, length, time that grows with a text and memory that does not."""

import re

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from db_workflow.testdata import rules
from db_workflow.testdata.rules.key import Key
from db_workflow.testdata.rules.pseudonyms import Pseudonyms

BY = Pseudonyms(Key("one", b"1" * 32))


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (rules.email(), "omar{}@corp.example"),
        (rules.username(), "omar{}"),
        (rules.token(length=16), "{}"),
        (rules.url(), "https://meet.example/{}"),
        (rules.url(length=37), "https://meet.example/a/b/{}"),
        (rules.file_name(), "reports/{}.pdf"),
        (rules.uuid(), "00000000-0000-4000-8000-{:012}"),
        (rules.digits(unique=True), "{:04}"),
    ],
    ids=str,
)
def test_what_is_promised_to_be_unique_is(rule, value):
    assert len({rule.apply(value.format(number), BY) for number in range(10_000)}) == 10_000


@pytest.mark.parametrize(
    ("rule", "longest"),
    [
        (rules.email(), 34),
        (rules.email(length=26), 26),
        (rules.username(), 20),
        (rules.username(length=8), 8),
        (rules.token("key-", length=200), 204),
        (rules.url(length=50), 50),
        (rules.text(length=13), 13),
        (rules.first_name(length=8), 8),
        (rules.last_name(length=9), 9),
        (rules.uuid(), 36),
    ],
    ids=str,
)
@hypothesis_settings(deadline=None)
@given(value=st.text(st.characters(categories=["L", "M"]), min_size=1, max_size=100))
def test_no_output_is_longer_than_it_says(rule, longest, value):
    assert len(rule.transform(value, BY)) <= longest


@pytest.mark.parametrize(
    "make",
    [
        lambda: rules.email(length=25),
        lambda: rules.username(length=7),
        lambda: rules.url(length=36),
        lambda: rules.text(length=12),
        lambda: rules.first_name(length=7),
        lambda: rules.last_name(script="klingon"),
        lambda: rules.choice(["only one"]),
        lambda: rules.choice(["one", "one"]),
        lambda: rules.number(3, 3),
        lambda: rules.shift_days(6),
    ],
)
def test_arguments_that_cannot_work_are_refused_at_once(make):
    with pytest.raises(ValueError, match=r"\w"):
        make()


def test_a_shorter_address_begins_as_the_long_one_does():
    short, full = (rule.apply("omar@x.y", BY) for rule in (rules.email(length=28), rules.email()))
    assert full.startswith(short.partition("@")[0])


@pytest.mark.parametrize(
    "rule", [rules.scrub(), rules.text(), rules.first_name(), rules.digits(), rules.url()], ids=str
)
@pytest.mark.parametrize("piece", ["Omar 010 ", "1 ", "1" + " " * 50, "a.b@c/", "(", "\u0665 "])
def test_a_long_text_costs_no_more_than_its_length(rule, piece):
    # No clock: whatever grew with the square of a million signs would not end today.
    value = (piece * 1_000_000)[:1_000_000]
    made = rule.transform(value, Pseudonyms(Key("one", b"1" * 32)))
    assert made
    assert made != value or not re.search(r"\w", piece)


def test_what_is_remembered_has_a_bound():
    by = Pseudonyms(Key("one", b"1" * 32))
    first = by.first_name("Omar1a")
    for number in range(40_000):
        by.first_name(f"name{chr(0x3400 + number)}")
        by.same_shape("digits", "-" * (number % 5_000) + "1")
    assert len(by._names["first_name", "", 0]) < 40_000
    assert len(by._shapes) < 5_000
    assert by.first_name("Omar1a") == first
