"""The ledger against the lists: every way in which they can disagree."""

from dataclasses import replace
from pathlib import Path

from db_workflow.schema.declaration import Migration, Step
from db_workflow.schema.ledger import Row
from db_workflow.schema.reconcile import Reconciliation, reconcile
from db_workflow.schema.plan import Entry, Plan
from db_workflow.schema.refusals import remedy


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
    assert kinds(found) == [("reordered", "b")]
    assert found.problems[0].text == "b ran after a, but is listed before it"


def test_a_step_inserted_before_one_that_ran_is_named_and_not_pending():
    found = reconcile(plan(v1="a x b", v2="c"), rows("a b"))
    assert kinds(found) == [("inserted", "x")]
    assert found.problems[0].text == "x was put into the list before b, which has run already"
    assert pending(found) == ["c"]


def test_a_step_inserted_into_an_earlier_version_is_named():
    assert kinds(reconcile(plan(v1="a x", v2="b"), [*rows("a"), Row(2, "v2", "b", "b")])) == [
        ("inserted", "x")
    ]


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
