"""What an error may say of rows that are somebody's."""

import asyncpg
import pytest

from db_workflow.command import carry_out
from db_workflow.schema.run.disclosure import message_of, particulars


def server_error(sqlstate: str, message: str, **fields: str) -> asyncpg.PostgresError:
    letters = {"detail": "D", "hint": "H", "context": "W", "internal_query": "q"}
    sent = {"C": sqlstate, "M": message, **{letters[key]: text for key, text in fields.items()}}
    return asyncpg.PostgresError.new(sent)


@pytest.mark.parametrize(
    ("sqlstate", "message", "told"),
    [
        (
            "22P02",
            'invalid input syntax for type uuid: "ann@example.org"',
            'invalid input syntax for type uuid: "…"',
        ),
        (
            "22003",
            'value "99999999999" is out of range for type integer',
            'value "…" is out of range for type integer',
        ),
        ("22P02", 'malformed array literal: "{"a" b}"', 'malformed array literal: "…"'),
        ("22P02", 'malformed record literal: "(1,\n2"', 'malformed record literal: "…"'),
        ("42601", 'syntax error in tsquery: "ann & "', 'syntax error in tsquery: "…"'),
        ("22012", "division by zero", "division by zero"),
        (
            "23505",
            'duplicate key value violates unique constraint "users_email_key"',
            'duplicate key value violates unique constraint "users_email_key"',
        ),
        ("42703", 'column "e_mail" does not exist', 'column "e_mail" does not exist'),
    ],
)
def test_a_quoted_value_is_left_out_and_a_quoted_name_stays(sqlstate: str, message: str, told: str):
    error = server_error(sqlstate, message)
    assert message_of(error, rows_shown=False) == told
    assert message_of(error, rows_shown=True) == message


FRAME = "PL/pgSQL function inline_code_block line 1 at"


@pytest.mark.parametrize(
    "fields",
    [
        {"internal_query": "CREATE ROLE ann smith", "context": f"{FRAME} EXECUTE"},
        {
            "internal_query": "SELECT ann",
            "context": f'SQL statement "SELECT f(x)"\n{FRAME} PERFORM',
        },
        {"context": f'SQL statement "GRANT ann TO postgres"\n{FRAME} EXECUTE'},
        {"context": f'SQL statement "GRANT ann TO postgres"\n{FRAME} RETURN QUERY'},
        {"internal_query": "SELECT ann"},
    ],
)
def test_a_name_in_sql_that_was_put_together_may_be_a_value_and_is_left_out(fields: dict[str, str]):
    error = server_error("42704", 'role "ann" does not exist', **fields)
    assert message_of(error, rows_shown=False) == 'role "…" does not exist'
    assert message_of(error, rows_shown=True) == 'role "ann" does not exist'


@pytest.mark.parametrize(
    "fields",
    [
        {"internal_query": "SELECT ann FROM a", "context": f"{FRAME} PERFORM"},
        {"context": f'SQL statement "GRANT ann TO postgres"\n{FRAME} SQL statement'},
        {"context": f"{FRAME} RETURN"},
    ],
)
def test_a_name_in_a_function_s_own_sql_stays(fields: dict[str, str]):
    error = server_error("42704", 'role "ann" does not exist', **fields)
    assert message_of(error, rows_shown=False) == 'role "ann" does not exist'


def test_what_nobody_foresaw_is_told_without_what_rows_hold(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("DB_WORKFLOW_TRACEBACK", raising=False)

    async def work(settings, console):
        raise server_error("22P02", 'no uuid: "ann@x.org"', detail="Key (email)=(ann@x.org)")

    with pytest.raises(SystemExit):
        carry_out(work)
    told = capsys.readouterr().err
    assert 'no uuid: "…"' in told
    assert "ann@x.org" not in told


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KeyError("ann@example.org"), "'…'"),
        (ValueError("no such kind of password"), "no such kind of password"),
        (ValueError("bad literal: 'it''s me'"), "bad literal: '…'"),
        (ValueError('bad literal: "it\'s me"'), 'bad literal: "…"'),
        (ValueError("refused\nDETAIL: Key (email)=(ann@example.org)"), "refused"),
        (
            asyncpg.DataError("invalid input for query argument $1: 12345 (out of range)"),
            "invalid input for query argument $1: …",
        ),
        (RuntimeError(), "RuntimeError"),
    ],
)
def test_a_quoted_value_of_pythons_is_left_out(error: Exception, told: str):
    assert message_of(error, rows_shown=False) == told


def test_details_are_shown_only_of_invented_rows():
    error = server_error(
        "23505", "no", detail="Key (email)=(ann@x.org)", hint="try", context="COPY a"
    )
    assert particulars(error, rows_shown=True) == [
        "hint: try",
        "detail: Key (email)=(ann@x.org)",
        "context: COPY a",
    ]
    hint, withheld = particulars(error, rows_shown=False)
    assert hint == "hint: try"
    assert withheld.startswith("detail withheld")
    assert "DB_WORKFLOW_TRACEBACK=1" in withheld


def test_nothing_is_said_to_be_withheld_when_there_is_nothing():
    assert particulars(server_error("42601", "no"), rows_shown=False) == []
    assert particulars(ValueError("no"), rows_shown=False) == []
