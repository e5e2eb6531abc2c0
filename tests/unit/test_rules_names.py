"""Names are invented, in the script and the case of the name that they stand for."""

import importlib

import pytest
from faker.config import AVAILABLE_LOCALES

from db_workflow.testdata import rules
from db_workflow.testdata.rules.key import Key
from db_workflow.testdata.rules.names import FIRST_BY_SCRIPT, LAST_BY_SCRIPT, SHORTEST_LENGTH
from db_workflow.testdata.rules.pseudonyms import Pseudonyms
from db_workflow.testdata.rules.scripts import script_of

BY = Pseudonyms(Key("one", b"1" * 32))
LISTS = pytest.mark.parametrize("lists", [FIRST_BY_SCRIPT, LAST_BY_SCRIPT], ids=["first", "last"])
NAMES = {
    "latin": ("Omar", "Zoë", "Łukasz", "O\u2019Neil", "Đặng"),
    "arabic": ("عمر", "ليلى", "پژمان"),
    "cyrillic": ("Ольга", "Ђорђе", "Їжак"),
    "greek": ("Νίκος", "Ἀθηνᾶ"),
    "hebrew": ("יוסף", "בן־ציון"),
    "devanagari": ("अमित", "लक्ष्मी"),
    "han": ("健太", "王芳", "𠮷"),
    "kana": ("さくら", "カナコ", "ﾊﾅｺ"),
    "hangul": ("민준", "김"),
}
SPOKEN = [(script, name) for script, names in NAMES.items() for name in names]


@LISTS
def test_every_script_has_many_names_and_none_twice(lists):
    assert {script: len(names) for script, names in lists.items()} == {
        script: len(set(names)) for script, names in lists.items()
    }
    fewest = {"latin": 60, "devanagari": 20, "han": 20, "kana": 20, "hangul": 20}
    assert all(len(names) >= fewest.get(script, 40) for script, names in lists.items())


@LISTS
def test_every_name_is_in_its_script(lists):
    for script, names in lists.items():
        assert {script_of(name) for name in names} == {script}


@LISTS
def test_every_script_has_names_for_narrow_columns(lists):
    for names in lists.values():
        assert sum(len(name) <= SHORTEST_LENGTH for name in names) >= 4


@LISTS
def test_no_name_says_how_long_it_may_be_falsely(lists):
    longest = 10 if lists is FIRST_BY_SCRIPT else 13
    assert max(len(name) for names in lists.values() for name in names) == longest


def test_the_names_are_nobodys():
    ours = {
        name.casefold()
        for lists in (FIRST_BY_SCRIPT, LAST_BY_SCRIPT)
        for names in lists.values()
        for name in names
    }
    real = {word.casefold() for locale in AVAILABLE_LOCALES for word in names_of(locale)}
    assert len(real) > 50_000
    assert not real & ours


def names_of(locale):
    try:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    except ImportError:
        return
    for attribute, listed in vars(provider).items():
        if "name" in attribute and isinstance(listed, tuple | list | dict):
            for name in listed:
                yield from name.split() if isinstance(name, str) else filter(is_text, name)


def is_text(value):
    return isinstance(value, str)


@pytest.mark.parametrize(("script", "name"), SPOKEN)
def test_a_name_gets_one_in_its_own_script(script, name):
    for word in BY.first_name(name).split("-"):
        assert word in FIRST_BY_SCRIPT[script]
    assert script_of(BY.last_name(name)) == script


def test_a_name_in_several_scripts_is_treated_word_by_word():
    first, second = BY.first_name("Omar عمر").split()
    assert (script_of(first), script_of(second)) == ("latin", "arabic")


def test_a_script_without_names_gets_latin_ones():
    assert BY.first_name("გიორგი") in FIRST_BY_SCRIPT["latin"]


def test_the_script_may_be_chosen():
    rule = rules.first_name(script="hangul")
    assert rule.apply("Omar", BY) in FIRST_BY_SCRIPT["hangul"]
    full = rules.full_name(script="greek").apply("Omar Ali", BY)
    assert [script_of(word) for word in full.split()] == ["greek", "greek"]
    assert rule != rules.first_name()


@pytest.mark.parametrize(("script", "name"), SPOKEN)
def test_a_length_changes_only_what_is_too_long(script, name):
    plain, short = BY.last_name(name), BY.last_name(name, length=SHORTEST_LENGTH)
    assert len(short) <= SHORTEST_LENGTH
    assert script_of(short) == script
    assert short == plain or len(plain) > SHORTEST_LENGTH


def test_a_name_that_is_cut_ends_with_a_whole_word():
    short = BY.first_name("Mary Jane Ann", length=12)
    assert set(short.split()) <= set(FIRST_BY_SCRIPT["latin"])


def test_a_number_inside_of_a_name_goes_too():
    assert BY.first_name("Omar 0100555123")[-10:] not in {"0100555123", ""}
    assert BY.first_name("4711") != "4711"


def test_case_is_kept_word_by_word():
    made = BY.last_name("VAN der Berg")
    assert [word.isupper() for word in made.split()] == [True, False, False]
    assert [word.islower() for word in made.split()] == [False, True, False]
    assert BY.first_name("J").istitle()


@pytest.mark.parametrize("name", [name for _, name in SPOKEN])
def test_what_the_rules_write_is_their_vocabulary(name):
    from db_workflow.testdata.rules.spelling import folded_words

    for spelled in (name, name.upper(), name.lower()):
        for rule in (rules.first_name(), rules.last_name(), rules.full_name()):
            assert folded_words([rule.apply(spelled, BY)]) <= rule.vocabulary
