"""Rules that look at the row: dates move by person, a text loses what is known of its persons."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db_workflow.testdata import rules
from db_workflow.testdata.rules.key import Key
from db_workflow.testdata.rules.pseudonyms import Pseudonyms
from db_workflow.testdata.rules.rule import Beside, Part

BY = Pseudonyms(Key("test", b"k" * 32))
FIRST, LAST, FULL = rules.first_name(), rules.last_name(), rules.full_name()
EMAIL, PHONE = rules.email(), rules.phone()


def by_person(key, rule=None):
    """Return the rule for the rows of one person; None for rows of nobody."""
    rule = rule or rules.shift_days(by="student_id")
    return rule.given(((Part(key, rules.keep()),) if key is not None else (),))


def about(*pieces, by=None):
    """Return the rule for a text about persons of whom (value, rule) are known."""
    return rules.scrub_known(of="student_id", by=by).given(
        (tuple(Part(value, rule) for value, rule in pieces),)
    )


def scrubbed(text, *pieces):
    return about(*pieces).apply(text, BY)


def secrets(text, *pieces):
    return list(about(*pieces).secrets(text))


# --- Dates ---


def test_a_rule_for_rows_keeps_nothing_and_names_what_it_wants_to_know():
    shift = rules.shift_days(by="lesson_id.student_id")
    scrub = rules.scrub_known(of=("student_id", "lesson_id.teacher_id"))
    assert shift.beside == (Beside("lesson_id.student_id"),)
    assert scrub.beside == (Beside("student_id", True), Beside("lesson_id.teacher_id", True))
    assert not shift.keeps
    assert not scrub.keeps
    assert str(shift) == "shift_days(364, group='', by='lesson_id.student_id')"


def test_dates_of_one_person_move_by_the_same_whole_weeks():
    moved = by_person("7").apply("2024-03-05", BY)
    days = (int(moved[:4]) - 2024, moved[4:])
    assert days != (0, "-03-05")
    assert by_person("7").apply("2024-03-05 23:59:59.5+00", BY) == f"{moved} 23:59:59.5+00"
    assert by_person("7", rules.shift_days(by="id")).apply("2024-03-05", BY) == moved


def test_persons_have_offsets_of_their_own():
    moved = {by_person(str(number)).apply("2024-03-05", BY) for number in range(200)}
    assert len(moved) > 50


def test_dates_of_nobody_and_a_rule_without_person_have_the_offset_of_the_group():
    common = rules.shift_days().apply("2024-03-05", BY)
    assert by_person(None).apply("2024-03-05", BY) == common
    grouped = rules.shift_days(group="school", by="student_id")
    assert by_person(None, grouped).apply("2024-03-05", BY) == rules.shift_days(
        group="school"
    ).apply("2024-03-05", BY)


def test_persons_whose_dates_move_alike_share_a_rule_once_the_key_is_known():
    shift = rules.shift_days(14, by="id")
    found = {str(number): ((Part(str(number), rules.keep()),),) for number in range(40)}
    settled = [shift.settled(found[key], BY) for key in found]
    assert len(set(map(id, settled))) == 4  # one or two weeks, forwards or backwards
    for key, rule in zip(found, settled, strict=True):
        assert rule.apply("2024-03-05", BY) == shift.given(found[key]).apply("2024-03-05", BY)


def test_infinity_and_empty_texts_stay_and_hide_nothing():
    rule = by_person("7")
    for value in ("infinity", "-infinity", ""):
        assert rule.apply(value, BY) == value
    assert list(rule.secrets("-infinity")) == []


def test_rules_of_two_persons_are_not_equal_and_print_nobody():
    one, other = by_person("4711"), by_person("4712")
    assert one != other
    assert one == by_person("4711")
    assert "4711" not in f"{one} {one!r}"
    assert about(("Fernsby", LAST)) != about(("Omar", FIRST))
    assert "Fernsby" not in repr(about(("Fernsby", LAST)))


@given(st.integers(-1_400_000, 1_400_000), st.integers(1, 1_000), st.text("0123456789", min_size=1))
def test_intervals_survive_within_a_person(start, length, key):
    rule = by_person(key)
    first, last = (rules.dates.moved("2024-01-01", days) for days in (start, start + length))
    moved = rule.apply(first, BY)
    assert rules.dates.moved(moved, length) == rule.apply(last, BY)


def test_a_shift_by_less_than_a_week_is_refused():
    with pytest.raises(ValueError, match="at least 7 days"):
        rules.shift_days(6, by="id")


# --- Texts ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Omar did well", "{first} did well"),
        ("ask OMAR's mother", "ask {first}'s mother"),
        ("ask Omar\u2019s mother", "ask {first}\u2019s mother"),
        ("dear Omar Fernsby,", "dear {first} {last},"),
        ("FERNSBY, Omar", "{last}, {first}"),
        ("Omar. Fernsby has called", "{first}. {last} has called"),
        ("essay_omar-fernsby.pdf", "essay_{first}-{last}.pdf"),
        ("OmarFernsby2024", "{first}{last}2024"),
        ("fernsbyomar", "{last}{first}"),
        ("24omar", "24{first}"),
        ("Omarion and Somara stay", "Omarion and Somara stay"),
        ("nobody is here", "nobody is here"),
        ("", ""),
    ],
)
def test_names_become_what_they_are_in_their_own_columns(text, expected):
    known = (("Omar", FIRST), ("Fernsby", LAST))
    made = {"first": FIRST.apply("Omar", BY), "last": LAST.apply("Fernsby", BY)}
    assert scrubbed(text, *known) == expected.format(**made)


def test_a_part_of_a_full_name_is_that_part_of_the_pseudonym():
    first, last = FULL.apply("Omar Fernsby", BY).split()
    for text, expected in (("Omar", first), ("FERNSBY", last), ("fernsby omar", f"{last} {first}")):
        assert scrubbed(text, ("Omar Fernsby", FULL)) == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Zoë", "zoe\u0308 was late", "{} was late"),
        ("Zoe\u0308", "ZOË was late", "{} was late"),
        ("Omar", "\uff2f\uff4d\uff41\uff52 was late", "{} was late"),
        ("عمر", "كان عمر هنا", "كان {} هنا"),
        ("健太", "健太さん", "{}さん"),
        ("민준", unicodedata.normalize("NFD", "민준이"), "{}이"),
        ("ガク", "\uff76\uff9e\uff78 came", "{} came"),
        ("Straße", "in STRASSE", "in {}"),
        ("José", "JOSE was late", "{} was late"),
        ("Jose", "jose\u0301_2", "{}_2"),
        ("Müller", "from mueller1987", "from {}1987"),
        ("Müller", "MullerSeen", "{}Seen"),
        ("Οδυσσεύς", "ΟΔΥΣΣΕΎΣ", "{}"),
        ("वेद", "वेद आया", "{} आया"),
    ],
)
def test_scripts_and_unicode_forms_do_not_hide_a_name(name, text, expected):
    assert scrubbed(text, (name, FIRST)) == expected.format(FIRST.apply(name, BY))
    assert secrets(text, (name, FIRST)) != []


def test_a_text_that_names_nobody_keeps_its_unicode_form():
    text = unicodedata.normalize("NFD", "서연이 ½")
    assert scrubbed(text, ("민준", FIRST)) == text


def test_a_name_too_short_for_the_gate_goes_as_it_was_written():
    assert scrubbed("Jo said: jo-jo", ("Jo", FIRST)) == f"{FIRST.apply('Jo', BY)} said: jo-jo"


def test_two_people_with_one_name_are_one_pseudonym_each_from_its_own_column():
    one, other = ("Omar", FIRST), ("Omar", LAST)
    assert scrubbed("Omar", one, other) == FIRST.apply("Omar", BY)
    assert scrubbed("Omar", other) == LAST.apply("Omar", BY)


def test_somebody_else_stays_for_the_gate_to_find():
    assert scrubbed("Omar and Laila", ("Omar", FIRST)).endswith(" and Laila")
    assert secrets("Omar and Laila", ("Omar", FIRST)) == ["Omar"]


def test_an_address_without_what_sorts_its_mail_is_the_same_pseudonym():
    known = ("omar+school@corp.example", EMAIL)
    made = EMAIL.apply(known[0], BY)
    assert scrubbed("omar@corp.example", known) == made
    assert scrubbed("ask Omar", known) == f"ask {made.partition('@')[0]}"


@pytest.mark.parametrize(
    "text",
    ["omar.fernsby@corp.example", "Omar.Fernsby@CORP.example", "'omar.fernsby@corp.example'"],
)
def test_a_known_address_is_the_one_of_its_column(text):
    known = (("Omar", FIRST), ("omar.fernsby@corp.example", EMAIL))
    made = EMAIL.apply("omar.fernsby@corp.example", BY)
    assert scrubbed(f"to {text}.", *known) == f"to {text.lower()}.".replace(
        "omar.fernsby@corp.example", made
    )


def test_the_name_in_an_address_is_known_by_itself():
    made = scrubbed("login omar.fernsby", ("omar.fernsby@corp.example", EMAIL))
    assert made == "login " + EMAIL.apply("omar.fernsby@corp.example", BY).partition("@")[0]


def test_unknown_addresses_and_links_go_too():
    text = (
        "write to o'brien@mail.example, see (https://zoom.example/j/99?pwd=Xy1) or www.x.example!"
    )
    made = scrubbed(text)
    for value in ("brien", "mail.example", "zoom", "pwd", "www.x"):
        assert value not in made
    assert made.startswith(f"write to {EMAIL.apply(secrets(text)[0], BY)}, see (https://")
    assert made.endswith("!")
    assert secrets(text) == [
        "o'brien@mail.example",
        "https://zoom.example/j/99?pwd=Xy1",
        "www.x.example",
    ]


def test_numbers_of_six_digits_go_and_shorter_ones_stay():
    made = scrubbed("room 1204 on page 12-15, code 123456, card 12 34-56, at 10:30")
    assert made.startswith("room 1204 on page 12-15, code ")
    assert made.endswith(", at 10:30")
    for value in ("123456", "12 34-56"):
        assert value not in made
    assert secrets("code 123456") == []  # a date would be found elsewhere by chance


def test_a_known_number_is_found_however_it_is_grouped():
    phone = "+20 100 123 4567"
    digits = "".join(filter(str.isdecimal, PHONE.apply(phone, BY)))
    for text in ("+201001234567", "0020 (100) 123-45-67", "0100 1234567"):
        made = scrubbed(text, (phone, PHONE))
        assert "".join(filter(str.isdecimal, made)).endswith(digits[-10:])
        assert secrets(text, (phone, PHONE)) != []
    assert scrubbed("pin 4711", ("4711", rules.text())) != "pin 4711"


def test_what_its_own_rule_makes_null_of_has_another_pseudonym():
    known = ("Blue Fernsby House", rules.null())
    assert "Fernsby" not in scrubbed("at blue fernsby house", known)
    made = about(known, by=rules.constant("nowhere")).apply("at blue fernsby house", BY)
    assert made == "at nowhere"


def test_what_stands_inside_of_known_json_and_arrays_is_known():
    record = rules.json({"aka": FIRST, "level": rules.keep()})
    made = scrubbed(
        "Omar, alias Sunny, expert",
        ("{Omar,NULL}", rules.each(FIRST)),
        ('{"aka": "Sunny", "level": "expert"}', record),
    )
    assert made == f"{FIRST.apply('Omar', BY)}, alias {FIRST.apply('Sunny', BY)}, expert"


def test_kept_values_and_texts_that_are_scrubbed_themselves_are_not_known():
    known = (("Omar", rules.keep()), ("likes Omar", rules.scrub_known(of="id")))
    assert scrubbed("likes Omar", *known) == "likes Omar"


def test_the_rule_of_nobody_scrubs_by_shape_alone():
    rule = rules.scrub_known(of="student_id").given(((),))
    assert rule.apply("Omar", BY) == "Omar"
    assert "example.test" in rule.apply("a@b.example", BY)


def test_a_rule_that_knows_nobody_is_refused():
    for of in ("", (), ("student_id", "")):
        with pytest.raises(ValueError, match="whom a text is about"):
            rules.scrub_known(of=of)


WORDS = st.lists(st.sampled_from(["Omar", "FERNSBY", "omarFernsby", "did", "健太", "x1", "."]))


@given(WORDS, st.sampled_from([" ", "-", "_", ", ", "\n", "/"]))
def test_no_known_word_is_left_and_all_others_are(words, between):
    made = scrubbed(between.join(words), ("Omar", FIRST), ("Fernsby", LAST), ("健太", FIRST))
    for name in ("omar", "fernsby", "健太"):
        assert name not in made.casefold()
    for kept in ("did", "x1", "."):
        assert made.count(kept) >= words.count(kept)


@given(st.text(max_size=60))
def test_any_text_comes_out_and_comes_out_the_same_again(text):
    known = (("Omar", FIRST), ("omar@corp.example", EMAIL))
    assert scrubbed(text, *known) == scrubbed(text, *known)


@pytest.mark.parametrize("piece", ["Omar ", "x", "a.", "@", "1 ", "a@", "http://", "é", "OmarX"])
def test_long_texts_take_time_in_proportion(piece):
    # No clock: what grew with the square of half a million signs would not end today.
    made = about(("Omar", FIRST)).apply(piece * 200_000 + " Omar a@b.example", BY)
    assert "Omar" not in made
    assert "a@b.example" not in made
