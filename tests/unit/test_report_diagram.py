"""The diagram: what it shows, and that nothing in it covers anything else."""

import runpy
from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from db_workflow.catalog import Snapshot, differences
from db_workflow.release.report.diagram.choice import choose
from db_workflow.release.report.diagram.entities import Column
from db_workflow.release.report.diagram.figure import diagram
from db_workflow.release.report.diagram.placing import place
from db_workflow.release.report.diagram.reading import entities
from db_workflow.release.report.diagram.routing import WIDTH, route

samples = runpy.run_path(str(Path(__file__).parents[1] / "report_samples.py"))
table, schema, changed = samples["table"], samples["schema"], samples["changed"]


def read(before, after):
    return entities(before, after, differences(before, after, renames=True))


@cache
def drawn(tables, seed):
    objects = schema(tables, seed=seed)
    choice = choose(read(Snapshot.of(objects), changed(objects)))
    return choice, route(choice, place(choice))


def segments(line):
    return [(*sorted((one, other)), line.reference.parent) for one, other in pairwise(line.points)]


SIZES = [(tables, seed) for tables in (4, 20, 39, 200) for seed in range(6)]


@pytest.mark.parametrize(("tables", "seed"), SIZES)
def test_no_table_covers_another(tables, seed):
    _, drawing = drawn(tables, seed)
    for one, other in combinations(drawing.places.values(), 2):
        if one.column == other.column:
            above, below = sorted((one, other), key=lambda place: place.y)
            assert above.y + above.height < below.y
    for left, right in pairwise(drawing.left):
        assert left + WIDTH < right


@pytest.mark.parametrize(("tables", "seed"), SIZES)
def test_no_line_runs_through_a_table(tables, seed):
    _, drawing = drawn(tables, seed)
    for line in drawing.lines:
        for (x1, y1), (x2, y2), _ in segments(line):
            for place_ in drawing.places.values():
                left, top = drawing.left[place_.column], place_.y
                apart = x2 <= left or x1 >= left + WIDTH
                assert apart or max(y1, y2) <= top or min(y1, y2) >= top + place_.height


@pytest.mark.parametrize(("tables", "seed"), SIZES)
def test_lines_to_different_tables_never_lie_on_one_another(tables, seed):
    _, drawing = drawn(tables, seed)
    every = [segment for line in drawing.lines for segment in segments(line)]
    for (a1, a2, parent), (b1, b2, other) in combinations(every, 2):
        if parent == other:
            continue
        for axis in (0, 1):
            if a1[axis] == a2[axis] == b1[axis] == b2[axis]:
                across = 1 - axis
                assert a2[across] <= b1[across] or b2[across] <= a1[across]


@pytest.mark.parametrize(("tables", "seed"), SIZES)
def test_every_line_has_right_angles_and_joins_its_two_tables(tables, seed):
    choice, drawing = drawn(tables, seed)
    assert [line.reference for line in drawing.lines] == list(choice.references)
    for line in drawing.lines:
        for (x1, y1), (x2, y2) in pairwise(line.points):
            assert (x1 == x2) != (y1 == y2)
        ends = (line.points[0], line.reference.child), (line.points[-1], line.reference.parent)
        for (x, y), name in ends:
            found = drawing.places[name]
            assert x in {drawing.left[found.column], drawing.left[found.column] + WIDTH}
            assert found.y < y < found.y + found.height
        assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in line.points)


def test_a_page_of_1200_is_wide_enough():
    for tables, seed in SIZES:
        assert drawn(tables, seed)[1].width < 1300


def test_the_same_schema_gives_the_same_picture_in_whatever_order_it_is_read():
    objects = schema(40)
    after = changed(objects)
    found = differences(Snapshot.of(objects), after, renames=True)
    pictures = {
        diagram(Snapshot.of(order), after, found) for order in (objects, list(reversed(objects)))
    }
    assert len(pictures) == 1


def test_circles_and_tables_that_refer_to_themselves_are_drawn():
    objects = [
        *table("a", keys=["b", "a"]),
        *table("b", keys=["c"]),
        *table("c", keys=["a"]),
    ]
    choice = choose(read(Snapshot(()), Snapshot.of(objects)))
    drawing = route(choice, place(choice))
    assert len(drawing.lines) == 4
    assert all(len(line.points) >= 2 for line in drawing.lines)


def test_what_changed_is_marked_and_says_what_it_was():
    before = [*table("users", "name", "age"), *table("notes", "text", keys=["users"])]
    after = [
        replace(one, name="users.nickname") if one.name == "users.name" else one
        for one in before
        if one.table != "notes" and one.name != "notes"
    ]
    after = [
        replace(one, properties={**one.properties, "type": "bigint"})
        if one.name == "users.age"
        else one
        for one in after
    ]
    found = read(Snapshot.of(before), Snapshot.of([*after, *table("devices", keys=["users"])]))
    tables = {one.name: one for one in found.tables}
    assert {name: one.mark for name, one in tables.items()} == {
        "devices": "+",
        "notes": "-",
        "users": "~",
    }
    assert tables["users"].columns == (
        Column("id", "bigint", "PK"),
        Column("nickname", "varchar(40)?", "", "→", ("name", "varchar(40)?")),
        Column("age", "bigint?", "", "~", ("age", "numeric(10,2)?")),
    )
    assert {(one.child, one.mark) for one in found.references} == {("devices", "+"), ("notes", "-")}


def test_a_column_and_a_key_that_are_gone_are_still_shown():
    before = [*table("users"), *table("notes", keys=["users"])]
    after = [
        one
        for one in before
        if one.name != "notes.users_id" and one.properties.get("references") is None
    ]
    found = read(Snapshot.of(before), Snapshot.of(after))
    notes = next(one for one in found.tables if one.name == "notes")
    assert notes.columns[-1] == Column("users_id", "bigint?", "", "-")
    assert [(one.child, one.parent, one.mark) for one in found.references] == [
        ("notes", "users", "-")
    ]


def test_a_key_that_was_dropped_and_made_again_otherwise_has_changed():
    before = [*table("users"), *table("notes", keys=["users"])]
    after = [
        replace(one, name="notes.fk", properties={**one.properties, "on delete": "cascade"})
        if one.properties.get("references")
        else one
        for one in before
    ]
    found = read(Snapshot.of(before), Snapshot.of(after))
    assert [(one.name, one.mark) for one in found.references] == [("notes.fk", "~")]


def test_a_renamed_table_keeps_its_lines():
    before = [*table("users"), *table("notes", "text", keys=["users"])]
    after = [*table("users"), *table("remarks", "text", keys=["users"])]
    renamed = [replace(one, name=one.name.replace("_remarks", "_notes")) for one in after]
    found = read(Snapshot.of(before), Snapshot.of(renamed))
    remarks = next(one for one in found.tables if one.name == "remarks")
    assert (remarks.mark, remarks.was) == ("→", "notes")
    assert [(one.child, one.parent, one.mark) for one in found.references] == [
        ("remarks", "users", "")
    ]


def test_a_reference_by_a_unique_column_is_to_at_most_one():
    objects = [*table("users"), *table("notes", keys=["users"]), *table("profiles", keys=["users"])]
    unique = samples["_constraint"]("profiles", "uq", "unique", ["users_id"], "UNIQUE (users_id)")
    found = read(Snapshot(()), Snapshot.of([*objects, unique]))
    assert {one.child: one.single for one in found.references} == {"notes": False, "profiles": True}


def test_of_a_large_schema_what_changed_and_its_neighbours_are_drawn_and_the_rest_listed():
    objects = schema(200)
    found = read(Snapshot.of(objects), changed(objects))
    choice = choose(found)
    shown = {box.table.name for box in choice.boxes}
    assert {one.name for one in found.changed} <= shown
    assert len(shown) <= 40
    assert shown.isdisjoint(one.name for one in choice.listed)
    assert len(shown) + len(choice.listed) == len(found.tables) == 201
    # Whatever the picture leaves out, the list names.
    before, after = Snapshot.of(objects), changed(objects)
    page = diagram(before, after, differences(before, after, renames=True))
    assert all(f">{one.name}</code>" in page for one in choice.listed)


def test_more_changed_tables_than_fit_are_listed_as_changed():
    objects = Snapshot.of(schema(60))
    page = diagram(Snapshot(()), objects, differences(Snapshot(()), objects))
    assert "Not drawn: 20 tables" in page
    assert page.split("Not drawn")[1].count("mark new") == 20


def test_a_schema_without_a_single_table_is_told():
    assert "0 tables" in diagram(Snapshot(()), Snapshot(()), ())
