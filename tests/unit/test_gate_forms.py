"""The leak gate finds a value in every form that it is likely to take, and nothing by chance."""

import base64
import html
import json
import tempfile
import unicodedata
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from db_workflow.testdata import rules
from db_workflow.testdata.declared.tables import Classified, Table
from db_workflow.testdata.files.copytext import encode
from db_workflow.testdata.files.spool import Spool
from db_workflow.testdata.files.writing import write_parts
from db_workflow.testdata.gate.index import Index, build_index
from db_workflow.testdata.gate.keys import COMMON
from db_workflow.testdata.gate.search import search
from db_workflow.testdata.gate.secrets import Secrets
from db_workflow.testdata.rules.pseudonyms import Key, Pseudonyms
from db_workflow.testdata.rules.spelling import words_of
from db_workflow.testdata.rules.words import LOREM
from db_workflow.testdata.structure import Column, TableStructure, Unique

NAME, FULL, EMAIL, PHONE = rules.first_name(), rules.full_name(), rules.email(), rules.phone()
UUID = rules.uuid()
few = hypothesis_settings(max_examples=60, deadline=None)


def column(name, kind="text"):
    return Column(name, kind, kind, "text" if kind == "array" else kind, None, False, False)


def found(secrets, written, *, rule=None, kind="text"):
    """Tell for each written value whether it holds one of the secrets."""
    key = Unique("pk", ("id",), ("id",), None, True, True, False)
    columns = {"id": column("id", "number"), "value": column("value", kind)}
    entry = Classified(
        Table("things", file="auto_things.py", variable="AUTO_THINGS_DATA", factory="F"),
        TableStructure("things", "public", "things", False, columns, (key,), (), ()),
        {"id": rules.keep(), "value": rule or rules.keep()},
    )
    noted = Secrets()
    for number, (hidden_by, value) in enumerate(secrets):
        noted.note(f"people.c{number}", column("c"), hidden_by, [value])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        noted.save(folder / "saved")
        build_index([folder / "saved"], folder / "index")
        spool = Spool(folder, "things")
        spool.add([f"{number}\t{encode(value)}" for number, value in enumerate(written)])
        (path,) = write_parts(
            folder,
            table="things",
            file="auto_things.py",
            variable="AUTO_THINGS_DATA",
            columns=tuple(entry.rules),
            spools=spool.close(),
            source="s",
            key="k",
            rules="r",
        )
        leaks = search(path, entry, Index.open(folder / "index"))
    rows = {leak.row for leak in leaks}
    return [str(number) in rows for number in range(len(written))]


def entities(text):
    return "".join(f"&#{ord(sign)};" for sign in text)


def in_base64(text):
    return base64.b64encode(text.encode()).decode()


def in_lines(text, end):
    """Break what is encoded into lines of 76 signs, as PostgreSQL and mails do."""
    return end.join(text[place : place + 76] for place in range(0, len(text), 76))


def in_base64url(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


# Forms of any text; those of the last lines only where they have eight signs and more.
FORMS = {
    "lower case": str.lower,
    "upper case": str.upper,
    "composed": lambda text: unicodedata.normalize("NFC", text),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "compatible": lambda text: unicodedata.normalize("NFKC", text),
    "JSON": json.dumps,
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)),
    "a URL": lambda text: quote(text, safe=""),
    "a form": quote_plus,
    "a URL in a URL": lambda text: quote(quote(text, safe=""), safe=""),
    "HTML": html.escape,
    "entities": entities,
    "base64": lambda text: in_base64(f"name is {text}"),
    "base64, shifted": lambda text: "xyz" + in_base64(f"{text}, who else?"),
    "base64 of a URL, unpadded": lambda text: in_base64url(f"{text}?>~ or not"),
    "base64 in JSON": lambda text: json.dumps({"at": in_base64(f"to: <{text}>")}),
    "base64 in base64": lambda text: in_base64(in_base64(f"from {text}!")),
    "base64 in a URL": lambda text: quote(in_base64(f"???>>>??? {text}"), safe=""),
    "base64 in lines": lambda text: in_lines(in_base64(f"{'é' * 26} {text}"), "\n"),
    "base64 in lines of mail": lambda text: in_lines(in_base64(f"{'é' * 50}: {text}"), "\r\n"),
    "hexadecimal in lines": lambda text: in_lines(f"{'é' * 17}s {text}".encode().hex(), "\n"),
    "hexadecimal": lambda text: f"to {text}".encode().hex(),
    "bytea": lambda text: f"\\x{f'to {text}'.encode().hex()}",
    "HEXADECIMAL": lambda text: f"for {text}".encode().hex().upper(),
    "a file's name": lambda text: f"photos/2019_{text}_v2.jpg",
    "digits behind": lambda text: f"{text}1987",
    "digits before": lambda text: f"99{text}",
}
ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "aäbdeéiîñoøŝuýžß", "абвгдежийлнорстя", "αβγδεζηλνορςσ")
words = st.one_of(
    *(st.text(alphabet, min_size=4, max_size=9) for alphabet in (*ALPHABETS, "ابتحدرسعلمنهوي"))
).map(str.title)
before = st.sampled_from(["", " ", "see: ", "(", "\n", "\t", '"', "— ", "é: ", "{", "2024-01-02 "])
after = st.sampled_from(["", " ", " see", ")", "\n", "\t", '"', " —", ": é", "}", " 2024-01-02"])


def is_searched(name):
    """Tell whether a name is neither common nor something else in another case."""
    (*others, word) = words_of(name)
    return not others and word not in COMMON and words_of(name.upper()) == [word]


@few
@given(name=words, before=before, after=after)
@example(name="Peters", before="", after="")
@example(name="Ñoño", before="é ", after=" é")
def test_a_name_is_found_in_any_form_at_any_place(name, before, after):
    assume(is_searched(name))
    written = [f"{before}{form(name)}{after}" for form in FORMS.values()]
    forms = [
        form for form, seen in zip(FORMS, found([(NAME, name)], written), strict=True) if not seen
    ]
    assert forms == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", ["zoe.quaver@home.invalid", "Zoë Quaverly-Obst", "no more chess"])
def test_longer_values_are_found_in_any_form(form, text):
    rule = EMAIL if "@" in text else FULL if "Z" in text else rules.text()
    assert found([(rule, text)], [FORMS[form](text)]) == [True]


def test_a_name_is_found_in_a_url_of_an_older_program():
    assert found([(NAME, "Ångström")], ["?q=%C5ngstr%F6m&n=1", "?q=%C3%85ngstr%C3%B6m&n=1"]) == [
        True,
        True,
    ]


@few
@given(name=st.text(ALPHABETS[0], min_size=3, max_size=9).map(str.title))
def test_names_are_found_where_case_changes_or_digits_begin(name):
    assume(is_searched(name))
    camels = [
        f"user{name}Seen",
        f"{name}1987",
        f"x.{name.lower()}1987",
        f"seenBy{name}",
        f"3{name}",
    ]
    more = [f"é user{name}Seen", f"é {name}1987"]
    assert all(found([(NAME, name)], camels + more))


def test_in_a_code_only_long_pieces_are_found():
    codes = ["a1b2Ali3c4", "k9Fernsby2x7q", "é a1b2Ali3c4", "é k9Fernsby2x7q"]
    secrets = [(NAME, "Ali"), (NAME, "Fernsby")]
    assert found(secrets, codes) == [False, True, False, True]


@pytest.mark.parametrize(
    "written",
    [
        "Ali, Omar",
        "ali.omar",
        "OMAR-ALI",
        "omarali",
        "aliomar",
        "OmarAli",
        "x_omarali_1",
        "omarali87",
        "2019aliomar",
        "é omarali87",
    ],
)
@pytest.mark.parametrize(
    "secrets",
    [[(FULL, "Omar Ali")], [(EMAIL, "omar.ali@x.invalid")], [(NAME, "Omar"), (NAME, "Ali")]],
    ids=["a full name", "an address", "two columns"],
)
def test_first_and_last_name_are_found_in_any_order_and_together(secrets, written):
    assert found(secrets, [written]) == [True]


def test_a_name_without_those_in_the_middle_is_found():
    secret = [(FULL, "Omar van der Quaverly")]
    assert all(
        found(secret, ["omarquaverly", "Quaverly Omar", "quaverlyomar", "omarvanderquaverly"])
    )


@pytest.mark.parametrize(
    ("secret", "written"),
    [
        ("+20 100 555 7777", ["0100 555 7777", "0100-5557777", "1005557777", "20 100 5557777"]),
        (
            "+20 100 555 7777",
            ["00201005557777", "+20(100)5557777", "tel0100.555.7777", "(0100)5557777"],
        ),
        ("0100 555 7777", ["+20 100 555 7777", "+201005557777", "00201005557777", "100 5557777"]),
        (
            "+1 212 555 0199",
            ["212-555-0199", "(212) 555 0199", "12125550199", "2 1 2 5 5 5 0 1 9 9"],
        ),
        ("+353 1 555 0123", ["01 555 0123", "015550123", "00353 1 5550123"]),
        ("4111-1111-1111-1234", ["4111111111111234", "4111 1111 1111 1234", "41 11 1111 11111234"]),
    ],
)
def test_a_number_is_found_however_it_is_written(secret, written):
    assert found([(PHONE, secret)], written) == [True] * len(written)
    assert found([(PHONE, secret)], [f"é {text}, room 12" for text in written]) == [True] * len(
        written
    )


def test_other_numbers_are_not_found():
    written = [
        "0100 555 7778",
        "+20 100 555 777",
        "5557777",
        "2024-01-02 10:00:00+00",
        "20 100",
        "77",
    ]
    assert not any(found([(PHONE, "+20 100 555 7777")], written))


SOME_UUID = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"


def test_a_uuid_is_found_with_and_without_hyphens():
    forms = [SOME_UUID, SOME_UUID.upper(), SOME_UUID.replace("-", ""), f"urn:uuid:{SOME_UUID}"]
    assert all(found([(UUID, SOME_UUID)], [*forms, f"x-{SOME_UUID}", quote(f"{{{SOME_UUID}}}")]))
    assert found([(UUID, SOME_UUID)], [SOME_UUID], kind="uuid") == [True]
    assert found([(UUID, SOME_UUID)], [f"{{{SOME_UUID}}}"], kind="array") == [True]


def test_a_word_inside_of_a_uuid_is_chance():
    assert found([(NAME, "Abed")], ["a0eebc99-abed-4ef8-abed-6bb9bd380a11"]) == [False]
    assert found([(NAME, "Abed")], ["a0eebc99-abed-4ef8-abed-6bb9bd380a11"], kind="uuid") == [False]


NAMES = ["Ali", "Eve", "Omar", "Ann", "Max", "Fernsby", "Zoltrina", "Quaverly", "Rosa", "Peters"]


@few
@given(st.lists(st.sampled_from(LOREM), min_size=1, max_size=30), st.sampled_from(" -_/.,\n"))
def test_meaningless_texts_hold_nobody(chosen, between):
    text = between.join(chosen)
    secrets = [(NAME, name) for name in NAMES] + [(PHONE, "0100 555 7777")]
    assert not any(found(secrets, [text, text.title(), text.upper()]))


BY = Pseudonyms(Key("test", b"k" * 32))
OWN = {
    "email": (EMAIL, "{0}{1}@home.invalid"),
    "full_name": (FULL, "{0} {1}"),
    "first_name": (NAME, "{0}"),
    "text": (rules.text(), "{0} was {1}"),
    "token": (rules.token("t-"), "{0}{1}"),
    "url": (rules.url(), "https://home.invalid/{0}/{1}?a=b"),
    "phone": (PHONE, "+20 100 {1:06}"),
    "digits": (rules.digits(), "{1:09}"),
    "uuid": (UUID, "a0eebc99-9c0b-4ef8-bb6d-{1:012}"),
    "scrub": (rules.scrub(keep=("math",)), "Math: {0}, {1:07}"),
}


@pytest.mark.parametrize("name", OWN)
def test_what_a_rule_writes_is_no_leak_in_its_own_column(name):
    rule, pattern = OWN[name]
    values = [pattern.format(who, number * 31) for number in range(30) for who in NAMES]
    made = [rule.apply(value, BY) for value in values]
    assert not any(found([(rule, value) for value in values], made, rule=rule))


@pytest.mark.parametrize("name", OWN.keys() - {"first_name"})
def test_what_a_rule_hides_is_a_leak_everywhere_else(name):
    rule, pattern = OWN[name]
    value = pattern.format("Fernsby", 1234567)
    assert found([(rule, value)], [f"see {value}!"]) == [True]
