"""What nobody has decided about is told with a rule to paste: by name, type and look of values."""

import ast
import json
import random
import string
import uuid

import pytest

from db_workflow.errors import TestDataError
from db_workflow.testdata import Table, rules
from db_workflow.testdata.declared import suggestions
from db_workflow.testdata.declared.classify import classify, judge, refusal
from db_workflow.testdata.declared.json_paths import recognised_json
from db_workflow.testdata.declared.shapes import Shape, recognised
from db_workflow.testdata.declared.suggestions import suggestion
from db_workflow.testdata.rules.key import Key
from db_workflow.testdata.rules.pseudonyms import Pseudonyms
from db_workflow.testdata.structure import Column, Reference, TableStructure, Unique

CHANCE = random.Random(5)  # noqa: S311 - the same values in every run
ARGON = "$argon2id$v=19$m=19456,t=2,p=1$TcBoZcce8idTi+8jI7duhA$y6f+11Ayz9PZ4NoCYiSMYxzgIrKmKNHfP0Q"
LETTERS = string.ascii_letters + string.digits


def drawn(make, count=50):
    return [make(number) for number in range(count)]


def letters(length, of=LETTERS):
    return "".join(CHANCE.choices(of, k=length))


SHAPES = {
    "email": drawn(lambda n: f"someone.{n}@mail{n}.example.org"),
    "url": drawn(lambda n: f"https://example.org/p/{n}?a=b"),
    "uuid": drawn(lambda _: str(uuid.UUID(int=CHANCE.getrandbits(128)))),
    "mac": drawn(lambda n: f"00:1b:44:11:3a:{n:02x}"),
    "ip": [*drawn(lambda n: f"10.0.{n}.7"), *drawn(lambda n: f"2001:db8::{n:x}")],
    "iban": drawn(lambda n: f"DE89 3704 0044 0532 01{n:02} 00"),
    "password": [ARGON, "$2b$12$abcdefghijklmnopqrstuv", "pbkdf2_sha256$600000$salt$hash="],
    "token": drawn(lambda _: letters(32, "0123456789abcdef") + "a1"),
    "date": ["1990-01-02", "2.1.1990", "01/02/1990", "2024-05-06 07:08:09+00"],
    "json": ['{"a": 1}', "[]", '["x"]'],
    "file": drawn(lambda n: f"Scan {n} of Omar.pdf"),
    "postal": ["SW1A 1AA", "K1A 0B1", "1012 AB"],
    "phone": drawn(lambda n: f"+20 100 123 45{n:02}") + drawn(lambda n: f"010012345{n:02}"),
    "number": drawn(lambda n: str(10_000 + n * 977)),
    "names": ["Omar Ali", "Zoë van der Berg", "ليلى حسن", "Ирина Петрова", "山田太郎", "김민준"],
    "text": drawn(lambda n: f"has missed the lesson {n} and would like another one soon"),
    "codes": ["open", "closed", "waiting"] * 30,
    "mixed": drawn(lambda _: letters(6)),
}


@pytest.mark.parametrize("kind", SHAPES)
def test_the_look_of_values_is_recognised(kind):
    assert recognised(SHAPES[kind]).kind == kind


@pytest.mark.parametrize("kind", SHAPES)
def test_the_reason_holds_none_of_the_values(kind):
    why = recognised(SHAPES[kind]).why
    assert not [value for value in SHAPES[kind] if value in why]


def test_some_values_that_look_otherwise_do_not_hide_what_most_look_like():
    values = [*SHAPES["email"] * 2, "unknown", "-"]
    assert recognised(values) == Shape(
        "email", "98 % of 102 sampled values look like e-mail addresses"
    )
    assert recognised([*SHAPES["email"], *SHAPES["mixed"]]).kind == "mixed"
    assert recognised(["", "  "]) is None
    assert recognised([]) is None


def test_a_few_names_that_come_back_are_no_codes_of_a_program_but_are_told_as_few():
    assert recognised(["Omar Ali", "Laila Said"] * 50).kind == "codes"
    assert recognised(["open"] * 100).why == "1 distinct value in 100 sampled rows"


def column(name, kind="text", *, type_="text", element=None, length=None, not_null=False):
    return Column(name, type_, kind, element or kind, length, not_null, False)


@pytest.mark.parametrize(
    ("name", "kind", "rule"),
    [
        ("contact", "email", "rules.email()"),
        ("contact", "phone", "rules.phone()"),
        ("first_name", "email", "rules.email()"),
        ("password", "email", "rules.constant('…')"),
        ("legacy", "password", "rules.constant('…')"),
        ("code", "token", "rules.token()"),
        ("status", "text", "rules.text()"),
        ("status", "names", "rules.full_name()"),
        ("status", "codes", "rules.keep()"),
        ("colour", "codes", "rules.keep()"),
        ("first_name", "codes", "rules.first_name()"),
        ("whatever", "text", "rules.text()"),
        ("whatever", "mixed", "rules.text()"),
    ],
)
def test_a_telling_look_outweighs_the_name_and_the_name_outweighs_the_rest(name, kind, rule):
    found = suggestion(column(name), recognised(SHAPES[kind]))
    assert found.rule == rule


def test_what_is_signed_in_with_is_never_suggested_to_be_kept():
    for name in ("password", "user_passwd", "api_key", "otp", "reset_token", "cvv", "session_key"):
        for kind, values in SHAPES.items():
            assert suggestion(column(name), recognised(values)).rule != "rules.keep()", kind
        for kind in ("number", "json", "uuid"):
            assert suggestion(column(name, kind)).rule != "rules.keep()", kind


TYPES = {
    "array": "text[]", "number": "bigint", "date": "date", "uuid": "uuid", "json": "jsonb",
    "interval": "interval", "enum": "mood", "boolean": "boolean", "text": "text",
}  # fmt: skip
NAMES = (
    "x", "email", "first_name", "last_name", "login", "file_name", "owner_name", "phone", "iban",
    "account_number", "birth_date", "ip", "mac", "zip", "url", "status", "address", "password",
)  # fmt: skip


def every_suggestion():
    shapes = [None, *map(recognised, SHAPES.values())]
    for name in NAMES:
        for kind, type_ in TYPES.items():
            for shape in shapes:
                element = "text" if kind == "array" else kind
                yield column(name, kind, type_=type_, element=element), shape
        for type_ in ("inet", "cidr", "macaddr", "bytea", "tsvector", "xml", "hstore", "point"):
            yield column(name, "other", type_=type_), None


def test_every_suggestion_is_a_rule_that_fits_the_column():
    for place, shape in every_suggestion():
        written = suggestion(place, shape).rule
        rule = pasted(written)
        assert "any" in rule.fits or place.kind in rule.fits, (place, written)


def test_hours_of_the_day_are_no_dates():
    assert suggestion(column("begins", "date", type_="time without time zone")).rule == (
        "rules.keep()"
    )
    moved = suggestion(column("begins", "date", type_="timestamp without time zone")).rule
    assert moved == "rules.shift_days()"


def test_a_suggestion_fits_the_length_and_a_unique_index():
    short = suggestion(column("about", length=10)).rule
    assert short == "rules.token(length=10)"
    assert suggestion(column("about", length=30)).rule == "rules.text(words=2)"
    table = table_of("things", column("slogan"), unique="slogan")
    assert suggestion(table.columns["slogan"], table=table).rule == "rules.token()"


def test_every_rule_that_a_name_suggests_exists_or_has_one_that_does_as_much():
    named = {rule for _, rule in suggestions._BY_NAME} | set(suggestions._BY_SHAPE.values())
    assert not [
        rule for rule in named if not hasattr(rules, rule) and rule not in suggestions._INSTEAD
    ]


def pasted(written):
    """Return what somebody gets who pastes a suggestion."""
    return eval(written, {"Table": Table, "rules": rules})  # noqa: S307 - our own output


def found_paths(shape):
    (mapping,) = ast.parse(shape.rule, mode="eval").body.args
    return {
        key.value: ast.unparse(rule) for key, rule in zip(mapping.keys, mapping.values, strict=True)
    }


def as_json(make, count=20):
    return [json.dumps(make(number)) for number in range(count)]


def test_json_gives_every_path_with_a_rule_for_each():
    values = as_json(
        lambda n: {
            "email": f"somebody{n}@example.org",
            "count": n,
            "ok": True,
            "none": None,
            "tags": [],
            "address": {"street": f"Long Road {n}", "zip": "1012 AB"},
            "students": [{"first_name": "Omar", "marks": [[1, 2], [3]]}],
        }
    )
    shape = recognised_json(values)
    assert found_paths(shape) == {
        "email": "rules.email()",
        "count": "rules.keep()",
        "ok": "rules.keep()",
        "none": "rules.text()",
        "tags[]": "rules.text()",
        "address.street": "rules.text()",
        "address.zip": f"rules.{'postal_code' if hasattr(rules, 'postal_code') else 'digits'}()",
        "students[].first_name": "rules.first_name()",
        "students[].marks[][]": "rules.keep()",
    }


def test_keys_that_may_be_names_are_a_wildcard_and_are_not_told():
    people = ("Omar Ali", "laila", "Zoë", "1f7c", "a.b")
    values = as_json(
        lambda n: {
            "load": {people[n % 5]: n, people[(n + 1) % 5]: {"hours": 3}},
            "ids": {str(uuid.UUID(int=n)): "x" for n in range(3)},
            people[n % 5]: 1,
        }
    )
    shape = recognised_json(values)
    assert found_paths(shape) == {
        "load.*": "rules.keep()",
        "load.*.hours": "rules.keep()",
        "load.*~": "rules.token()",
        "ids.*": "rules.keep()",
        "ids.*~": "rules.uuid()",
        "*": "rules.keep()",
        "*~": "rules.token()",
    }
    for name in people:
        assert name not in shape.rule
    assert "may be names" in shape.why


def test_a_key_in_every_row_of_very_few_is_not_told():
    assert "omar" not in recognised_json(['{"omar": 1}', '{"omar": 2}']).rule
    assert "total" in recognised_json(['{"total": 1}'] * 3).rule


JSON_VALUES = [
    *as_json(lambda n: {"a": {"b": [n, None, {"c": "x"}]}, f"Key {n}": [[], {}], "d": "text"}),
    *as_json(lambda n: [{"e": n}, [], "word"]),
    '"alone"', "5", "null", "{}", "[]", '{"a": 1}', '{"": 1, "*": 2, "x[]": 3, "a~": 4}',
]  # fmt: skip


def test_the_suggested_rule_treats_every_sampled_value():
    rule = pasted(recognised_json(JSON_VALUES).rule)
    by = Pseudonyms(Key("test", b"0" * 32))
    for value in JSON_VALUES:
        assert (rule.transform(value, by) or "null")[0] in {value[0], '"'}


def test_what_is_no_json_or_too_deep_has_no_shape():
    assert recognised_json(["{", "[" * 100_000]) is None
    assert recognised_json([]) is None


def table_of(name, *columns, unique=None, references=()):
    key = Unique(f"pk_{name}", ("id",), ("id",), None, True, True, False)
    others = (Unique("uq", (unique,), (unique,), None, False, True, False),) if unique else ()
    named = {c.name: c for c in (column("id", "uuid", type_="uuid"), *columns)}
    return TableStructure(name, "public", name, False, named, (key, *others), tuple(references), ())


def refused(tables, *found):
    with pytest.raises(TestDataError) as caught:
        classify(tables, {table.name: table for table in found})
    return caught.value


def config(name, columns=None):
    return Table(
        name, file=f"auto_{name}.py", variable=f"AUTO_{name.upper()}", factory="F",
        columns=columns or {},
    )  # fmt: skip


def test_the_message_counts_and_groups_lines_to_paste_by_table():
    users = table_of("users", column("email"), column("about"))
    teams = table_of("teams", column("motto"))
    error = refused([config("users", {"gone": rules.keep()}), config("teams")], users, teams)
    assert error.found == (
        "TABLE_CONFIG does not fit the database: 1 entry wrong, 3 columns of 2 tables not"
        " decided.\n"
        "  - users.gone: the table has no such column\n"
        "\n"
        "Paste into TABLE_CONFIG what you agree with, and decide about each line:\n"
        "\n"
        "users, into its columns:\n"
        '    "email": rules.email(),  # text: its name\n'
        '    "about": rules.text(),  # text: its name\n'
        "\n"
        "teams, into its columns:\n"
        '    "motto": rules.text(),  # text'
    )


def test_a_table_that_is_left_out_gives_a_whole_entry():
    devices = table_of(
        "user_devices",
        column("push_token"),
        column("user_id", "uuid"),
        references=[Reference("fk", "user_devices", ("user_id",), "users", ("id",), False)],
    )
    error = refused([config("users")], table_of("users"), devices)
    (entry,) = pasted(error.data["paste"]["user_devices"])
    assert entry == Table(
        "user_devices",
        file="auto_user_devices.py",
        variable="AUTO_USER_DEVICES_DATA",
        factory="UserDeviceFactory",
        columns={"push_token": rules.token()},
    )
    assert error.data["paste"]["user_devices"].split("\n")[1].strip() in error.found
    assert "1 table left out, 1 column of 1 table not decided" in error.found


@pytest.mark.parametrize(
    ("table", "factory"),
    [
        ("categories", "CategoryFactory"),
        ("billing.addresses", "AddressFactory"),
        ("expenses", "ExpenseFactory"),
        ("status", "StatusFactory"),
        ("boxes", "BoxFactory"),
        ("news_items", "NewsItemFactory"),
        ("Team", "TeamFactory"),
    ],
)
def test_a_factory_is_called_like_one_row(table, factory):
    assert f'factory="{factory}"' in refused([], table_of(table)).data["paste"][table]


def test_three_hundred_columns_stay_readable_and_all_are_in_the_data():
    wide = table_of("wide", *(column(f"c{number}") for number in range(300)))
    error = refused([config("wide")], wide)
    assert "300 columns of 1 table not decided" in error.found
    assert len(error.found.split("\n")) < 50
    assert '"c39": ' in error.found
    assert '"c40": ' not in error.found
    assert error.found.endswith(
        "and 260 more columns: the next run names them once these are decided"
    )
    assert len(error.data["problems"]) == 300
    assert '"c299": ' in error.data["paste"]["wide"]


def test_hundreds_of_tables_that_are_left_out_stay_readable():
    tables = [table_of(f"t{number:03}", column("a"), column("b")) for number in range(300)]
    error = refused([], *tables)
    assert error.found.count("as a new entry") == 20
    assert error.found.endswith(
        "and 560 more columns and 280 more tables: the next run names them once these are decided"
    )
    assert len(error.data["paste"]) == 300
    bare = refused([], *(table_of(f"t{number:03}") for number in range(300)))
    assert bare.found.count("as a new entry") == 40
    assert "and 260 more tables" in bare.found


def test_three_hundred_wrong_entries_stay_readable_too():
    error = refused([config(f"gone{number}") for number in range(300)])
    assert len(error.found.split("\n")) < 50
    assert error.found.endswith("  - and 260 more")
    assert len(error.data["problems"]) == 300


def test_what_values_look_like_is_told_and_json_is_pasted_whole():
    table = table_of("t", column("contact"), column("settings", "json", type_="jsonb"))
    judgement = judge([config("t")], {"t": table})
    shapes = {
        ("t", "contact"): recognised(SHAPES["email"]),
        ("t", "settings"): recognised_json(as_json(lambda n: {"volume": n, "theme": "dark"})),
    }
    error = refusal(judgement, shapes)
    contact, settings = error.data["problems"]
    assert contact == (
        "t.contact (text) is not classified; perhaps rules.email(): all 50 sampled values look like"
        " e-mail addresses"
    )
    assert settings == (
        "t.settings (jsonb) is not classified; perhaps rules.json({…}): 2 paths in 20 sampled"
        " values"
    )
    columns = pasted("{" + error.data["paste"]["t"] + "}")
    assert columns["contact"] == rules.email()
    assert columns["settings"].name == "json"
    assert classify([config("t", columns)], {"t": table})
