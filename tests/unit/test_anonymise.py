"""Pseudonyms are pure functions of key, domain and value; rules are written with them."""

import hashlib
import re
import stat
import unicodedata
from dataclasses import replace
from datetime import date, timedelta

import pytest
from faker import Faker
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from db_workflow.errors import TestDataError
from db_workflow.settings import Settings
from db_workflow.testdata import rules
from db_workflow.testdata.rules.dates import moved
from db_workflow.testdata.rules.pseudonyms import (
    _PUBLIC_SECRET,
    Key,
    Pseudonyms,
    UnfitValueError,
    load_key,
)
from db_workflow.testdata.rules.words import FIRST_NAMES, LAST_NAMES

BY = Pseudonyms(Key("one", b"1" * 32))
OTHER_KEY = Pseudonyms(Key("two", b"2" * 32))


def made(rule, value, by=BY):
    return rule.transform(value, by)


def secrets(rule, value):
    return [
        secret
        for part in rule.parts(value)
        if not part.rule.keeps
        for secret in part.rule.secrets(part.text)
    ]


@pytest.fixture
def settings(tmp_path):
    nowhere = tmp_path / "none"
    return Settings(
        root=tmp_path,
        project="keys",
        sql=nowhere,
        runners="{version}",
        models="m:Base",
        enums="e",
        test_data=nowhere,
        codegen_reference=nowhere,
    )


RULES = [
    rules.first_name(),
    rules.last_name(),
    rules.full_name(),
    rules.email(),
    rules.text(),
    rules.token("device-"),
    rules.url(),
    rules.digits(),
    rules.phone(),
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
    assert BY.first_name("ZOË") == BY.first_name("zoe\u0308") == BY.first_name("Zoë")


def test_a_name_of_several_words_matches_its_words_elsewhere():
    assert BY.first_name("Mary-Jane") == f"{BY.first_name('Mary')}-{BY.first_name('Jane')}"
    full = made(rules.full_name(), "Mary Jane Fernsby")
    assert full == f"{BY.first_name('Mary')} {BY.first_name('Jane')} {BY.last_name('Fernsby')}"


@pytest.mark.parametrize("name", [*FIRST_NAMES, *LAST_NAMES])
def test_a_name_from_the_lists_becomes_another_one(name):
    assert BY.first_name(name) != name
    assert BY.last_name(name) != name


def test_first_and_last_names_are_domains_of_their_own():
    assert BY.first_name("Alexander") in FIRST_NAMES
    assert BY.last_name("Alexander") in LAST_NAMES


@pytest.mark.parametrize("names", [FIRST_NAMES, LAST_NAMES])
def test_the_lists_hold_several_scripts_and_nobody_twice(names):
    scripts = {unicodedata.name(name[0]).partition(" ")[0] for name in names}
    assert {"LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW", "CJK", "HANGUL"} <= scripts
    assert len(set(names)) == len(names)


def test_the_names_are_nobodys():
    faker = Faker(["en_US", "de_DE", "fr_FR", "es_ES", "it_IT", "tr_TR", "ar_AA", "ru_RU", "el_GR"])
    real = {name for _ in range(3_000) for name in (faker.first_name(), faker.last_name())}
    assert not real & {*FIRST_NAMES, *LAST_NAMES}


def test_addresses_are_unique_and_lead_nowhere():
    addresses = {made(rules.email(), f"person{number}@corp.example") for number in range(5_000)}
    assert len(addresses) == 5_000
    assert all(re.fullmatch(r"user-[a-z2-7]{16}@example\.test", each) for each in addresses)
    assert made(rules.email(), "A@b.example") == made(rules.email(), "a@B.example")


def test_numbers_keep_their_shape():
    assert re.fullmatch(r"\+\d{2} \(\d{3}\) \d{4}-\d", made(rules.phone(), "+20 (100) 2345-6"))
    assert re.fullmatch(r"[A-Z]{2}-[a-z]{3}-\d{2}", made(rules.digits(), "XY-abc-42"))


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


def test_every_element_of_an_array_is_treated_and_null_stays():
    rule = rules.each(rules.first_name())
    one, two, three = (BY.first_name(name) for name in ("Omar", "La", "ila"))
    written = '{Omar,NULL,"La\\"\\\\ila"}'
    assert made(rule, written) == f'{{"{one}",NULL,"{two}\\"\\\\{three}"}}'
    assert made(rule, '[0:1]={"NULL",""}') == f'[0:1]={{"{BY.first_name("NULL")}",""}}'
    assert secrets(rule, written) == ["Omar", 'La"\\ila', "La", "ila"]


JSON = rules.json(
    {
        "solver": rules.keep(),
        "students[].name": rules.first_name(),
        "students[].limits.*": rules.keep(),
        "students[].limits.*~": rules.keep(),
        "load.*": rules.keep(),
        "load.*~": rules.first_name(),
    }
)


def test_json_is_treated_leaf_by_leaf_and_key_by_key():
    text = (
        '{"load": {"Omar": 1.10, "Laila": 2}, "solver": "a \\"b\\" ∂",'
        ' "students": [{"name": "Omar", "limits": {"day": 3}}, {"name": null}]}'
    )
    omar, laila = BY.first_name("Omar"), BY.first_name("Laila")
    assert made(JSON, text) == (
        f'{{"load": {{"{omar}": 1.10, "{laila}": 2}}, "solver": "a \\"b\\" ∂",'
        f' "students": [{{"name": "{omar}", "limits": {{"day": 3}}}}, {{"name": null}}]}}'
    )
    assert set(secrets(JSON, text)) == {"Laila", "Omar"}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"secret": 1}', "(top)"),
        ('{"students": [{"age": 7}]}', "students[]"),
        ('{"solver": {"deep": 1}}', "solver"),
        ('{"students": "Omar"}', "students"),
        ("[true]", "[]"),
    ],
)
def test_a_json_path_that_nobody_decided_about_is_refused_without_showing_the_value(text, path):
    with pytest.raises(UnfitValueError) as caught:
        made(JSON, text)
    assert path in str(caught.value)
    assert "Omar" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_json_keys_that_would_become_one_are_numbered():
    rule = rules.json({"*": rules.keep(), "*~": rules.constant("Ida")})
    assert made(rule, '{"Omar": 1, "Laila": 2, "Karim": 3}') == '{"Ida": 1, "Ida 2": 2, "Ida 3": 3}'
    # A name that the declaration spells out, or that another key has, is not free either.
    rule = rules.json({"Ida": rules.keep(), "*": rules.keep(), "*~": rules.constant("Ida")})
    assert made(rule, '{"Omar": 1, "Ida": 2}') == '{"Ida 2": 1, "Ida": 2}'
    assert made(rule, '{"Omar": 1}') == '{"Ida 2": 1}'


def test_spellings_of_one_name_stay_two_json_keys():
    ida, second = BY.first_name("Omar"), f"{BY.first_name('Omar')} 2"
    rule = rules.json({"*": rules.keep(), "*~": rules.first_name()})
    assert made(rule, '{"Omar": 1, "omar": 2}') == f'{{"{ida}": 1, "{second}": 2}}'
    # json, unlike jsonb, may repeat a key: it stays repeated.
    assert made(rule, '{"Omar": 1, "Omar": 2}') == f'{{"{ida}": 1, "{ida}": 2}}'


def test_a_json_key_cannot_become_null():
    rule = rules.json({"*": rules.keep(), "*~": rules.null()})
    with pytest.raises(UnfitValueError, match="gives NULL"):
        made(rule, '{"Omar": 1}')


def shout(value, _pseudonyms):
    return value.upper()


def whisper(value, _pseudonyms):
    return value.lower()


def test_rules_are_equal_when_they_do_the_same():
    assert rules.email() == rules.email()
    assert rules.text(words=3) != rules.text()
    assert rules.custom(shout) == rules.custom(shout) != rules.custom(whisper)
    assert str(rules.json({"a": rules.keep()})) != str(rules.json({"a": rules.text()}))


def test_the_stand_ins_key_is_the_same_for_everyone(settings, tmp_path):
    key = load_key(settings, stand_in=True)
    assert key.id == "public"
    assert key == load_key(replace(settings, root=tmp_path / "elsewhere"), stand_in=True)
    assert not settings.state.exists()


def test_the_key_file_is_made_once_and_only_for_its_owner(settings):
    key = load_key(settings, stand_in=False, environment={})
    (file,) = settings.state.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load_key(settings, stand_in=False, environment={}) == key
    assert key.id != "public"
    assert key.id not in file.read_text()


def test_a_key_that_others_may_read_is_refused(settings):
    load_key(settings, stand_in=False, environment={})
    (file,) = settings.state.iterdir()
    file.chmod(0o644)
    with pytest.raises(TestDataError, match="can be read by others"):
        load_key(settings, stand_in=False, environment={})


def test_the_environments_key_comes_first_and_is_never_shown(settings):
    secret = "a long and secret sentence of a person"
    key = load_key(settings, stand_in=False, environment={"DB_WORKFLOW_KEY": secret})
    assert not settings.state.exists()
    assert secret not in repr(key)
    assert (
        load_key(settings, stand_in=False, environment={"DB_WORKFLOW_KEY": f" {secret}\n"}) == key
    )


@pytest.mark.parametrize("short", ["tiny secret", "x" * 31, "x" * 31 + "  "])
def test_a_key_that_could_be_guessed_is_refused_and_how_to_make_one_is_told(settings, short):
    with pytest.raises(TestDataError) as caught:
        load_key(settings, stand_in=False, environment={"DB_WORKFLOW_KEY": short})
    said = str(caught.value)
    assert short.strip() not in said
    assert "DB_WORKFLOW_KEY has fewer than 32 characters" in said
    assert "secrets.token_hex(32)" in said


def test_the_file_and_the_environment_mean_the_same_key(settings):
    key = load_key(settings, stand_in=False, environment={})
    (file,) = settings.state.glob("*.key")
    environment = {"DB_WORKFLOW_KEY": file.read_text()}
    assert load_key(settings, stand_in=False, environment=environment) == key


def test_each_guess_at_a_key_costs_a_run_of_scrypt(settings):
    text = "correct horse battery staple, twice"
    key = load_key(settings, stand_in=False, environment={"DB_WORKFLOW_KEY": text})
    assert key.secret == hashlib.scrypt(text.encode(), salt=b"db_workflow", n=2**14, r=8, p=1)


@pytest.mark.parametrize("text", [_PUBLIC_SECRET, hashlib.sha256(_PUBLIC_SECRET).digest()])
def test_no_setting_makes_the_public_key_of_a_real_production(settings, text):
    public = load_key(settings, stand_in=True)
    for spelled in (text.hex(), text.decode("latin-1") * 2):
        key = load_key(settings, stand_in=False, environment={"DB_WORKFLOW_KEY": spelled})
        assert key.id != public.id
        assert key.secret != public.secret


def test_the_stand_ins_pseudonyms_are_the_same_for_ever(settings):
    by = Pseudonyms(load_key(settings, stand_in=True))
    assert by.email("omar@corp.example") == "user-voll25nm6sasmxet@example.test"
