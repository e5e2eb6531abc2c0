"""A snapshot is plain data: whatever is in it comes back from JSON, in the same order."""

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db_workflow.catalog import KINDS, SchemaObject, Snapshot
from db_workflow.errors import WorkflowError

NAMES = st.text(min_size=1)
VALUES = st.recursive(
    st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=5,
)
OBJECTS = st.builds(
    SchemaObject,
    st.sampled_from(KINDS),
    NAMES,
    st.none() | NAMES,
    st.dictionaries(NAMES, VALUES, max_size=3),
)


@given(st.lists(OBJECTS, unique_by=lambda found: found.key), st.randoms())
def test_what_is_written_is_read_again_in_one_order_with_one_fingerprint(objects, random):
    snapshot = Snapshot.of(objects)
    again = Snapshot.from_json(snapshot.to_json())
    assert again == snapshot
    assert again.fingerprint == snapshot.fingerprint
    random.shuffle(objects)
    assert Snapshot.of(objects) == snapshot


@given(st.lists(OBJECTS, unique_by=lambda found: found.key, min_size=1), OBJECTS)
def test_another_object_is_another_fingerprint(objects, other):
    snapshot = Snapshot.of(objects[1:])
    assert Snapshot.of([*objects[1:], objects[0]]).fingerprint != snapshot.fingerprint
    changed = [SchemaObject(*objects[0].key, objects[0].table, other.properties), *objects[1:]]
    same = objects[0].properties == other.properties
    assert (Snapshot.of(changed) == Snapshot.of(objects)) is same


def test_neither_a_snapshot_nor_its_objects_can_be_given_other_values():
    snapshot = Snapshot.of([SchemaObject("table", "t", None, {})])
    with pytest.raises(FrozenInstanceError):
        snapshot.objects = ()
    with pytest.raises(FrozenInstanceError):
        snapshot.objects[0].name = "u"


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 1}', '{"format": 1, "objects": [["table"]]}']
)
def test_something_else_is_refused(text):
    with pytest.raises(WorkflowError, match="not a snapshot"):
        Snapshot.from_json(text)


def test_a_newer_snapshot_is_refused_by_its_format():
    with pytest.raises(WorkflowError, match=r"format 99; this version reads \d+"):
        Snapshot.from_json('{"format": 99, "objects": []}')
