"""A rule that was only suggested is refused until somebody takes the mark away."""

import pytest

from db_workflow.errors import TestDataError
from db_workflow.testdata import Pseudonyms, Table, rules
from db_workflow.testdata.declared.classify import classify
from db_workflow.testdata.rules.key import Key
from db_workflow.testdata.rules.pseudonyms import UnfitValueError
from db_workflow.testdata.structure import Column, Reference, TableStructure, Unique


def column(name, kind="text"):
    return Column(name, kind, kind, kind, None, True, False)


def table_of(name, *columns, references=()):
    unique = Unique(f"pk_{name}", ("code",), ("code",), None, True, True, False)
    named = {one.name: one for one in columns}
    return TableStructure(name, "public", name, False, named, (unique,), tuple(references), ())


def config(name, **columns):
    return Table(
        name,
        file=f"auto_{name}.py",
        variable=f"AUTO_{name.upper()}_DATA",
        factory="Factory",
        columns=columns,
    )


FOLLOWS = Reference("fk", "visits", ("guest",), "guests", ("code",), False)
STRUCTURE = {
    "guests": table_of("guests", column("code"), column("email")),
    "visits": table_of("visits", column("code"), column("guest"), references=[FOLLOWS]),
}


def test_a_marked_rule_is_refused_with_what_was_suggested():
    tables = (
        config("guests", code=rules.token(), email=rules.undecided(rules.email())),
        config("visits", code=rules.token()),
    )
    with pytest.raises(TestDataError) as caught:
        classify(tables, STRUCTURE)
    assert caught.value.data["problems"] == ["guests.email (text) is undecided(email())"]
    assert "1 column marked as undecided" in caught.value.found
    assert "Take rules.undecided(…) away" in caught.value.found
    assert caught.value.data["paste"] == {}


def test_what_follows_a_marked_column_is_not_asked_for_twice():
    tables = (
        config("guests", code=rules.undecided(rules.keep()), email=rules.email()),
        config("visits", code=rules.token()),
    )
    with pytest.raises(TestDataError) as caught:
        classify(tables, STRUCTURE)
    assert caught.value.data["problems"] == ["guests.code (text) is undecided(keep())"]


def test_without_the_mark_the_rule_is_what_was_suggested():
    tables = (
        config("guests", code=rules.token(), email=rules.email()),
        config("visits", code=rules.token()),
    )
    guests, _ = classify(tables, STRUCTURE)
    assert guests.rules["email"] == rules.email()


def test_a_mark_inside_of_another_rule_writes_nothing():
    rule = rules.json({"name": rules.undecided(rules.full_name())})
    with pytest.raises(UnfitValueError, match="nobody has decided"):
        rule.apply('{"name": "Ada"}', Pseudonyms(Key("one", b"1" * 32)))
