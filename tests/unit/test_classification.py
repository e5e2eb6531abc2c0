"""Every column is decided about: kept on purpose or transformed; everything else is an error."""

import pytest

from db_workflow.errors import TestDataError
from db_workflow.testdata import Table, rules
from db_workflow.testdata.declared.classify import classify
from db_workflow.testdata.structure import Column, OwnedSequence, Reference, TableStructure, Unique


def column(name, kind="text", *, element=None, not_null=False, computed=False):
    return Column(name, f"type {kind}", kind, element or kind, None, not_null, computed)


def table_of(name, *columns, key=("id",), references=(), counted=()):
    unique = Unique(f"pk_{name}", key, key, None, True, True, False)
    sequences = tuple(OwnedSequence(column, f"{name}_{column}_seq") for column in counted)
    named = {c.name: c for c in columns}
    return TableStructure(
        name, "public", name, False, named, (unique,), tuple(references), sequences
    )


def structure(*tables):
    return {table.name: table for table in tables}


def config(name, columns=None, **options):
    options = {"file": f"auto_{name}.py", "variable": f"AUTO_{name.upper()}_DATA", **options}
    return Table(name, factory="Factory", columns=columns or {}, **options)


def problems(tables, found):
    with pytest.raises(TestDataError) as caught:
        classify(tables, found)
    return caught.value.data["problems"]


USERS = table_of("users", column("id", "uuid"), column("email"), column("born", "date"))


def test_keys_of_the_database_enums_and_booleans_are_kept_without_a_word():
    found = structure(
        table_of(
            "things",
            column("id", "number"),
            column("part", "uuid"),
            column("kind", "enum"),
            column("active", "boolean"),
            column("kinds", "array", element="enum"),
            key=("id", "part"),
            counted=("id",),
        )
    )
    (entry,) = classify([config("things")], found)
    assert all(rule.keeps for rule in entry.rules.values())
    assert list(entry.rules) == ["id", "part", "kind", "active", "kinds"]


@pytest.mark.parametrize("kind", ["text", "number", "date", "interval", "json", "uuid", "other"])
def test_everything_else_must_be_decided(kind):
    found = structure(table_of("things", column("id", "uuid"), column("value", kind)))
    (problem,) = problems([config("things")], found)
    assert problem.startswith(f"things.value (type {kind}) is not classified; perhaps rules.")


def test_a_uuid_that_is_no_key_may_be_somebodys_token_and_must_be_decided():
    found = structure(table_of("things", column("id", "uuid"), column("reset_token", "uuid")))
    (problem,) = problems([config("things")], found)
    assert problem.endswith(
        "things.reset_token (type uuid) is not classified; perhaps rules.uuid()"
    )
    (entry,) = classify([config("things", {"reset_token": rules.uuid()})], found)
    assert not entry.rules["reset_token"].keeps


def test_an_array_of_uuids_must_be_decided():
    found = structure(
        table_of("things", column("id", "uuid"), column("others", "array", element="uuid"))
    )
    (problem,) = problems([config("things")], found)
    assert problem.endswith("perhaps rules.each(rules.uuid())")


def test_a_number_that_is_a_key_and_that_no_sequence_counts_must_be_decided():
    found = structure(table_of("people", column("national_id", "number"), key=("national_id",)))
    (problem,) = problems([config("people")], found)
    assert "people.national_id (type number) is not classified" in problem
    assert "no sequence counts it" in problem
    classify([config("people", {"national_id": rules.keep()})], found)


def test_a_sequence_of_another_column_does_not_keep_a_key():
    found = structure(
        table_of("people", column("id", "number"), column("place", "number"), counted=("place",))
    )
    assert len(problems([config("people")], found)) == 2


def test_a_uuid_that_refers_to_a_key_follows_it():
    orders = table_of(
        "orders",
        column("id", "uuid"),
        column("user_id", "uuid"),
        references=[Reference("fk", "orders", ("user_id",), "users", ("id",), deferrable=False)],
    )
    users = config("users", {"email": rules.email(), "born": rules.keep()})
    entry = classify([users, config("orders")], structure(USERS, orders))[1]
    assert entry.rules["user_id"].keeps


def test_a_uuid_that_refers_to_a_token_follows_its_rule():
    invitations = table_of("invitations", column("id", "uuid"), column("code", "uuid"))
    uses = table_of(
        "uses",
        column("code", "uuid"),
        key=("code",),
        references=[Reference("fk", "uses", ("code",), "invitations", ("code",), deferrable=False)],
    )
    found = structure(invitations, uses)
    assert len(problems([config("invitations"), config("uses")], found)) == 1
    hidden = [config("invitations", {"code": rules.uuid()}), config("uses")]
    assert classify(hidden, found)[1].rules["code"] == rules.uuid()


def test_a_text_that_is_a_key_must_be_decided_too():
    found = structure(table_of("things", column("name"), key=("name",)))
    assert problems([config("things")], found)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("contact_email", "rules.email()"),
        ("firstname", "rules.first_name()"),
        ("surname", "rules.last_name()"),
        ("phone_number", "rules.phone()"),
        ("avatar_url", "rules.url()"),
        ("password_hash", "rules.constant('…')"),
        ("api_key", "rules.token()"),
        ("time_zone", "rules.keep()"),
        ("remarks", "rules.text()"),
        ("verification_code", "rules.token()"),
        ("currency_code", "rules.keep()"),
    ],
)
def test_the_error_suggests_a_rule_by_the_name(name, rule):
    found = structure(table_of("things", column("id", "uuid"), column(name)))
    (problem,) = problems([config("things")], found)
    assert problem.endswith(f"perhaps {rule}: its name")


def test_a_foreign_key_follows_the_column_it_refers_to():
    orders = table_of(
        "orders",
        column("id", "uuid"),
        column("user_email"),
        references=[
            Reference("fk", "orders", ("user_email",), "users", ("email",), deferrable=False)
        ],
    )
    users = config("users", {"email": rules.email(), "born": rules.keep()})
    entry = classify([users, config("orders")], structure(USERS, orders))[1]
    assert entry.rules["user_email"] == rules.email()
    wrong = config("orders", {"user_email": rules.text()})
    (problem,) = problems([users, wrong], structure(USERS, orders))
    assert "orders.user_email has the rule text(), but refers to users.email" in problem


def test_a_column_that_refers_to_two_needs_one_rule_for_both():
    people = [
        table_of(name, column("id", "uuid"), column("email")) for name in ("guests", "members")
    ]
    visits = table_of(
        "visits",
        column("id", "uuid"),
        column("who"),
        references=[
            Reference("fk", "visits", ("who",), name, ("email",), deferrable=False)
            for name in ("guests", "members")
        ],
    )
    found = structure(*people, visits)

    def tables(members, own=None):
        return [
            config("guests", {"email": rules.email()}),
            config("members", {"email": members}),
            config("visits", own),
        ]

    assert classify(tables(rules.email()), found)[2].rules["who"] == rules.email()
    for own in (None, {"who": rules.email()}):
        (problem,) = problems(tables(rules.username(), own), found)
        assert problem.startswith("visits.who refers to guests.email (email()), members.email")


def test_a_key_that_refers_to_itself_has_its_own_rule():
    tree = table_of(
        "tree",
        column("name"),
        column("parent"),
        key=("name",),
        references=[Reference("fk", "tree", ("parent",), "tree", ("name",), deferrable=False)],
    )
    (entry,) = classify([config("tree", {"name": rules.token()})], structure(tree))
    assert entry.rules["parent"] == rules.token()


@pytest.mark.parametrize(
    ("one", "other", "file"),
    [
        ("Users", "users", "users.py"),  # one file, where case makes no difference
        ("billing.users", "billing_users", "billing_users.py"),
        ("auto_users", "users", "auto_users.py"),  # one's manual, the other's generated rows
    ],
)
def test_no_two_tables_share_a_file_of_rows(one, other, file):
    tables = [
        config(one, file="auto_one.py", variable="ONE"),
        config(other, file="auto_users.py", variable="OTHER"),
    ]
    found = structure(table_of(one, column("id", "uuid")), table_of(other, column("id", "uuid")))
    (problem,) = problems(tables, found)
    assert problem.casefold().startswith(f"file {file!r} is used twice, for the ")


def test_all_problems_are_told_at_once():
    tables = [
        config("users", {"email": rules.email(), "emial": rules.email()}),
        config("ghosts"),
        config("users", file="users.py", variable="not a name"),
    ]
    found = structure(USERS, table_of("orders", column("id", "uuid")))
    told = "\n".join(problems(tables, found))
    for expected in (
        "users.born (type date) is not classified",
        "users.emial: the table has no such column",
        "ghosts: the database has no such table",
        "orders: the table is not in TABLE_CONFIG",
        "name 'users' is used twice",
        "must have the form auto_….py",
        "is not a Python name",
    ):
        assert expected in told


def test_rules_must_fit_the_types():
    found = structure(
        table_of(
            "things",
            column("id", "uuid"),
            column("born", "date", not_null=True),
            column("settings", "json"),
            column("sum", "number", computed=True),
        )
    )
    told = problems(
        [
            config(
                "things",
                {"born": rules.null(), "settings": rules.email(), "sum": rules.keep()},
            )
        ],
        found,
    )
    assert told == [
        "things.sum: the server computes it; remove the rule",
        "things.born: rules.null() on a column that is NOT NULL",
        (
            "things.settings: email() does not fit the type type json; perhaps"
            " rules.json({'': rules.text(), '*': rules.text(), '*~': rules.token()})"
        ),
    ]


@pytest.mark.parametrize(
    ("kind", "rule", "told"),
    [
        ("text", rules.each(rules.text()), "each() does not fit the type type text; perhaps"),
        ("text", rules.shift_days(), ""),
        ("number", rules.json({}), "json() does not fit the type type number; perhaps"),
        ("array", rules.email(), "email() does not fit the type type array; perhaps rules.each("),
    ],
)
def test_a_rule_of_another_kind_of_type_is_refused_with_one_that_fits(kind, rule, told):
    found = structure(
        table_of("things", column("id", "uuid"), column("value", kind, element="text"))
    )
    tables = [config("things", {"value": rule})]
    if not told:
        assert classify(tables, found)[0].rules["value"] == rule
        return
    (problem,) = problems(tables, found)
    assert problem.startswith(f"things.value: {told}")


def test_a_misspelt_name_is_answered_with_the_one_that_was_meant():
    told = problems(
        [config("users", {"emial": rules.email(), "born": rules.keep()}), config("user")],
        structure(USERS),
    )
    assert "users.emial: the table has no such column; did you mean 'email'?" in told
    assert "user: the database has no such table; did you mean 'users'?" in told


def test_a_column_that_is_decided_is_not_what_was_meant():
    columns = {"email": rules.email(), "emails": rules.email(), "born": rules.keep()}
    (problem,) = problems([config("users", columns)], structure(USERS))
    assert problem == "users.emails: the table has no such column"


def test_a_table_of_joined_inheritance_that_is_left_out_is_told_with_its_base():
    students = table_of(
        "students",
        column("id", "uuid"),
        references=[Reference("fk", "students", ("id",), "users", ("id",), deferrable=False)],
    )
    users = config("users", {"email": rules.email(), "born": rules.keep()})
    (problem,) = problems([users], structure(USERS, students))
    assert problem.startswith(
        "students: the table is not in TABLE_CONFIG, but belongs to users (its key is that of"
        " users): "
    )


def test_the_file_of_a_table_is_not_named_like_a_part_of_another_file():
    users = config(
        "users", {"email": rules.email(), "born": rules.keep()}, file="auto_users__002.py"
    )
    (problem,) = problems([users], structure(USERS))
    assert problem == ("users: file 'auto_users__002.py' is what a part of another file is called")


def test_computed_columns_are_not_extracted():
    found = structure(
        table_of("things", column("id", "uuid"), column("sum", "number", computed=True))
    )
    (entry,) = classify([config("things")], found)
    assert "sum" not in entry.rules


def test_the_digest_changes_with_what_the_rows_depend_on_and_with_nothing_else():
    def digest(**changes):
        columns = {"email": rules.email(), "born": rules.shift_days(), **changes.pop("columns", {})}
        return classify([config("users", columns, **changes)], structure(USERS))[0].digest

    first = digest()
    assert digest() == first
    assert digest(variable="ANOTHER") == first
    others = [
        digest(columns={"email": rules.token()}),
        digest(columns={"born": rules.shift_days(30)}),
        digest(where="true"),
        digest(limit=5),
        digest(order="email"),
    ]
    assert len({first, *others}) == 6
