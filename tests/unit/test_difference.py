"""Snapshots as plain data, and what differs between two of them."""

import pytest

from db_workflow.catalog import SchemaObject, Snapshot, differences
from db_workflow.catalog.translation import Names
from db_workflow.catalog.vocabulary import Vocabulary
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
    moved = snapshot(USERS[0], column("users.id", type="uuid", position=2), column("users.email"))
    assert len(differences(snapshot(*USERS), moved)) == 1
    assert differences(snapshot(*USERS), moved, ignore=("column.position",)) == ()
    assert differences(snapshot(*USERS), moved, ignore=("position",)) == ()
    assert differences(snapshot(*USERS), moved, kinds=("table",)) == ()


def placed(*names):
    columns = (column(f"a.{name}", position=place) for place, name in enumerate(names, 1))
    return snapshot(table("a"), *columns)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("abcd", "acd", ["b is missing"]),
        ("abc", "xabyc", ["x is unexpected", "y is unexpected"]),
        ("abcd", "axd", ["b is missing", "c is missing", "x is unexpected"]),
        ("abcde", "acdeb", ["b position 2 → 5"]),
        ("abcde", "eabcd", ["e position 5 → 1"]),
        ("abcd", "cdb", ["a is missing", "b position 2 → 3"]),
        ("ab", "ba", ["b position 2 → 1"]),
        # Which of two has moved nobody knows; one that has the same number as before tells nothing.
        ("xam", "yzma", ["a position 2 → 4", "x is missing", "y is unexpected", "z is unexpected"]),
        ("xma", "yam", ["a position 3 → 2", "x is missing", "y is unexpected"]),
    ],
)
def test_a_column_has_moved_if_its_place_among_the_others_is_another_one(before, after, told):
    found = [
        f"{one.name[2:]} is {one.change}"
        if one.change != "different"
        else f"{one.name[2:]} "
        + " ".join(f"{value.what} {value.expected} → {value.actual}" for value in one.values)
        for one in differences(placed(*before), placed(*after))
    ]
    assert found == told


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


def constraint(name, **properties):
    owner = name.partition(".")[0]
    return SchemaObject("constraint", name, owner, {"type": "check", **properties})


def test_a_definition_is_told_only_where_nothing_else_tells_the_change():
    def pair(one, other):
        name = "users.ck"
        return snapshot(*USERS, constraint(name, **one)), snapshot(
            *USERS, constraint(name, **other)
        )

    both = pair({"definition": "a", "expression": "x"}, {"definition": "b", "expression": "y"})
    assert [one.properties for one in differences(*both)] == [("expression",)]
    alone = pair({"definition": "a"}, {"definition": "b"})
    assert [one.properties for one in differences(*alone)] == [("definition",)]


def test_renames_are_only_looked_for_when_asked_for():
    old, new = snapshot(table("a"), column("a.x")), snapshot(table("b"), column("b.x"))
    assert [one.change for one in differences(old, new)] == ["missing", "unexpected"]
    (found,) = differences(old, new, renames=True)
    assert (found.change, found.name, found.actual_name) == ("renamed", "a", "b")
    assert found.expected == found.actual == {"form": "plain"}
    assert str(found) == "table a is called b"


def test_what_is_not_compared_does_not_stand_in_the_way_of_a_rename():
    old = snapshot(table("a"), column("a.x", position=1))
    new = snapshot(table("a"), column("a.y", position=4))
    assert len(differences(old, new, renames=True)) == 2
    (found,) = differences(old, new, renames=True, ignore=("column.position",))
    assert found.change == "renamed"
    assert found.actual == {"type": "text", "position": 4}


def test_schemas_and_extensions_are_never_taken_for_renamed():
    def kinds(name):
        return snapshot(*(SchemaObject(kind, name, None, {}) for kind in ("schema", "extension")))

    assert {one.change for one in differences(kinds("a"), kinds("b"), renames=True)} == {
        "missing",
        "unexpected",
    }


def test_literals_keywords_and_the_insides_of_functions_are_not_renamed():
    def rename(definition):
        names = Names(
            {("table", "users"): "people", ("column", "users.x"): "users.y"}, Vocabulary(())
        )
        found = SchemaObject("trigger", "users.t", "users", {"definition": definition})
        return names.translate(found).properties["definition"]

    kept = "x('users') '::x' E'\\'users' $$users x$$ $a$ users $$ $a$"
    kept += ' a.users ::x 1x id AS users userss "Users"'
    assert rename(kept) == kept
    assert rename('users users.id "users" x (x)') == 'people people.id "users" y (y)'
    assert rename("nextval('users'::regclass)") == "nextval('people'::regclass)"
