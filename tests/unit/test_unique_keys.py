"""Keys that would be equal are counted over all jobs, and those that may be equal are not."""

import tracemalloc

import pytest

from db_workflow.testdata import rules
from db_workflow.testdata.declared.tables import Classified, Table
from db_workflow.testdata.extraction.unique_keys import UniqueKeys, collisions
from db_workflow.testdata.structure import Column, TableStructure, Unique

OTHER = rules.text()


def column(name, kind="text", type_=None):
    return Column(name, type_ or kind, kind, kind, None, False, False)


def table(columns, *, keys, predicate=None, nulls_equal=False, **own):
    """Return a table with one unique index; `own` are the rules that do not keep."""
    names = [name for name in columns if name in f"{' '.join(keys)} {predicate}"]
    unique = Unique("uq", tuple(keys), tuple(names), predicate, False, True, nulls_equal)
    found = {
        name: kind if isinstance(kind, Column) else column(name, kind)
        for name, kind in columns.items()
    }
    structure = TableStructure("t", "public", "t", False, found, (unique,), (), ())
    declared = Table("t", file="auto_t.py", variable="AUTO_T_DATA", factory="F")
    return Classified(declared, structure, {name: own.get(name, rules.keep()) for name in columns})


def problems(tmp_path, entry, *blocks):
    """Return what is said when each block (pairs of rows before and after) is a job."""
    saved = []
    for number, block in enumerate(blocks):
        keys = UniqueKeys(entry)
        before = list(zip(*(row for row, _ in block), strict=True))
        after = list(zip(*(row for _, row in block), strict=True))
        keys.add(before, after)
        saved.append(tmp_path / f"{number}.keys")
        keys.save(saved[-1])
    return collisions(entry, saved)


EMAILS = {"email": "text", "n": "number"}


def test_equal_keys_of_different_source_keys_are_counted_and_named(tmp_path):
    entry = table(EMAILS, keys=["email"], email=OTHER)
    block = [(("a", "1"), ("x", "1")), (("b", "2"), ("x", "2")), (("c", "3"), ("x", "3"))]
    assert problems(tmp_path, entry, block) == [
        "t: 2 row(s) would share a key of the unique index uq (email: text())"
    ]


def test_keys_are_compared_over_all_jobs(tmp_path):
    entry = table(EMAILS, keys=["email"], email=OTHER)
    one = [(("a", "1"), ("x", "1"))]
    other = [(("b", "2"), ("x", "2"))]
    assert problems(tmp_path, entry, one) == []
    assert "1 row(s)" in problems(tmp_path, entry, one, other)[0]


def test_different_keys_are_no_problem(tmp_path):
    entry = table(EMAILS, keys=["email"], email=OTHER)
    block = [(("a", "1"), ("x", "1")), (("b", "1"), ("y", "1"))]
    assert problems(tmp_path, entry, block) == []


def test_an_index_whose_columns_are_kept_is_not_watched(tmp_path):
    entry = table(EMAILS, keys=["n"], email=OTHER)
    assert not UniqueKeys(entry).needed
    assert problems(tmp_path, entry, [(("a", "1"), ("x", "1")), (("b", "1"), ("x", "1"))]) == []


def test_all_columns_of_a_key_make_it(tmp_path):
    entry = table(EMAILS, keys=["email", "n"], email=OTHER)
    assert problems(tmp_path, entry, [(("a", "1"), ("x", "1")), (("b", "2"), ("x", "2"))]) == []
    assert problems(tmp_path, entry, [(("a", "1"), ("x", "1")), (("b", "1"), ("x", "1"))]) != []
    # The fields of two rows in a row are not taken for one another.
    assert problems(tmp_path, entry, [(("a", "1"), ("x1", "1")), (("b", "11"), ("x", "11"))]) == []


@pytest.mark.parametrize(("nulls_equal", "count"), [(False, 0), (True, 1)])
def test_nulls_differ_unless_the_index_says_otherwise(tmp_path, nulls_equal, count):
    entry = table(EMAILS, keys=["email"], nulls_equal=nulls_equal, email=rules.null())
    block = [(("a", "1"), (r"\N", "1")), (("b", "2"), (r"\N", "2"))]
    assert len(problems(tmp_path, entry, block)) == count


def test_a_null_and_a_line_end_are_different_keys(tmp_path):
    entry = table(EMAILS, keys=["lower(email)"], nulls_equal=True, email=OTHER)
    block = [((r"\N", "1"), ("x", "1")), ((r"\n", "2"), ("x", "2"))]
    assert "1 row(s)" in problems(tmp_path, entry, block)[0]


@pytest.mark.parametrize("key", ["lower(email)", 'upper("email")', "email::citext"])
def test_what_the_index_folds_is_compared_without_case(tmp_path, key):
    entry = table(EMAILS, keys=[key], email=OTHER)
    block = [(("a", "1"), ("X", "1")), (("b", "2"), ("x", "2"))]
    assert len(problems(tmp_path, entry, block)) == 1
    assert problems(tmp_path, table(EMAILS, keys=["email"], email=OTHER), block) == []
    beyond_ascii = [(("a", "1"), ("É", "1")), (("b", "2"), ("é", "2"))]
    assert len(problems(tmp_path, entry, beyond_ascii)) == 1


def test_source_keys_that_some_locale_tells_apart_are_two(tmp_path):
    entry = table(EMAILS, keys=["lower(email)"], email=OTHER)
    for one, other in (("straße", "strasse"), ("É", "é")):
        block = [((one, "1"), ("x", "1")), ((other, "2"), ("x", "2"))]
        assert len(problems(tmp_path, entry, block)) == 1


def test_a_column_of_citext_is_compared_without_case(tmp_path):
    entry = table({"email": column("email", "text", "citext")}, keys=["email"], email=OTHER)
    assert len(problems(tmp_path, entry, [(("a",), ("X",)), (("b",), ("x",))])) == 1


ACTIVE = {"name": "text", "active": "boolean", "gone": "date"}


def test_rows_outside_of_a_partial_index_may_stay_equal(tmp_path):
    entry = table(ACTIVE, keys=["name"], predicate="length(name) > 3 AND active", name=OTHER)
    same = [(("a", "t", r"\N"), ("x", "t", r"\N")), (("a", "f", r"\N"), ("x", "f", r"\N"))]
    assert problems(tmp_path, entry, same) == []


@pytest.mark.parametrize(
    ("predicate", "inside", "outside"),
    [
        ("active", ("t", r"\N"), ("f", r"\N")),
        ("active", ("t", r"\N"), (r"\N", r"\N")),
        ("NOT active", ("f", r"\N"), ("t", r"\N")),
        ("gone IS NULL", ("t", r"\N"), ("t", "2024-01-01")),
        ("(gone IS NOT NULL)", ("t", "2024-01-01"), ("t", r"\N")),
        ("gone IS NULL AND active", ("t", r"\N"), ("t", "2024-01-01")),
    ],
)
def test_a_partial_index_compares_the_rows_inside_only(tmp_path, predicate, inside, outside):
    entry = table(ACTIVE, keys=["name"], predicate=predicate, name=OTHER)
    both = [(("a", *inside), ("x", *inside)), (("b", *inside), ("x", *inside))]
    one = [(("a", *inside), ("x", *inside)), (("b", *outside), ("x", *outside))]
    assert len(problems(tmp_path, entry, both)) == 1
    assert problems(tmp_path, entry, one) == []


@pytest.mark.parametrize("predicate", ["gone IS NULL OR active", "name <> 'x AND active AND y'"])
def test_a_predicate_that_is_not_understood_leaves_no_row_out(tmp_path, predicate):
    entry = table(ACTIVE, keys=["name"], predicate=predicate, name=OTHER)
    block = [(("a", "f", "x"), ("x", "f", "x")), (("b", "f", "x"), ("x", "f", "x"))]
    assert len(problems(tmp_path, entry, block)) == 1


def test_columns_of_the_predicate_do_not_tell_keys_apart(tmp_path):
    entry = table(EMAILS, keys=["email"], predicate="n > 5", email=OTHER)
    assert len(problems(tmp_path, entry, [(("a", "6"), ("x", "6")), (("b", "7"), ("x", "7"))])) == 1


def test_rows_that_a_rule_brings_into_a_partial_index_are_compared(tmp_path):
    entry = table(ACTIVE, keys=["name"], predicate="active", active=rules.constant("t"))
    block = [(("a", "t", r"\N"), ("a", "t", r"\N")), (("a", "f", r"\N"), ("a", "t", r"\N"))]
    assert len(problems(tmp_path, entry, block)) == 1


def test_an_expression_that_makes_something_of_null_is_compared(tmp_path):
    columns = {"email": "text", "phone": "text"}
    entry = table(columns, keys=["COALESCE(email, phone)"], phone=OTHER)
    block = [((r"\N", "1"), (r"\N", "x")), ((r"\N", "2"), (r"\N", "x"))]
    assert len(problems(tmp_path, entry, block)) == 1
    entry = table(columns, keys=["lower(email)", "phone"], phone=OTHER)
    assert problems(tmp_path, entry, block) == []


def test_a_job_without_rows_and_a_table_without_jobs_are_no_problem(tmp_path):
    entry = table(EMAILS, keys=["lower(email)"], email=OTHER)
    keys = UniqueKeys(entry)
    keys.add([(), ()], [(), ()])
    keys.save(tmp_path / "some.keys")
    UniqueKeys(entry).save(tmp_path / "none.keys")
    assert collisions(entry, [tmp_path / "some.keys", tmp_path / "none.keys"]) == []
    assert collisions(entry, []) == []


def test_a_million_rows_take_little_memory(tmp_path):
    entry = table(EMAILS, keys=["email"], email=OTHER)
    keys = UniqueKeys(entry)
    for start in range(0, 1_000_000, 5_000):
        numbers = [str(number) for number in range(start, start + 5_000)]
        before = [[f"person{number}@home.example" for number in numbers], numbers]
        after = [[f"user-{number}@example.test" for number in numbers], numbers]
        after[0][0] = "user-0@example.test"
        keys.add(before, after)
    keys.save(tmp_path / "million.keys")
    del keys
    tracemalloc.start()
    (said,) = collisions(entry, [tmp_path / "million.keys"])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "199 row(s)" in said
    assert peak < 100_000_000
