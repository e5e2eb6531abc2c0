"""Snapshots as plain data, and what differs between two of them."""

import pytest

from db_workflow.catalog import SchemaObject, Snapshot, differences
from db_workflow.errors import WorkflowError


def table(name):
    return SchemaObject("table", name, None, {"form": "plain"})


def column(name, **properties):
    owner = name.partition(".")[0]
    return SchemaObject("column", name, owner, {"type": "text", "position": 1, **properties})


def snapshot(*objects):
    return Snapshot.of(objects)


USERS = (table("users"), column("users.id", type="uuid"), column("users.email", position=2))


def test_equal_snapshots_have_no_differences_and_one_fingerprint():
    one, other = snapshot(*USERS), snapshot(*reversed(USERS))
    assert differences(one, other) == ()
    assert one.fingerprint == other.fingerprint
    assert len(one.fingerprint) == 64


def test_every_property_changes_the_fingerprint():
    changed = snapshot(USERS[0], USERS[1], column("users.email", position=2, nullable=True))
    assert changed.fingerprint != snapshot(*USERS).fingerprint


def test_a_missing_column_is_reported_with_what_was_expected():
    (found,) = differences(snapshot(*USERS), snapshot(*USERS[:2]))
    assert (found.kind, found.name, found.change) == ("column", "users.email", "missing")
    assert found.expected == USERS[2].properties
    assert found.actual is None
    assert str(found) == "column users.email is missing"


def test_an_unexpected_column_is_reported_with_what_was_found():
    (found,) = differences(snapshot(*USERS[:2]), snapshot(*USERS))
    assert (found.change, found.actual) == ("unexpected", USERS[2].properties)


def test_a_changed_column_names_its_properties_and_both_values():
    changed = column("users.email", position=2, type="citext", nullable=False)
    (found,) = differences(snapshot(*USERS), snapshot(*USERS[:2], changed))
    assert found.properties == ("nullable", "type")
    assert str(found) == (
        "column users.email differs: nullable is no, expected none; type is citext, expected text"
    )


def test_what_belongs_to_a_missing_table_is_not_repeated():
    found = differences(snapshot(*USERS), snapshot())
    assert [str(one) for one in found] == ["table users is missing"]


def test_ignored_properties_and_other_kinds_are_left_out():
    moved = snapshot(*USERS[:2], column("users.email", position=7))
    assert differences(snapshot(*USERS), moved, ignore=("column.position",)) == ()
    assert differences(snapshot(*USERS), moved, ignore=("position",)) == ()
    assert differences(snapshot(*USERS), moved, kinds=("table",)) == ()


def test_differences_stand_in_the_order_of_kinds_then_names():
    left = snapshot(table("b"), table("a"), SchemaObject("enum", "z", None, {"labels": ["x"]}))
    assert [one.name for one in differences(left, snapshot())] == ["z", "a", "b"]


def test_a_snapshot_survives_json_exactly():
    before = snapshot(*USERS, SchemaObject("enum", "mood", None, {"labels": ["ok", "zł"]}))
    after = Snapshot.from_json(before.to_json())
    assert after == before
    assert after.fingerprint == before.fingerprint


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', '{"format": 99, "objects": []}'])
def test_json_of_something_else_is_refused(text):
    with pytest.raises(WorkflowError, match="snapshot"):
        Snapshot.from_json(text)


def test_columns_of_a_table_stand_as_in_the_table():
    found = snapshot(*USERS).of_table("users", kinds=("column",))
    assert [one.local_name for one in found] == ["id", "email"]
