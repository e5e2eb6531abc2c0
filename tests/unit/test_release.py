"""What a release is told by: plain data, its formats, and what counts as the same."""

import json
from dataclasses import replace

import pytest

from db_workflow.catalog import SchemaObject, Snapshot
from db_workflow.errors import SettingsError
from db_workflow.release import kept
from db_workflow.release.checklist import Checked
from db_workflow.release.checks import every_check
from db_workflow.release.checks.registry import Evidence, Subject, listed
from db_workflow.release.checks.restored import rehearsal, rehearsed_integrity, second_run
from db_workflow.release.evidence import described
from db_workflow.release.inputs import Inputs
from db_workflow.release.integrity import Fault, Integrity
from db_workflow.release.rehearsal import Rehearsal, RehearsedBackup, RehearsedStep
from db_workflow.release.rehearsal.archive import RowCounter
from db_workflow.release.render import STYLES, render
from db_workflow.release.result import Checklist, ChecklistPhase, Item
from db_workflow.settings import load_settings

GOOD = Item("good", "It is good", "pass", ("it is", "really"), "psql", {"rows": 1})
BAD = Item("bad", "It is <not> bad", "fail", ("3 & more",), "invoke mend")
NONE = Item("none", "Nobody asks", "not applicable", (), "ls")
LIST = Checklist(
    "0.4", "d" * 64, (GOOD, BAD, NONE), (ChecklistPhase(1, "schema", True, ("a",)),), "2026-11-23"
)
REHEARSAL = Rehearsal(
    digest="e" * 64,
    database="shop",
    backup=RehearsedBackup("a.dump", "2026-11-23T00:00:00+00:00", "f" * 64),
    server_version="18.6",
    steps=(
        RehearsedStep(
            "v0.4/a.sql", "0.4", "sql", 0.5, 3, ({"relation": "t", "mode": "ShareLock"},)
        ),
        RehearsedStep("v0.4/b.py", "0.4", "python", 1.5, None),
    ),
    restore_seconds=1.0,
    migrate_seconds=2.0,
    bytes_before=1000,
    bytes_after=3000,
    rows_before={"t": 1},
    rows_after={"t": 1},
    before=Snapshot.of([SchemaObject("table", "t", None, {})]),
    after=Snapshot.of([SchemaObject("table", "t", None, {})]),
    second_run_steps=0,
    problems=(),
)


def test_a_checklist_is_releasable_when_nothing_fails():
    assert not LIST.releasable
    assert LIST.failing == ("bad",)
    assert LIST.summary == "version 0.4: 1 of 3 items fail"
    assert replace(LIST, items=(GOOD, NONE)).releasable


def test_a_checklist_and_a_rehearsal_survive_being_written_as_json():
    assert Checklist.from_json(json.loads(json.dumps(LIST.to_json()))) == LIST
    assert Rehearsal.from_json(REHEARSAL.to_json()) == REHEARSAL
    for wrong in ([], {"version": "0.4"}, {**LIST.to_json(), "items": [{}]}):
        with pytest.raises(ValueError, match="not a checklist"):
            Checklist.from_json(wrong)


@pytest.mark.parametrize("style", STYLES)
def test_every_format_has_every_item_and_its_evidence(style):
    text = render(Checked(LIST, REHEARSAL), style=style)
    assert text.endswith("\n")
    assert "really" in text
    assert "invoke mend" in text
    assert LIST.digest[:12] in text
    if style == "html":
        assert "It is &lt;not&gt; bad" in text
    elif style == "json":
        assert json.loads(text)["releasable"] is False
    else:
        assert "version 0.4: 1 of 3 items fail" in text


def test_inputs_tell_what_changed_by_group_and_name():
    before = Inputs({"lists": {"a": "1", "b": "2"}, "production": {"schema": "x"}, "backup": {}})
    same = Inputs({"backup": {}, "production": {"schema": "x"}, "lists": {"b": "2", "a": "1"}})
    assert same.digest == before.digest
    assert same.changes(before) == {}
    now = Inputs({"lists": {"a": "1", "c": "2"}, "production": {"schema": "y"}})
    assert now.digest != before.digest
    assert now.changes(before) == {"lists": ("b", "c"), "production": ("schema",)}
    assert described(now.changes(before)) == "lists (b, c); production (schema)"
    assert described({"lists": tuple("abcde")}) == "lists (a, b, c and 2 more)"


def test_every_check_has_a_name_a_title_and_a_command(tmp_path):
    (tmp_path / "pyproject.toml").write_text(SHOP)
    checks = every_check(load_settings(tmp_path, environment={}))
    assert len({one.name for one in checks}) == len(checks) > 20
    for one in checks:
        assert one.name == one.name.lower()
        assert " " not in one.name
        assert one.title
        assert one.command
        assert one.function.__doc__ or one.name.startswith("phase-")


SHOP = """
[tool.db_workflow]
project = "a"
sql = "sql"
runners = "r/{version}.py"
models = "m:Base"
enums = "e"
test_data = "t"
"""


def test_the_settings_of_a_release_have_defaults_and_are_judged(tmp_path):
    file = tmp_path / "pyproject.toml"
    file.write_text(SHOP)
    plain = load_settings(tmp_path, environment={})
    assert (plain.release_checks, plain.boundary, plain.boundary_base) == (None, (), "")
    file.write_text(f'{SHOP}release_checks = "a.b"\nboundary = ["x/"]\nboundary_base = "main"\n')
    found = load_settings(tmp_path, environment={})
    assert (found.release_checks, found.boundary, found.boundary_base) == ("a.b", ("x/",), "main")
    file.write_text(f'{SHOP}release_checks = 1\nboundary = "x/"\nboundary_base = ""\n')
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, environment={})
    for part in ("'release_checks'", "'boundary'", "'boundary_base'"):
        assert part in caught.value.found


def subject(found, why=""):
    nothing: dict = dict.fromkeys(("settings", "server", "plan", "status", "production"))
    return Subject(**nothing, version="0.4", rehearsal=found, unrehearsed=why)


@pytest.mark.parametrize(
    ("check", "changed", "said"),
    [
        (second_run, {"second_run_steps": 2}, "2 steps ran again"),
        (rehearsal, {"problems": ("v0.4/a.sql failed",)}, "v0.4/a.sql failed"),
        (rehearsed_integrity, {"faults": ("3 rows",)}, "3 rows"),
        (
            rehearsed_integrity,
            {"faults": ("3 rows",), "faults_before": ("3 rows",)},
            "3 rows (before the steps, too)",
        ),
    ],
)
async def test_what_a_rehearsal_found_makes_its_check_red(check, changed, said):
    assert (await check(subject(REHEARSAL))).state == "pass"
    found = replace(REHEARSAL, **changed)
    assert not found.ok
    evidence = await check(subject(found))
    assert (evidence.state, evidence.sentences) == ("fail", (said,))


async def test_a_rehearsal_is_told_step_by_step():
    found = await rehearsal(subject(REHEARSAL))
    assert found.sentences == (
        "2 steps in 2.0 s on PostgreSQL 18.6; the database grew by 2 kB",
        "v0.4/a.sql: 0.50 s, 3 rows, SHARE t ≤ 0.0 ms",
        "v0.4/b.py: 1.50 s, ? rows",
    )
    assert found.data["steps"] == 2


def test_many_sentences_are_cut_and_counted():
    assert listed([]) == ()
    assert listed(["a", "b"], most=2) == ("a", "b")
    assert listed(["a", "b", "c"], most=1) == ("a", "and 2 more")
    assert Evidence.of(False, "a", rows=1).data == {"rows": 1}


def test_rows_are_counted_in_what_pg_restore_writes_however_it_comes_in_pieces():
    text = (
        b"SET x = 1;\nCOPY public.a (id, t) FROM stdin;\n1\tCOPY public.b (id) FROM stdin;\n"
        b'2\t\\\\.\n\\.\n\n\nCOPY "odd s"."b (c)" ("x y") FROM stdin;\n\\.\n'
        b"SELECT setval('public.s', 3);\nCOPY public.c FROM stdin;\n\n\\.\n"
    )
    for size in (1, 7, len(text)):
        counter = RowCounter()
        for start in range(0, len(text), size):
            counter.feed(text[start : start + size])
        assert counter.rows == {"public.a": 2, '"odd s"."b (c)"': 0, "public.c": 1}
        assert not counter.inserts
    counter.feed(b"INSERT INTO public.d VALUES (1);\n")
    assert counter.inserts


def test_integrity_tells_every_fault_and_counts_those_beyond_the_screen():
    faults = tuple(Fault("orphans", f"t k{n}", f"t k{n}: {n} rows", "mend") for n in range(70))
    found = Integrity("shop", faults, ("a note",), {"foreign keys": 1200}, 0.1)
    text = str(found)
    assert "looked at  1,200 foreign keys" in text
    assert "t k59: 59 rows" in text
    assert "t k60" not in text
    assert "… and 10 more" in text
    assert "- a note" in text
    assert len(found.to_json()["faults"]) == 70
    assert found.exit_code == 1


def test_a_kept_file_is_its_owner_s_and_there_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a.json"
    kept.write(path, "one")
    kept.write(path, "two ü")
    assert kept.read(path) == "two ü"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]
    assert kept.read(tmp_path / "b.json") is None
    with pytest.raises(TypeError):
        kept.write(path, 3)
    assert kept.read(path) == "two ü"
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]
