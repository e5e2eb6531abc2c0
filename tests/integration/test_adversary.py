"""Extraction from a source that wants to leak: every rule is needed, and every form is found."""

import base64
import json
import re
import runpy
import unicodedata
from html import escape
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from db_workflow.errors import TestDataError

_HERE = Path(__file__)
TinyRepository = runpy.run_path(str(_HERE.with_name("tiny_repository.py")))["TinyRepository"]
_SOURCE = runpy.run_path(str(_HERE.with_name("adversary.py")))
SCHEMA, RULES = _SOURCE["SCHEMA"], _SOURCE["RULES"]
COLUMNS = [(table, column) for table, rules in RULES.items() for column in rules]
# A rule that says it hides the value, and gives it back.
NOTHING = "rules.custom(lambda value, by: value)"


@pytest.fixture
async def source(server, tiny_settings):
    repository = TinyRepository(server, tiny_settings)
    repository.columns = {table: dict(rules) for table, rules in RULES.items()}
    repository.columns["logs"] = {"line": "rules.keep(allow=('will',))"}
    repository.order = ("people", "notes", "events", "logs")
    await repository.create(SCHEMA)
    return repository


async def refused(source):
    with pytest.raises(TestDataError) as caught:
        await source.extract()
    assert not list(source.settings.data.glob("auto_*")), "files were left behind"
    assert not (source.settings.state / "generating").exists()
    return caught.value


async def test_what_every_rule_hides_is_in_no_file(source):
    await source.extract()
    files = "".join(path.read_text() for path in source.settings.data.glob("auto_*.py"))
    for hidden in (
        *("zoltrina", "quaverly", "obst", "zozo", "1577", "0123456", "9f8e7d6c5b4a", "203.0.113"),
        *(
            "argon2id",
            "1987-04-03",
            "1234.50",
            "mierlo",
            "debrunsk",
            "健太郎",
            "高橋川",
            "2001:db8",
        ),
        *("aaaaaaaa-1111", "DE7551", "home.invalid", "pages.invalid", "2026-01-05"),
    ):
        plain = unicodedata.normalize("NFKD", files).casefold()
        found = "".join(sign for sign in plain if not unicodedata.combining(sign))
        assert hidden.casefold() not in found, hidden
    await source.sql("TRUNCATE people, notes, events, logs")
    await source.seed()
    assert await source.rows("SELECT count(*), count(DISTINCT first_name) FROM people") == [(5, 4)]


@pytest.mark.parametrize(("table", "column"), COLUMNS)
async def test_a_rule_that_does_nothing_is_caught(source, table, column):
    source.columns[table][column] = NOTHING
    await source.declare()
    error = await refused(source)
    assert f"{table}.{column}" in str(error)
    # Neither the message nor what it came from says what was found.
    for value in ("zoltrina", "quaverly", "1577", "rst-9", "argon", "home.invalid", "pages"):
        assert value not in f"{error} {error.data} {error.__cause__!r}".casefold()


@pytest.mark.parametrize(("table", "column"), COLUMNS)
async def test_a_column_without_a_rule_is_refused(source, table, column):
    source.columns[table][column] = None
    await source.declare()
    error = await refused(source)
    assert any(problem.startswith(f"{table}.{column} ") for problem in error.data["problems"])


@pytest.mark.parametrize("path", ["who.*~", "file", "at", "n"])
async def test_a_rule_inside_json_that_does_nothing_is_caught(source, path):
    rule = RULES["events"]["payload"]
    source.columns["events"]["payload"] = re.sub(
        rf"({re.escape(repr(path))}:\s*)rules\.\w+\(\)", rf"\1{NOTHING}", rule
    )
    assert source.columns["events"]["payload"] != rule
    await source.declare()
    assert "events.payload" in str(await refused(source))


@pytest.mark.parametrize("column", ["one_time_password text", "pin int", "born date", "x jsonb"])
async def test_a_column_that_was_added_yesterday_is_refused_with_a_suggestion(source, column):
    await source.sql(f"ALTER TABLE people ADD {column}")
    error = await refused(source)
    assert error.data["problems"][0].startswith(f"people.{column.split()[0]} ")
    assert "rules." in str(error)


EMAIL = "zoltrina.q@home.invalid"
FORMS = {
    "as it is": f"sent to {EMAIL}",
    "in capitals": "ZOLTRINA.Q@HOME.INVALID",
    "its local part": "user zoltrina.q has left",
    "a first name": "says Zoltrina",
    "in lower case": "zoltrina",
    "between signs": "x_zoltrina_y",
    "with a possessive": "Zoltrina's",
    "names the other way round": "Quaverly-Obst, Zoltrina",
    "names glued together": "zoltrinaquaverly-obst",
    "in camel case": "userZoltrinaSeen",
    "with a number behind it": "zoltrina1987",
    "URL-encoded": quote_plus(EMAIL),
    "URL-encoded twice": quote(quote(EMAIL, safe=""), safe=""),
    "JSON inside of text": json.dumps({"who": "Miërlo"}),
    "HTML": escape("<b>Zoltrina</b>").replace("Z", "&#90;"),
    "base64": base64.b64encode(EMAIL.encode()).decode(),
    "base64 of a URL, unpadded": base64.urlsafe_b64encode(EMAIL.encode()).decode().rstrip("="),
    "base64 in the middle": "token=" + base64.b64encode(f"user:{EMAIL}!".encode()).decode(),
    "hex": EMAIL.encode().hex(),
    "decomposed": unicodedata.normalize("NFD", "Miërlo"),
    "full width": "".join(chr(ord(sign) + 0xFEE0) for sign in "Zoltrina"),
    "a phone number, bare": "4915770123456",
    "a phone number without its country": "call 0157 70123456",
    "a phone number, grouped": "+49-1577-01-234-56",
    "an account": "DE75 5121 0800 1245 1261 99",
    "a token": "rst-9f8e7d6c5b4a",
    "a UUID": "aaaaaaaa-1111-4111-8111-111111111111",
    "a UUID without hyphens": "aaaaaaaa111141118111111111111111",
    "a file's name": "s3://photos/zoltrina_2019.jpg",
    "inside signs without spaces": "高橋川健太郎さん",
}


@pytest.mark.parametrize("form", FORMS)
async def test_a_value_is_found_in_any_form(source, form):
    line = FORMS[form].replace("'", "''")
    await source.sql(f"INSERT INTO logs (line) VALUES ('{line}')")
    error = await refused(source)
    assert "logs.line, row 4: holds a value of people." in str(error)
    assert FORMS[form] not in str(error)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("tags", "'{calm,Zoltrina}'"),
        ("tags", """'{"to Quaverly, and back"}'"""),
        ("extra", """'{"Zoltrina": 1}'"""),
        ("extra", """'{"a": [{"b": "zoltrina.q@home.invalid"}]}'"""),
        ("extra", "'[4915770123456]'"),
        ("reference", "'aaaaaaaa-1111-4111-8111-111111111111'"),
        ("raw", f"'\\x{EMAIL.encode().hex()}'"),
    ],
)
async def test_a_value_is_found_in_any_type(source, column, value):
    await source.sql(f"INSERT INTO logs (line, {column}) VALUES ('x', {value})")
    assert f"logs.{column}, row 4: holds a value of people." in str(await refused(source))


async def test_a_word_that_is_also_a_name_is_somebody_s_decision(source):
    assert (await source.extract()).rows == 12
    source.columns["logs"]["line"] = "rules.keep()"
    await source.declare()
    with pytest.raises(TestDataError, match=r"logs\.line, row 2: holds a value of") as caught:
        await source.extract()
    assert "keep(allow=" in caught.value.next


async def test_a_value_that_leaks_in_its_own_column_by_chance_of_a_custom_rule(source):
    half = "rules.custom(lambda value, by: value if value.startswith('Z') else 'Other')"
    source.columns["people"]["last_name"] = half.replace("'Z'", "'Quav'")
    await source.declare()
    error = await refused(source)
    assert "people.last_name" in str(error)
