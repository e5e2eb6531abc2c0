"""The leak gate finds what should have gone, by its stated rule, and never shows it."""

import time

import pytest

from db_workflow.errors import TestDataError
from db_workflow.testdata import rules
from db_workflow.testdata.copytext import encode
from db_workflow.testdata.files import read_file, write_file
from db_workflow.testdata.leaks import Gate, require_clean
from db_workflow.testdata.structure import Column, TableStructure, Unique
from db_workflow.testdata.tables import Classified, Table


def column(name, kind="text", element=None):
    return Column(name, kind, kind, element or kind, None, False, False)


def classified(columns, **own_rules):
    key = Unique("pk", ("id",), ("id",), None, True, True, False)
    table = Table("things", file="auto_things.py", variable="AUTO_THINGS_DATA", factory="F")
    structure = TableStructure(
        "things", "public", "things", False, {c.name: c for c in columns}, (key,), (), ()
    )
    found = {c.name: own_rules.get(c.name, rules.keep()) for c in columns}
    return Classified(table, structure, found)


def leaks(tmp_path, secrets, written, *, rule=None, kind="text", element=None):
    """Search a kept (or ruled) column of one written value for secrets."""
    entry = classified(
        [column("id", "number"), column("value", kind, element)], value=rule or rules.keep()
    )
    gate = Gate()
    for hidden_by, value in secrets:
        gate.note("people", column("secret"), hidden_by, value)
    path = tmp_path / "auto_things.py"
    write_file(
        path,
        table="things",
        variable="AUTO_THINGS_DATA",
        columns=("id", "value"),
        lines=[f"7\t{encode(written)}"],
        source="s",
        key="k",
        rules="r",
    )
    return list(gate.search(read_file(path), entry))


HIDDEN = rules.text()


@pytest.mark.parametrize(
    ("secret", "written"),
    [
        ("Fernsby", "Fernsby"),
        ("Fernsby", "fernsby"),
        ("Fernsby", "a letter to Mrs. FERNSBY."),
        ("Zoë Ångström", "zoe\u0308 a\u030angstro\u0308m was here"),
        ("omar.fernsby@corp.example", "mailto:Omar.Fernsby@corp.example"),
        ("is very shy", "she is, very shy!"),
        ("0100-555-777", "call 0100 555 777"),
        ("健太さん", "健太さん"),
        ("tab\tand\nline", "tab and line"),
        (
            " ".join(f"word{number}" for number in range(40)),
            " ".join(f"Word{n}" for n in range(30)),
        ),
    ],
)
def test_a_hidden_value_is_found_as_words(tmp_path, secret, written):
    (leak,) = leaks(tmp_path, [(HIDDEN, secret)], written)
    assert (leak.table, leak.column, leak.row, leak.origin) == (
        "things",
        "value",
        "7",
        "people.secret",
    )


@pytest.mark.parametrize(
    ("secret", "written"),
    [
        ("Omar", "Omarion"),  # part of another word
        ("Ali", "Ali"),  # under four characters
        ("2024", "2024"),  # a number under six digits
        ("Student", "student"),  # a common word
        ("Omar Fernsby", "Omar and Fernsby"),  # not in a row
        ("", ""),
        ("---", "---"),
    ],
)
def test_what_the_rule_leaves_out_is_not_found(tmp_path, secret, written):
    assert leaks(tmp_path, [(HIDDEN, secret)], written) == []


def test_the_name_of_an_address_is_found_without_its_domain(tmp_path):
    secret = [(rules.email(), "omarfernsby@corp.example")]
    assert leaks(tmp_path, secret, "omarfernsby") != []
    assert leaks(tmp_path, secret, "corp.example") == []


def test_the_number_of_a_meeting_is_found_without_its_address(tmp_path):
    secret = [(rules.url(), "https://meet.example/j/98765432?pwd=aBcDeF")]
    assert leaks(tmp_path, secret, "join 98765432") != []
    assert leaks(tmp_path, secret, "code: abcdef") != []


def test_names_scrubbed_from_a_text_are_found_one_by_one(tmp_path):
    secret = [(rules.scrub(keep=("math",)), "Math with Fernsby")]
    assert leaks(tmp_path, secret, "ask Fernsby") != []
    assert leaks(tmp_path, secret, "Math with everybody") != []  # "with" was not kept
    assert leaks(tmp_path, secret, "Math") == []


def test_json_is_searched_through_its_escapes(tmp_path):
    secret = [(HIDDEN, "Fernsby")]
    assert leaks(tmp_path, secret, '{"note": "dear\\nFernsby"}', kind="json") != []
    assert leaks(tmp_path, secret, '{"Fernsby": 1}', kind="json") != []
    assert leaks(tmp_path, secret, "{a,Fernsby}", kind="array", element="text") != []


@pytest.mark.parametrize("kind", ["number", "date", "boolean", "enum", "uuid"])
def test_values_that_coincide_by_chance_are_not_searched(tmp_path, kind):
    assert leaks(tmp_path, [(HIDDEN, "Fernsby")], "Fernsby", kind=kind) == []


def test_numbers_and_dates_are_not_secrets_by_themselves(tmp_path):
    gate = Gate()
    gate.note("people", column("birthday", "date"), rules.shift_days(), "2001-02-03")
    assert not gate._origins


def test_words_that_a_rule_writes_by_itself_are_no_leak_there_but_elsewhere(tmp_path):
    secret = [(rules.first_name(), "Avedon")]
    assert leaks(tmp_path, secret, "Avedon", rule=rules.first_name()) == []
    assert leaks(tmp_path, secret, "Math: Avedon", rule=rules.scrub(keep=("math",))) == []
    assert leaks(tmp_path, secret, "Avedon", rule=rules.text()) != []
    assert leaks(tmp_path, secret, "Avedon") != []


def test_a_word_can_be_allowed_where_it_is_harmless(tmp_path):
    secret = [(rules.last_name(), "Paris")]
    assert leaks(tmp_path, secret, "Europe/Paris") != []
    assert leaks(tmp_path, secret, "Europe/Paris", rule=rules.keep(allow=("Paris",))) == []


def test_the_error_names_places_and_never_a_value(tmp_path):
    entry = classified([column("id", "number"), column("value")])
    gate = Gate()
    gate.note("people", column("surname"), rules.last_name(), "Fernsby")
    path = tmp_path / "auto_things.py"
    write_file(
        path,
        table="things",
        variable="AUTO_THINGS_DATA",
        columns=("id", "value"),
        lines=[f"{number}\tFernsby" for number in range(50)],
        source="s",
        key="k",
        rules="r",
    )
    with pytest.raises(TestDataError) as caught:
        require_clean(gate, [(read_file(path), entry)])
    said = str(caught.value) + repr(caught.value.data)
    assert "things.value, row 0: holds a value of people.surname" in said
    assert "and 30 more" in said
    assert "ernsby" not in said


def test_a_hundred_thousand_rows_take_seconds(tmp_path):
    entry = classified([column("id", "number"), column("value")])
    gate = Gate()
    for number in range(100_000):
        gate.note("people", column("secret"), HIDDEN, f"person{number} of the house{number}")
    path = tmp_path / "auto_things.py"
    write_file(
        path,
        table="things",
        variable="AUTO_THINGS_DATA",
        columns=("id", "value"),
        lines=[f"{number}\tLorem ipsum dolor sit amet {number}" for number in range(100_000)],
        source="s",
        key="k",
        rules="r",
    )
    started = time.monotonic()
    assert list(gate.search(read_file(path), entry)) == []
    assert time.monotonic() - started < 10
