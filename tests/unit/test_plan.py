"""The lists on disk: what they mean, and everything that can be wrong with them."""

import hashlib
from pathlib import Path

import pytest

from db_workflow.errors import MigrationError
from db_workflow.schema.plan import load_plan
from db_workflow.schema.version import normal_version
from db_workflow.settings import Settings, load_settings

RUNNER = """\
from db_workflow.schema import Migration, python_step, sql_file

MIGRATION = Migration(version="{version}", title="a version", steps=({steps}))
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.db_workflow]\n"
        'project = "tiny"\n'
        'sql = "sql"\n'
        'runners = "scripts/v{version}_migration/run_migrations.py"\n'
        'models = "tiny_models:Base"\n'
        'enums = "tiny_enums"\n'
        'test_data = "tests/database"\n'
    )
    return load_settings(tmp_path, environment={})


def write(settings: Settings, path: str, text: str) -> Path:
    file = settings.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def version(settings: Settings, number: str, *steps: str, declared: str | None = None) -> Path:
    listed = "".join(f"{step}, " for step in steps)
    return write(
        settings,
        f"scripts/v{number}_migration/run_migrations.py",
        RUNNER.format(version=declared or number, steps=listed),
    )


def problems(settings: Settings) -> list[str]:
    with pytest.raises(MigrationError) as caught:
        load_plan(settings)
    found: list[str] = caught.value.data["problems"]
    return found


def test_versions_are_sorted_as_numbers(settings: Settings):
    for number in ("0.10", "0.2", "1", "0.9.1"):
        version(settings, number)
    assert load_plan(settings).versions == ("0.2", "0.9.1", "0.10", "1")


def test_an_entry_carries_its_ledger_name_place_and_checksum(settings: Settings):
    version(settings, "0.1", 'sql_file("people/01.sql")', 'python_step("fill.py")')
    file = write(settings, "sql/v0.1/people/01.sql", "SELECT 1;\n")
    write(settings, "scripts/v0.1_migration/fill.py", "async def upgrade(context): ...\n")
    first, second = load_plan(settings).entries
    assert (first.name, first.kind, first.position) == ("v0.1/people/01.sql", "sql", 1)
    assert first.checksum == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (second.name, second.kind, second.position) == ("v0.1/fill.py", "python", 2)


def test_an_edit_is_seen_at_once_even_within_the_same_second(settings: Settings):
    write(settings, "sql/v0.1/a.sql", "SELECT 1;")
    version(settings, "0.1", 'sql_file("a.sql")')
    assert load_plan(settings).entries[0].name == "v0.1/a.sql"
    (settings.sql / "v0.1/a.sql").rename(settings.sql / "v0.1/b.sql")
    version(settings, "0.1", 'sql_file("b.sql")')
    assert load_plan(settings).entries[0].name == "v0.1/b.sql"


def test_reading_the_lists_leaves_no_compiled_files_behind(settings: Settings):
    version(settings, "0.1")
    load_plan(settings)
    assert not list(settings.root.rglob("__pycache__"))


def test_a_plan_up_to_a_version_leaves_the_later_ones_out(settings: Settings):
    for number in ("0.1", "0.2", "0.10"):
        write(settings, f"sql/v{number}/a.sql", "SELECT 1;")
        version(settings, number, 'sql_file("a.sql")')
    plan = load_plan(settings).up_to("v0.2")
    assert plan.versions == ("0.1", "0.2")
    assert [entry.version for entry in plan.entries] == ["0.1", "0.2"]


def test_an_unknown_version_is_refused_and_the_known_ones_are_named(settings: Settings):
    version(settings, "0.1")
    version(settings, "0.2")
    with pytest.raises(MigrationError, match=r"no version '0\.7'\. Known: 0\.1, 0\.2\."):
        load_plan(settings).up_to("0.7")


def test_a_repository_without_runners_is_told_where_they_go(settings: Settings):
    assert problems(settings) == [
        "no runner matches scripts/v{version}_migration/run_migrations.py"
    ]


def test_a_runner_that_declares_another_version_than_its_path_is_refused(settings: Settings):
    version(settings, "0.2", declared="0.3")
    assert "declares version '0.3', its path '0.2'" in problems(settings)[0]


def test_a_folder_whose_version_is_not_a_number_is_refused(settings: Settings):
    version(settings, "next")
    assert "'next' is not a version such as 0.4" in problems(settings)[0]


@pytest.mark.parametrize("other", ["0.01", "0.1.0"])
def test_two_spellings_of_one_version_are_refused(settings: Settings, other: str):
    version(settings, "0.1")
    version(settings, other)
    assert "are the same version" in problems(settings)[0]


def test_a_version_may_be_declared_with_its_v_and_keeps_the_spelling_of_its_path(
    settings: Settings,
):
    write(settings, "sql/v0.1/a.sql", "SELECT 1;")
    version(settings, "0.1", 'sql_file("a.sql")', declared="v0.1")
    plan = load_plan(settings)
    assert plan.versions == ("0.1",)
    assert plan.entries[0].name == "v0.1/a.sql"


@pytest.mark.parametrize("typed", ["0.4", "v0.4", " v0.04 ", "0.4.0"])
def test_a_version_is_found_whichever_way_it_is_typed(settings: Settings, typed: str):
    version(settings, "0.4")
    version(settings, "0.10")
    assert load_plan(settings).version(typed) == "0.4"
    assert load_plan(settings).up_to(typed).versions == ("0.4",)


@pytest.mark.parametrize("typed", ["", "next", "0.4-rc1", "0..4", "vv0.4", "٤"])
def test_what_is_no_version_is_refused_as_such(settings: Settings, typed: str):
    version(settings, "0.4")
    with pytest.raises(MigrationError, match=r"is not a version such as 0\.4"):
        load_plan(settings).up_to(typed)


@pytest.mark.parametrize(
    ("typed", "normal"), [("0.4", "0.4"), ("v0.4", "0.4"), ("0.04", "0.4"), ("v1.0", "1.0")]
)
def test_the_normal_spelling_of_a_version_has_no_v_and_no_leading_zeros(typed: str, normal: str):
    assert normal_version(typed) == normal


def test_a_missing_sql_file_is_named_with_its_path(settings: Settings):
    version(settings, "0.1", 'sql_file("people/01.sql")')
    (problem,) = problems(settings)
    assert problem.startswith("scripts/v0.1_migration/run_migrations.py lists people/01.sql,")
    assert problem.endswith("sql/v0.1/people/01.sql is missing")


@pytest.mark.parametrize("again", ["people/01.sql", "people/./01.sql"])
def test_a_file_listed_twice_is_refused(settings: Settings, again: str):
    write(settings, "sql/v0.1/people/01.sql", "SELECT 1;")
    version(settings, "0.1", 'sql_file("people/01.sql")', f'sql_file("{again}")')
    assert problems(settings) == [f"scripts/v0.1_migration/run_migrations.py lists {again} twice"]


def test_a_sql_file_in_no_list_is_refused(settings: Settings):
    write(settings, "sql/v0.1/people/02.sql", "SELECT 1;")
    version(settings, "0.1")
    (problem,) = problems(settings)
    assert problem.startswith("sql/v0.1/people/02.sql is in no list;")
    assert "scripts/v0.1_migration/run_migrations.py should name it" in problem


def test_sql_of_a_version_without_a_runner_is_refused(settings: Settings):
    version(settings, "0.1")
    write(settings, "sql/v0.2/people/01.sql", "SELECT 1;")
    assert "sql/v0.2 holds SQL, but there is no scripts/v0.2_migration" in problems(settings)[0]


@pytest.mark.parametrize(
    "listed", ['("a.sql", )', 'sql_file("a.sql")', "[sql_file]"], ids=["text", "no comma", "name"]
)
def test_a_list_of_something_else_than_steps_is_refused(settings: Settings, listed: str):
    write(
        settings,
        "scripts/v0.1_migration/run_migrations.py",
        "from db_workflow.schema import Migration, sql_file\n"
        f'MIGRATION = Migration("0.1", "a version", {listed})\n',
    )
    assert "must hold sql_file(…) and python_step(…) only" in problems(settings)[0]


def test_two_steps_that_would_have_one_name_in_the_ledger_are_refused(settings: Settings):
    write(settings, "sql/v0.1/fill.py", "SELECT 1;")
    write(settings, "scripts/v0.1_migration/fill.py", "async def upgrade(context): ...\n")
    version(settings, "0.1", 'sql_file("fill.py")', 'python_step("fill.py")')
    assert "lists fill.py twice" in problems(settings)[0]


@pytest.mark.parametrize("path", ["../v0.2/01.sql", "/etc/01.sql"])
def test_a_path_that_leaves_the_version_is_refused(settings: Settings, path: str):
    version(settings, "0.1", f'sql_file("{path}")')
    assert "paths stay inside the version's folder" in problems(settings)[0]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("x = 1\n", "v0.1_migration/fill.py has no `async def upgrade(context: StepContext)"),
        ("\ndef upgrade(context): ...\n", "fill.py:2: `upgrade` must be `async def`"),
        ("x = 1\nasync def (:\n", "fill.py:2: invalid syntax"),
    ],
)
def test_a_python_step_without_an_async_upgrade_is_refused(
    settings: Settings, source: str, complaint: str
):
    write(settings, "scripts/v0.1_migration/fill.py", source)
    version(settings, "0.1", 'python_step("fill.py")')
    assert complaint in problems(settings)[0]


def test_a_python_step_is_not_executed_when_the_plan_is_read(settings: Settings):
    write(
        settings,
        "scripts/v0.1_migration/fill.py",
        "import no_such_module\nasync def upgrade(context): ...\n",
    )
    version(settings, "0.1", 'python_step("fill.py")')
    assert len(load_plan(settings).entries) == 1


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("import os\n1 / 0\n", "run_migrations.py:2: ZeroDivisionError: division by zero"),
        ("import os\nimport no_such_module\n", "run_migrations.py:2: ModuleNotFoundError"),
        ("steps = (\n", "run_migrations.py:1: SyntaxError: '(' was never closed"),
        ("x = 1\n", "has no MIGRATION"),
    ],
)
def test_a_runner_that_does_not_import_is_named_with_its_line(
    settings: Settings, source: str, complaint: str
):
    write(settings, "scripts/v0.1_migration/run_migrations.py", source)
    assert complaint in problems(settings)[0]


def test_every_problem_is_reported_at_once(settings: Settings):
    version(settings, "0.1", 'sql_file("missing.sql")', 'python_step("missing.py")')
    write(settings, "sql/v0.1/forgotten.sql", "SELECT 1;")
    version(settings, "0.2", declared="0.3")
    found = problems(settings)
    assert len(found) == 4
