"""The leak gate finds what should have gone, by its stated rule, and never shows it."""

import pytest

from db_workflow.errors import TestDataError
from db_workflow.testdata import rules
from db_workflow.testdata.declared.tables import Classified, Table
from db_workflow.testdata.files.copytext import encode
from db_workflow.testdata.files.spool import Spool
from db_workflow.testdata.files.writing import write_parts
from db_workflow.testdata.gate.index import Index, build_index
from db_workflow.testdata.gate.leaks import require_clean
from db_workflow.testdata.gate.search import MOST_LEAKS, search
from db_workflow.testdata.gate.secrets import Secrets
from db_workflow.testdata.structure import Column, TableStructure, Unique


def column(name, kind="text", element=None):
    return Column(name, kind, kind, element or kind, None, False, False)


def classified(columns, *, key=("id",), **own_rules):
    key = Unique("pk", key, key, None, True, True, False)
    table = Table("things", file="auto_things.py", variable="AUTO_THINGS_DATA", factory="F")
    structure = TableStructure(
        "things", "public", "things", False, {c.name: c for c in columns}, (key,), (), ()
    )
    found = {c.name: own_rules.get(c.name, rules.keep()) for c in columns}
    return Classified(table, structure, found)


def index_of(tmp_path, secrets):
    """Index secrets: (rule, value) of people.secret, or (column, rule, value)."""
    noted = Secrets()
    for *given, hidden_by, value in secrets:
        where = given[0] if given else column("secret")
        noted.note(f"people.{where.name}", where, hidden_by, [value])
    number = len(list(tmp_path.iterdir()))
    noted.save(tmp_path / f"saved-{number}")
    build_index([tmp_path / f"saved-{number}"], tmp_path / f"index-{number}")
    return Index.open(tmp_path / f"index-{number}")


def searched(tmp_path, entry, lines, index):
    """Write a data file and search it."""
    spool = Spool(tmp_path, "things")
    spool.add(lines)
    (path,) = write_parts(
        tmp_path,
        table="things",
        file="auto_things.py",
        variable="AUTO_THINGS_DATA",
        columns=tuple(entry.rules),
        spools=spool.close(),
        source="s",
        key="k",
        rules="r",
    )
    return search(path, entry, index)


def leaks(tmp_path, secrets, written, *, rule=None, kind="text", element=None):
    """Search a kept (or ruled) column of one written value for secrets."""
    entry = classified(
        [column("id", "number"), column("value", kind, element)], value=rule or rules.keep()
    )
    return searched(tmp_path, entry, [f"7\t{encode(written)}"], index_of(tmp_path, secrets))


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
        ("健太さん", "昨日健太さんと話した"),
        ("0100555777", "call 0100-555 777"),
        ("+20 (100) 555-777", "call 20100555777"),
        ("\u0660\u0661\u0660\u0660 \u0665\u0665\u0665", "0100555"),
        ("tab\tand\nline", "tab and line"),
        ("José Ñandú", "jose-nandu"),
        ("Jose Nandu", "JOSÉ ÑANDÚ"),
        ("Björn Müllerøe", "bjorn.mulleroe"),
        ("Björn Müllerøe", "bjoern muelleroee"),
        ("Mueller-Lysholm", "Müller-Lysholm"),
        ("Łukasz Đurić", "Lukasz Duric"),
        ("ilker", "\u0130LKER"),
        (
            "\u041f\u0451\u0442\u0440 \u0410\u0440\u0442\u0451\u043c\u043e\u0432",
            "\u041f\u0415\u0422\u0420 \u0410\u0420\u0422\u0415\u041c\u041e\u0412",
        ),
        ("\u039c\u03b1\u03c1\u03af\u03b1", "\u039c\u0391\u03a1\u0399\u0391"),
        ("\u0623\u062d\u0645\u062f", "\u0627\u062d\u0645\u062f"),
        ("\u0645\u062d\u0645\u062f", "\u0645\u064f\u062d\u064e\u0645\u0651\u064e\u062f"),
        ("Fernsby", "Ferns\u00adby"),
        ("Fernsby", "\u200fFern\u200bsby"),
        ("Ferns\u2060by", "fernsby"),
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
        ("20 24", "20 24"),
        ("Student", "student"),  # a common word
        ("Omar Fernsby", "Omar and Fernsby"),  # not in a row
        ("", ""),
        ("---", "---"),
    ],
)
def test_what_the_rule_leaves_out_is_not_found(tmp_path, secret, written):
    assert leaks(tmp_path, [(HIDDEN, secret)], written) == []


NAME = rules.first_name()


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Ali", "ask Ali"),
        ("Eve", "EVE?"),
        ("健太", "健太さん"),
        ("李明", "老师李明说"),
        ("지우", "지우는"),
        ("Ян", "это Ян"),
        ("मीरा", "मीरा!"),
        ("Anna Maria", "only Maria came"),
        ("Mary-Jane", "only Jane came"),
    ],
)
def test_short_names_and_parts_of_names_are_found(tmp_path, name, written):
    assert leaks(tmp_path, [(NAME, name)], written) != []
    assert leaks(tmp_path, [(rules.full_name(), f"{name} {name}")], written) != []
    assert leaks(tmp_path, [(rules.scrub(keep=("Math",)), f"Math: {name}")], written) != []


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Al", "Al"),  # two letters of ASCII
        ("明", "明日"),  # one sign
        ("Ali", "Alison"),
        ("Jan van Dam", "van"),  # stands in many names
        ("मीरा", "मेरे"),  # other vowels
    ],
)
def test_what_is_too_short_for_a_name_is_not_found(tmp_path, name, written):
    assert leaks(tmp_path, [(NAME, name)], written) == []


def test_short_values_that_are_no_names_are_not_searched(tmp_path):
    assert leaks(tmp_path, [(HIDDEN, "Ali")], "Ali") == []
    assert leaks(tmp_path, [(rules.custom(upper, shortest=3), "Ali")], "Ali") != []


def upper(value, _pseudonyms):
    return value.upper()


def test_a_piece_of_a_pseudonym_in_signs_is_no_leak_there_but_elsewhere(tmp_path):
    invented = min(name for name in NAME.vocabulary if len(name) > 2 and "\u4e00" < name < "\u9fff")
    secret = [(NAME, invented[:2])]
    assert leaks(tmp_path, secret, invented, rule=NAME) == []
    assert leaks(tmp_path, secret, f"{invented[:2]}さん", rule=NAME) != []
    assert leaks(tmp_path, secret, invented) != []


def test_the_name_of_an_address_is_found_without_its_domain(tmp_path):
    secret = [(rules.email(), "omarfernsby@corp.example")]
    assert leaks(tmp_path, secret, "omarfernsby") != []
    assert leaks(tmp_path, secret, "corp.example") == []


@pytest.mark.parametrize("written", ["to ofernsby@corp.example", "ofernsby", "OFERNSBY+school"])
def test_an_address_is_found_without_what_sorts_its_mail(tmp_path, written):
    secret = [(rules.email(), "ofernsby+school@corp.example")]
    assert leaks(tmp_path, secret, written) != []
    assert leaks(tmp_path, secret, "school") == []


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("https://ofernsby:hunter22@files.example/x", "hunter22"),
        ("https://ofernsby:hunter22@files.example/x", "by ofernsby"),
        ("pages.example/u/ofernsby", "~ofernsby"),
        ("mailto:o.fernsby@corp.example?subject=late", "o.fernsby@corp.example"),
        ("tel:+201005557777", "0100 555 7777"),
    ],
)
def test_who_is_in_an_address_is_found_without_it(tmp_path, address, written):
    assert leaks(tmp_path, [(rules.url(), address)], written) != []
    assert leaks(tmp_path, [(rules.url(), address)], "files.example pages.example") == []


@pytest.mark.parametrize(
    ("rule", "address", "written"),
    [
        (rules.ip(), "203.0.113.77/24", "from 203.0.113.77:443"),
        (rules.ip(), "2001:db8::77/64", "[2001:db8::77]"),
        (rules.mac(), "08:00:2b:01:02:03", "08002B010203"),
        (rules.mac(), "08002b010203", "at 08-00-2b-01-02-03"),
        (rules.mac(), "08:00:2b:01:02:03", "0800.2b01.0203"),
    ],
)
def test_a_machine_is_found_however_its_address_is_written(tmp_path, rule, address, written):
    assert leaks(tmp_path, [(column("at", "other"), rule, address)], written) != []


def test_the_number_of_a_meeting_is_found_without_its_address(tmp_path):
    secret = [(rules.url(), "https://meet.example/j/98765432?pwd=aBcDeF")]
    assert leaks(tmp_path, secret, "join 98765432") != []
    assert leaks(tmp_path, secret, "code: abcdef") != []


def test_names_scrubbed_from_a_text_are_found_one_by_one(tmp_path):
    secret = [(rules.scrub(keep=("math",)), "Math with Fernsby")]
    assert leaks(tmp_path, secret, "ask Fernsby") != []
    assert leaks(tmp_path, secret, "Math with everybody") != []  # "with" was not kept
    assert leaks(tmp_path, secret, "Math") == []


def test_a_number_that_scrubbing_should_have_replaced_is_found_and_an_invented_one_is_not(tmp_path):
    scrub = rules.scrub(keep=("ring",))
    secret = [(rules.phone(), "010-555-123")]
    assert leaks(tmp_path, secret, "ring 010, 555, 123", rule=scrub) != []
    assert leaks(tmp_path, secret, "ring 010 555 123", rule=scrub) == []  # it wrote that itself
    assert leaks(tmp_path, [(scrub, "ring 010-555-123")], "call 010555123") != []


@pytest.mark.parametrize("rule", [rules.digits(), rules.phone()], ids=str)
def test_what_is_made_up_letter_by_letter_is_not_searched(tmp_path, rule):
    assert leaks(tmp_path, [(NAME, "Ali")], "987-Ali-654", rule=rule) == []
    assert leaks(tmp_path, [(NAME, "Ali")], "987-Ali-654") != []


@pytest.mark.parametrize("rule", [rules.uuid(), rules.email(), rules.token()], ids=str)
def test_what_a_rule_cannot_have_made_up_is_searched_in_its_own_column(tmp_path, rule):
    assert leaks(tmp_path, [(NAME, "Ali")], "987-Ali-654", rule=rule) != []


RECORD = rules.json(
    {
        "pin": rules.text(),
        "age": rules.text(),
        "phone": rules.phone(),
        "load.*": rules.keep(),
        "load.*~": rules.first_name(),
    }
)


def test_numbers_of_json_that_are_hidden_are_secrets(tmp_path):
    secret = [(RECORD, '{"pin": 4711, "age": 42, "load": {"Omar": 123456}}')]
    for written, found in (("4711", 1), ("42", 0), ("123456", 0), ("Omar", 1)):
        assert len(leaks(tmp_path, secret, written)) == found


def test_a_json_value_is_judged_path_by_path(tmp_path):
    # What one path may write is a leak on another.
    secret = [(NAME, "Avedon"), (rules.digits(), "123456")]
    for written, found in (
        ('{"load": {"Avedon": 1}}', 0),
        ('{"pin": "Avedon"}', 1),
        ('{"phone": "123456"}', 0),
        ('{"phone": 123456}', 0),
        ('{"load": {"x": 123456}}', 1),
    ):
        assert len(leaks(tmp_path, secret, written, rule=RECORD, kind="json")) == found


def test_an_array_is_judged_element_by_element(tmp_path):
    rule = rules.each(rules.first_name())
    kind = {"rule": rule, "kind": "array", "element": "text"}
    assert leaks(tmp_path, [(rule, '{"Omar Ali",NULL}')], "Omar") != []
    assert leaks(tmp_path, [(NAME, "Avedon")], "{Avedon}", **kind) == []
    assert leaks(tmp_path, [(NAME, "Omar")], "{Avedon,Omar}", **kind) != []


def test_json_is_searched_through_its_escapes(tmp_path):
    secret = [(HIDDEN, "Fernsby")]
    assert leaks(tmp_path, secret, '{"note": "dear\\nFernsby"}', kind="json") != []
    assert leaks(tmp_path, secret, '{"Fernsby": 1}', kind="json") != []
    assert leaks(tmp_path, secret, r'{"note": "\u0046ernsby"}', kind="json") != []
    assert leaks(tmp_path, [(HIDDEN, "bernsby")], r"C:\bernsby") != []  # no JSON at all
    assert leaks(tmp_path, secret, "{a,Fernsby}", kind="array", element="text") != []


@pytest.mark.parametrize("kind", ["number", "date", "boolean", "enum", "uuid"])
def test_values_that_coincide_by_chance_are_not_searched(tmp_path, kind):
    assert leaks(tmp_path, [(HIDDEN, "Fernsby")], "Fernsby", kind=kind) == []


def test_numbers_and_dates_are_not_secrets_by_themselves(tmp_path):
    born = column("birthday", "date")
    assert len(index_of(tmp_path, [(born, rules.shift_days(), "2001-02-03")])) == 0


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


SURNAME = [(column("surname"), rules.last_name(), "Fernsby")]


def test_the_error_names_places_and_never_a_value(tmp_path):
    entry = classified([column("id", "number"), column("value")])
    lines = [f"{number}\tFernsby" for number in range(50)]
    found = searched(tmp_path, entry, lines, index_of(tmp_path, SURNAME))
    with pytest.raises(TestDataError) as caught:
        require_clean(found)
    said = str(caught.value) + repr(caught.value.data)
    assert "things.value, row 0: holds a value of people.surname" in said
    assert "and 30 more" in said
    assert "ernsby" not in said


def test_nothing_found_is_no_error():
    require_clean([])


def leak_of_key(tmp_path, columns, key, fields):
    """Return what is said of a file of one row whose table has a certain primary key."""
    entry = classified(columns, key=key)
    index = index_of(tmp_path, SURNAME)
    return [str(leak) for leak in searched(tmp_path, entry, ["\t".join(fields)], index)]


def test_a_row_is_named_by_its_number_when_the_key_is_a_text(tmp_path):
    columns = [column("id", "number"), column("name"), column("value")]
    (said,) = leak_of_key(tmp_path, columns, ("id", "name"), ["7", "Omar", "Fernsby"])
    assert said == "things.value, row number 1: holds a value of people.surname"
    (said,) = leak_of_key(tmp_path, columns, ("name",), ["7", "Fernsby", "x"])
    assert said == "things.name, row number 1: holds a value of people.surname"


@pytest.mark.parametrize("kind", ["array", "json", "date", "other"])
def test_only_keys_that_say_nothing_name_a_row(tmp_path, kind):
    columns = [column("id", kind, "text"), column("value")]
    (said,) = leak_of_key(tmp_path, columns, ("id",), ["2001-02-03", "Fernsby"])
    assert said == "things.value, row number 1: holds a value of people.surname"


def test_rows_beyond_the_first_block_are_named_and_come_in_order(tmp_path):
    columns = [column("id", "text"), column("one"), column("two")]
    lines = [f"{number}\tx\t{'y' * 100}" for number in range(20_000)]
    for row, fields in (
        (3, ("x", "Fernsby")),
        (9_000, ("Fernsby", "y")),
        (19_999, ("a", "Fernsby")),
    ):
        lines[row] = "\t".join(("id", *fields))
    entry = classified(columns)
    found = searched(tmp_path, entry, lines, index_of(tmp_path, SURNAME))
    assert [(leak.column, leak.row) for leak in found] == [
        ("two", "number 4"),
        ("one", "number 9001"),
        ("two", "number 20000"),
    ]


def test_a_file_that_leaks_as_a_whole_is_not_listed_as_a_whole(tmp_path):
    entry = classified([column("id", "number"), column("value")])
    lines = [f"{number}\tFernsby" for number in range(MOST_LEAKS + 5)]
    assert len(searched(tmp_path, entry, lines, index_of(tmp_path, SURNAME))) == MOST_LEAKS


def test_a_file_that_was_changed_is_refused(tmp_path):
    entry = classified([column("id", "number"), column("value")])
    index = index_of(tmp_path, [])
    searched(tmp_path, entry, ["1\tone"], index)
    path = tmp_path / "auto_things.py"
    path.write_text(path.read_text().replace("one", "two"))
    with pytest.raises(TestDataError, match="digest"):
        search(path, entry, index)


def test_a_hundred_thousand_clean_rows_are_clean(tmp_path):
    entry = classified([column("id", "number"), column("value")])
    secrets = [(HIDDEN, f"person{number} of the house{number}") for number in range(100_000)]
    lines = [f"{number}\tLorem ipsum dolor sit amet {number}" for number in range(100_000)]
    assert searched(tmp_path, entry, lines, index_of(tmp_path, secrets)) == []
