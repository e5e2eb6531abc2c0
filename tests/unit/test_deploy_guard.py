"""When a deploy's turn has come: the checklist green for what is there now, and something to do."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from db_workflow.errors import DatabaseRefusedError, PhaseError
from db_workflow.release.deploy.guard import require_confirmed, require_green, require_work
from db_workflow.release.deploy.outlook import Outlook
from db_workflow.release.deploy.record import Deployment
from db_workflow.release.deploy.sessions import Others
from db_workflow.release.evidence import Standing
from db_workflow.release.result import Checklist, Item

OUTLOOK = Outlook("url/shop", "shop", "0.4", ("v0.4/a.sql",), None, Others(()), 1, ())
CUT_OFF = Deployment(
    1, "0.4", "old", "b.dump", "c" * 64, datetime(2026, 1, 2, tzinfo=UTC), "anna", "ci", "begun"
)
GREEN = Item("lint", "Lint has nothing to mend", "pass", (), "invoke lint")
CHECKLIST = Checklist("0.4", "old", (GREEN,), (), "2026-01-02T03:04:05+00:00")
FRESH = Standing("old", CHECKLIST, fresh=True, why="")
STALE = Standing("new", CHECKLIST, fresh=False, why="changed: production", stale=("production",))


def refused(outlook, standing):
    with pytest.raises(PhaseError) as no:
        require_green(outlook, standing)
    assert no.value.exit_code == 14
    return no.value


def test_a_green_checklist_of_what_is_there_now_is_enough():
    require_work(OUTLOOK)
    assert require_green(OUTLOOK, FRESH) is CHECKLIST


def test_no_checklist_names_the_command_that_makes_one():
    no = refused(OUTLOOK, Standing("new", None, fresh=False, why="there is none"))
    assert no.next == "invoke release-checklist --version 0.4"


def test_a_red_checklist_is_refused_by_its_red_items():
    red = replace(CHECKLIST, items=(GREEN, replace(GREEN, title="Plan is the same", state="fail")))
    assert refused(OUTLOOK, replace(FRESH, checklist=red)).data["failed"] == ["Plan is the same"]


@pytest.mark.parametrize("stale", [("production",), ("lists",), ("lists", "production")])
def test_a_stale_checklist_is_refused(stale):
    assert "stale" in str(refused(OUTLOOK, replace(STALE, stale=stale)))


def test_a_cut_off_deploy_goes_on_with_the_checklist_that_it_began_with():
    assert require_green(replace(OUTLOOK, last=CUT_OFF), STALE) is CHECKLIST


@pytest.mark.parametrize(
    ("last", "stale"),
    [
        (replace(CUT_OFF, outcome="done"), ("production",)),
        (replace(CUT_OFF, digest="another"), ("production",)),
        (CUT_OFF, ("lists", "production")),
    ],
)
def test_but_only_if_nothing_else_has_changed(last, stale):
    refused(replace(OUTLOOK, last=last), replace(STALE, stale=stale))


def test_nothing_pending_is_nothing_to_do():
    with pytest.raises(PhaseError, match="nothing to deploy"):
        require_work(replace(OUTLOOK, pending=()))
    with pytest.raises(PhaseError, match="by anna at 2026-01-02 00:00 UTC is done"):
        require_work(replace(OUTLOOK, pending=(), last=replace(CUT_OFF, outcome="done")))


def test_a_deploy_that_was_cut_off_after_its_last_step_still_has_to_end():
    require_work(replace(OUTLOOK, pending=(), last=CUT_OFF))


def test_a_cut_off_deploy_of_an_earlier_version_goes_on_while_its_steps_wait():
    outlook = replace(OUTLOOK, version="0.5", last=CUT_OFF)
    assert replace(outlook, pending=("v0.4/b.sql", "v0.5/a.sql")).resumed is CUT_OFF
    assert replace(outlook, pending=("v0.5/a.sql",)).resumed is None


def test_lacking_rights_are_listed():
    with pytest.raises(DatabaseRefusedError, match="  - CREATE on schema public"):
        require_work(replace(OUTLOOK, lacking=("CREATE on schema public",)))


@pytest.mark.parametrize("typed", ["", "Shop", "shop2"])
def test_only_the_databases_own_name_confirms(typed):
    with pytest.raises(DatabaseRefusedError, match="was not confirmed"):
        require_confirmed("shop", typed, why="it changes")
    require_confirmed("shop", "shop", why="it changes")


def test_who_is_connected_is_told_in_one_line():
    found = Others((("api", "web", 2), ("psql", "anna", 1)), prepared=1)
    assert str(found) == (
        "3 sessions: 2 of api (web), psql (anna); 1 prepared transactions, which no session holds"
    )
    assert (str(Others(())), bool(Others(()))) == ("nobody", False)
