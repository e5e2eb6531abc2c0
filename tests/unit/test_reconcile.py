"""The ledger against the lists: every way in which they can disagree."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from db_workflow.schema.declaration import Migration, Step
from db_workflow.schema.ledger.ledger import Row
from db_workflow.schema.ledger.reconcile import Reconciliation, reconcile
from db_workflow.schema.ledger.refusals import ledger_refusal, remedy
from db_workflow.schema.plan import Entry, Plan


def plan(**versions: str) -> Plan:
    """Return a plan such as `plan(v1="a b", v2="c")`; a step's checksum is its name."""
    migrations, entries = [], []
    for version, names in versions.items():
        steps = tuple(Step("sql", name) for name in names.split())
        migrations.append(Migration(version, "", steps))
        entries += [
            Entry(version, at, step.path, "sql", Path(step.path), step.path, step)
            for at, step in enumerate(steps, start=1)
        ]
    return Plan(tuple(migrations), tuple(entries))


def rows(names: str, *, version: str = "v1") -> list[Row]:
    return [Row(at, version, name, name) for at, name in enumerate(names.split(), start=1)]


def kinds(found: Reconciliation) -> list[tuple[str, str]]:
    return [(problem.kind, problem.name) for problem in found.problems]


def pending(found: Reconciliation) -> list[str]:
    return [entry.name for entry in found.pending]


def test_an_empty_ledger_leaves_everything_pending():
    found = reconcile(plan(v1="a b", v2="c"), [])
    assert pending(found) == ["a", "b", "c"]
    assert found.problems == ()


def test_a_full_ledger_leaves_nothing_pending():
    found = reconcile(plan(v1="a b"), rows("a b"))
    assert pending(found) == []
    assert found.problems == ()
    assert found.applied == 2


def test_steps_added_at_the_end_are_pending():
    assert pending(reconcile(plan(v1="a b c"), rows("a b"))) == ["c"]


def test_a_step_edited_after_it_ran_is_named():
    edited = [replace(rows("a")[0], checksum="other"), rows("a b")[1]]
    found = reconcile(plan(v1="a b"), edited)
    assert kinds(found) == [("changed", "a")]
    assert found.problems[0].text == "a was edited after it was applied"


def test_a_step_taken_out_of_its_list_is_named():
    assert kinds(reconcile(plan(v1="a"), rows("a b"))) == [("removed", "b")]


def test_steps_that_changed_places_are_named():
    found = reconcile(plan(v1="b a c"), rows("a b c"))
    assert kinds(found) == [("reordered", "a")]
    assert found.problems[0].text == "a ran before b, but is listed after it"


def test_the_one_step_that_was_moved_is_named_and_not_those_it_passed():
    found = reconcile(plan(v1="d a b c"), rows("a b c d"))
    assert kinds(found) == [("reordered", "d")]
    assert found.problems[0].text == "d ran after a, but is listed before it"


def test_a_step_moved_behind_new_ones_does_not_make_those_look_inserted():
    found = reconcile(plan(v1="b c x a"), rows("a b c"))
    assert kinds(found) == [("reordered", "a")]
    assert pending(found) == ["x"]


def test_a_step_inserted_before_one_that_ran_is_named_and_not_pending():
    found = reconcile(plan(v1="a x b", v2="c"), rows("a b"))
    assert kinds(found) == [("inserted", "x")]
    assert found.problems[0].text == "x was put into the list before b, which has run already"
    assert pending(found) == ["c"]


def test_a_step_inserted_into_an_earlier_version_is_named():
    assert kinds(reconcile(plan(v1="a x", v2="b"), [*rows("a"), Row(2, "v2", "b", "b")])) == [
        ("inserted", "x")
    ]


def renamed(whole: Plan, old: str, new: str) -> Plan:
    """Return a plan in which one step's file has another name and the same contents."""
    return replace(
        whole,
        entries=tuple(
            replace(entry, name=new) if entry.name == old else entry for entry in whole.entries
        ),
    )


def test_a_renamed_step_is_one_problem_with_both_names():
    found = reconcile(renamed(plan(v1="a b c"), "b", "better"), rows("a b"))
    assert kinds(found) == [("renamed", "b")]
    assert found.problems[0].text == "b was renamed to better after it was applied"
    assert pending(found) == ["c"]


def test_a_step_moved_to_another_version_is_one_problem():
    found = reconcile(renamed(plan(v1="a", v2="b c"), "b", "v2/b"), rows("a b"))
    assert kinds(found) == [("moved", "b")]
    assert found.problems[0].text == "b was moved to version v2 after it was applied: v2/b"
    assert pending(found) == ["c"]


def test_a_renamed_and_edited_step_is_gone_and_the_new_one_is_new():
    found = reconcile(plan(v1="a x"), rows("a b"))
    assert kinds(found) == [("removed", "b")]
    assert pending(found) == ["x"]


def test_of_equal_files_the_nearest_is_taken_for_the_renamed_one():
    whole = plan(v1="same other same2")
    entries = [replace(entry, checksum="one") for entry in whole.entries]
    had = [replace(row, checksum="one") for row in rows("same other gone")]
    had = [replace(row, position=at) for at, row in enumerate(had, start=1)]
    found = reconcile(replace(whole, entries=tuple(entries)), had)
    assert [(one.kind, one.name, one.now) for one in found.problems] == [
        ("renamed", "gone", "same2")
    ]


def test_a_step_that_ran_is_sought_before_one_that_was_skipped():
    whole = plan(v1="now")
    entries = (replace(whole.entries[0], checksum="one"),)
    first, second = (replace(row, checksum="one") for row in rows("skipped ran"))
    found = reconcile(replace(whole, entries=entries), [replace(first, outcome="skipped"), second])
    assert kinds(found) == [("renamed", "ran")]


def test_a_copy_of_a_step_that_ran_is_a_new_step():
    whole = plan(v1="a b")
    copied = replace(whole, entries=(whole.entries[0], replace(whole.entries[1], checksum="a")))
    found = reconcile(copied, rows("a"))
    assert pending(found) == ["b"]
    assert found.problems == ()


def test_a_version_spelt_anew_is_the_same_version():
    (entry,) = plan(v1="a").entries
    spelt = replace(entry, version="0.04", name="v0.04/a")
    found = reconcile(Plan((Migration("0.04", "", ()),), (spelt,)), [Row(1, "0.4", "v0.4/a", "a")])
    assert kinds(found) == [("renamed", "v0.4/a")]


def test_an_adopted_step_counts_as_applied():
    adopted = [replace(row, outcome="adopted") for row in rows("a b")]
    found = reconcile(plan(v1="b a c"), adopted)
    assert kinds(found) == [("reordered", "a")]
    assert found.applied == 2


def test_a_database_of_a_version_that_has_no_runner_is_named_once():
    found = reconcile(plan(v1="a"), [*rows("a"), *rows("x y", version="v9")])
    assert kinds(found) == [("unknown version", "v9")]
    assert "known: v1" in found.problems[0].text


def test_a_skipped_step_is_pending_while_nothing_ran_after_it():
    skipped = replace(rows("a b")[1], outcome="skipped")
    found = reconcile(plan(v1="a b c"), [rows("a")[0], skipped])
    assert pending(found) == ["b", "c"]
    assert found.problems == ()


def test_a_skipped_step_that_later_steps_have_passed_is_named():
    a, b, c = rows("a b c")
    found = reconcile(plan(v1="a b c"), [a, replace(b, outcome="skipped"), c])
    assert kinds(found) == [("skipped", "b")]


def test_a_skipped_step_may_be_edited():
    skipped = replace(rows("a")[0], outcome="skipped", checksum="other")
    assert reconcile(plan(v1="a"), [skipped]).problems == ()


def test_a_skipped_step_may_be_taken_out_of_its_list():
    skipped = replace(rows("a b")[1], outcome="skipped")
    assert reconcile(plan(v1="a"), [rows("a")[0], skipped]).problems == ()


@pytest.mark.parametrize(
    ("then", "now", "what"),
    [
        (b"SELECT 1;\n", b"SELECT 1;\r\n", "only its line ends, to CRLF"),
        (b"SELECT 1;\r\n", b"SELECT 1;\n", "only its line ends, from CRLF"),
        (b"SELECT 1;", b"\xef\xbb\xbfSELECT 1;", "only a byte order mark, which was added"),
        (b"\xef\xbb\xbfSELECT 1;", b"SELECT 1;", "only a byte order mark, which was taken away"),
        (b"SELECT 1;\n", b"SELECT 1;", "only the white space at its end"),
    ],
)
def test_an_edit_of_nothing_but_bytes_around_the_sql_is_told_as_such(
    tmp_path: Path, then: bytes, now: bytes, what: str
):
    path = tmp_path / "a.sql"
    path.write_bytes(now)
    whole = plan(v1="a")
    entry = replace(whole.entries[0], path=path, checksum=hashlib.sha256(now).hexdigest())
    row = replace(rows("a")[0], checksum=hashlib.sha256(then).hexdigest())
    (problem,) = reconcile(replace(whole, entries=(entry,)), [row]).problems
    assert what in problem.text


def test_an_edit_of_the_sql_itself_is_told_without_a_guess(tmp_path: Path):
    path = tmp_path / "a.sql"
    path.write_bytes(b"SELECT 2;")
    whole = plan(v1="a")
    row = replace(rows("a")[0], checksum=hashlib.sha256(b"SELECT 1;").hexdigest())
    whole = replace(whole, entries=(replace(whole.entries[0], path=path),))
    (problem,) = reconcile(whole, [row]).problems
    assert problem.text == "a was edited after it was applied"


def test_what_only_the_test_database_has_is_mended_by_a_reset():
    problem = reconcile(plan(v1="a b"), [rows("a")[0], Row(2, "v1", "b", "other")]).problems[0]
    assert remedy(problem, baseline={"last_sequence": 1}) == "invoke phase1"


def test_an_edit_of_what_production_has_must_be_undone():
    problem = reconcile(plan(v1="a b"), [Row(1, "v1", "a", "other")]).problems[0]
    assert "undo the edit: production already has a" in remedy(
        problem, baseline={"last_sequence": 1}
    )


def test_a_step_inserted_before_what_production_has_must_move():
    problem = reconcile(plan(v1="x a"), rows("a")).problems[0]
    assert "move x to the end" in remedy(problem, baseline={"last_sequence": 1})


def test_a_production_of_an_unknown_version_needs_that_versions_runner():
    problem = reconcile(plan(v1="a"), [*rows("a"), Row(2, "v9", "x", "x")]).problems[0]
    assert "get the runner and SQL of version v9" in remedy(problem, baseline={"last_sequence": 2})


def test_a_file_renamed_after_production_had_it_must_get_its_name_back():
    problem = reconcile(renamed(plan(v1="a"), "a", "b"), rows("a")).problems[0]
    assert remedy(problem, baseline={"last_sequence": 1}).startswith("rename b back to a")
    assert remedy(problem, baseline={"last_sequence": 0}) == "invoke phase1"


def test_nothing_of_a_database_that_no_reset_made_is_mended_by_one():
    problem = reconcile(plan(v1="a"), rows("a b")).problems[0]
    assert remedy(problem, baseline=None) == ("put b back into its list: production already has it")


def test_a_refusal_names_every_problem_with_what_mends_it_and_begins_with_productions():
    had = [rows("a b")[0], replace(rows("a b")[1], checksum="other")]
    problems = reconcile(plan(v1="b"), had).problems
    error = ledger_refusal(problems[::-1], baseline={"last_sequence": 1})
    assert "b was edited after it was applied\n    mend: invoke phase1" in error.found
    assert "\n    mend: put a back into its list" in error.found
    assert error.next.startswith("put a back into its list")
