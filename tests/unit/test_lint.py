"""The lint without a database: what squawk is asked, what it says, what a person reads."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from db_workflow.errors import MigrationError, WorkflowError
from db_workflow.schema.ledger.ledger import Row
from db_workflow.schema.lint import Finding, LintResult, Measured, lint
from db_workflow.schema.lint.rules import ADVICE, NOT_ASKED, UNKNOWN_TO_SQUAWK
from db_workflow.schema.lint.selection import select
from db_workflow.schema.lint.sources import squawk_text
from db_workflow.schema.lint.squawk import (
    Source,
    batches,
    find_squawk,
    refuse_unknown_rules,
    run_squawk,
)
from db_workflow.schema.plan import load_plan
from db_workflow.schema.run.measured import is_big, is_strong, lock_text
from db_workflow.schema.script.script import read_script
from db_workflow.settings import Settings, load_settings

INDEX = "CREATE INDEX ix_pets_name ON pets (name);\n"
CONCURRENTLY = "CREATE INDEX CONCURRENTLY ix_pets_name ON pets (name);\n"
ALONE = "-- db_workflow: no-transaction\n"
CREATION = "require-concurrent-index-creation"


class Repository:
    """A tiny repository of SQL files."""

    def __init__(self, root: Path):
        (root / "pyproject.toml").write_text(
            "[tool.db_workflow]\n"
            'project = "tiny"\n'
            'sql = "sql"\n'
            'runners = "scripts/v{version}_migration/run_migrations.py"\n'
            'models = "tiny_models:Base"\n'
            'enums = "tiny_enums"\n'
            'test_data = "tests/database"\n'
        )
        self.root = root
        self.settings: Settings = load_settings(root, environment={})

    def write(self, version: str, files: dict[str, str | bytes]) -> None:
        """Declare a version of these files, in this order."""
        for name, text in files.items():
            path = self.settings.sql / f"v{version}" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        runner = self.root / f"scripts/v{version}_migration/run_migrations.py"
        runner.parent.mkdir(parents=True, exist_ok=True)
        steps = "".join(f"sql_file({name!r}), " for name in files)
        runner.write_text(
            "from db_workflow.schema import Migration, sql_file\n"
            f'MIGRATION = Migration("{version}", "a version", ({steps}))\n'
        )

    async def lint(self, **options) -> LintResult:
        settings = options.pop("settings", self.settings)
        return await lint(None, load_plan(settings), settings=settings, **options)

    async def rules(self, text: str | bytes, **options) -> list[str]:
        """Return which rules a file breaks."""
        self.write("1", {"a.sql": text})
        return [found.rule for found in (await self.lint(**options)).findings]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], Path]:
    """Return what makes a program that stands where squawk does."""

    def make(script: str) -> Path:
        path = tmp_path / "squawk"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o700)
        return path

    return make


async def test_a_finding_has_its_file_line_column_rule_and_the_advice_for_this_runner(repository):
    repository.write("1", {"a.sql": f"-- pets\nSELECT 1; {INDEX}"})
    result = await repository.lint()
    assert not result.ok
    assert str(result.findings[0]) == (
        f"sql/v1/a.sql:2:11: {CREATION}: During normal index creation, table updates are blocked,"
        f" but reads are still allowed.\n    {ADVICE[CREATION]}"
    )


async def test_a_column_counts_characters_however_many_bytes_they_have(repository):
    repository.write("1", {"a.sql": f"SELECT 'žluťoučký 🐎'; {INDEX}"})
    assert (await repository.lint()).findings[0].column == 23


async def test_a_step_in_a_transaction_may_not_build_concurrently(repository):
    assert await repository.rules(ALONE + CONCURRENTLY) == []
    assert await repository.rules(ALONE + INDEX) == [CREATION]
    assert await repository.rules(CONCURRENTLY) != []


async def test_squawks_own_file_cannot_change_the_transaction_mode(repository):
    (repository.root / ".squawk.toml").write_text("assume_in_transaction = true\n")
    assert await repository.rules(ALONE + CONCURRENTLY) == []


async def test_what_the_runner_sees_to_is_left_out_with_its_reason(repository):
    repository.write("1", {"a.sql": "ALTER TABLE pets ADD COLUMN age bigint;\n"})
    result = await repository.lint()
    assert result.ok
    assert not result.findings
    assert {one.rule: (one.reason, one.count) for one in result.left_out} == {
        rule: (NOT_ASKED[rule], 1) for rule in ("require-lock-timeout", "require-statement-timeout")
    }


def test_every_rule_that_has_a_reason_or_advice_is_one_of_squawks(tmp_path):
    names = sorted({*NOT_ASKED, *ADVICE} - UNKNOWN_TO_SQUAWK)
    refuse_unknown_rules(find_squawk(), names, root=tmp_path)
    with pytest.raises(WorkflowError, match="no-such-rule"):
        refuse_unknown_rules(find_squawk(), [*names, "no-such-rule"], root=tmp_path)


async def test_a_statement_is_ignored_with_a_reason_beside_the_rule(repository):
    assert await repository.rules(f"-- squawk-ignore {CREATION} -- 40 rows\n{INDEX}") == []


async def test_an_ignored_rule_that_does_not_exist_is_told(repository):
    rules = await repository.rules(f"-- squawk-ignore {CREATION}: 40 rows\n{INDEX}")
    assert rules == ["unused-ignore", CREATION]


async def test_a_repository_leaves_rules_out_by_its_settings(repository):
    settings = replace(repository.settings, lint_exclude=(CREATION,))
    repository.write("1", {"a.sql": INDEX})
    result = await repository.lint(settings=settings)
    assert result.ok
    assert (CREATION, 1) in [(one.rule, one.count) for one in result.left_out]


def test_the_repository_names_its_rules_and_what_is_big(repository):
    with (repository.root / "pyproject.toml").open("a") as file:
        file.write('lint_exclude = ["ban-drop-column"]\nbig_table_rows = 7\n')
    settings = load_settings(repository.root, environment={})
    assert (settings.lint_exclude, settings.big_table_rows) == (("ban-drop-column",), 7)


async def test_a_rule_left_out_that_does_not_exist_is_refused(repository):
    settings = replace(repository.settings, lint_exclude=("no-such-rule",))
    with pytest.raises(WorkflowError, match="no-such-rule") as caught:
        await repository.rules(INDEX, settings=settings)
    assert "lint_exclude" in caught.value.next


async def test_the_repositorys_own_squawk_file_counts_and_none_above_it(tmp_path):
    (tmp_path / ".squawk.toml").write_text(f'excluded_rules = ["{CREATION}"]\n')
    (tmp_path / "inside").mkdir()
    repository = Repository(tmp_path / "inside")
    assert await repository.rules(INDEX) == [CREATION]
    (tmp_path / ".squawk.toml").rename(repository.root / ".squawk.toml")
    assert await repository.rules(INDEX) == []


async def test_settings_and_squawks_own_file_leave_out_together(repository):
    (repository.root / ".squawk.toml").write_text(f'excluded_rules = ["{CREATION}"]\n')
    settings = replace(repository.settings, lint_exclude=("ban-drop-column",))
    text = f"{INDEX}ALTER TABLE pets DROP COLUMN age;\n"
    assert await repository.rules(text, settings=settings) == []


async def test_files_that_squawks_own_file_passes_over_are_passed_over(repository):
    (repository.root / ".squawk.toml").write_text('excluded_paths = ["sql/v1/a.sql"]\n')
    assert await repository.rules(INDEX) == []


async def test_a_squawk_file_that_squawk_does_not_understand_is_told(repository):
    (repository.root / ".squawk.toml").write_text("excluded_rules = [\n")
    with pytest.raises(WorkflowError, match=r"(?s)squawk failed.*squawk\.toml"):
        await repository.rules(INDEX)


async def test_names_that_look_like_patterns_or_options_are_only_names(repository):
    names = ["we[ird]*/?.sql", "-x.sql", "help me.sql", "žluť.sql"]
    repository.write("1", dict.fromkeys(names, INDEX))
    result = await repository.lint()
    assert [found.file for found in result.findings] == [f"sql/v1/{name}" for name in names]


async def test_more_files_than_a_command_line_takes_are_all_linted(repository):
    names = [f"{'long' * 40}/{number:03}.sql" for number in range(400)]
    repository.write("1", dict.fromkeys(names, INDEX))
    result = await repository.lint()
    assert [found.file for found in result.findings] == [f"sql/v1/{name}" for name in names]
    assert result.files == 400


def test_names_are_handed_over_in_batches_in_their_order():
    assert list(batches(["aa", "bb", "c" * 9, "d"], length=6)) == [["aa", "bb"], ["c" * 9], ["d"]]
    assert list(batches([], length=6)) == []


async def test_findings_come_in_the_order_of_the_lists(repository):
    repository.write("1", {"z.sql": INDEX, "a.sql": ALONE + INDEX, "m.sql": INDEX})
    found = [one.file for one in (await repository.lint()).findings]
    assert found == ["sql/v1/z.sql", "sql/v1/a.sql", "sql/v1/m.sql"]


async def test_a_file_that_the_runner_refuses_is_an_error_at_its_line(repository):
    repository.write("1", {"a.sql": "SELECT 1;\nCOMMIT;\n", "b.sql": b"SELECT '\xff';\n"})
    result = await repository.lint()
    assert [(one.file, one.line, one.rule, one.level) for one in result.findings] == [
        ("sql/v1/a.sql", 2, "cannot-run", "error"),
        ("sql/v1/b.sql", 1, "cannot-run", "error"),
    ]
    assert result.findings[0].message.startswith("COMMIT")
    assert not result.ok


async def test_unusual_bytes_are_told_and_do_not_fail(repository):
    repository.write("1", {"a.sql": b"\xef\xbb\xbfSELECT 1;\r\nSELECT 2;\r\n"})
    result = await repository.lint()
    assert {one.rule for one in result.findings} == {"file-bytes"}
    assert len(result.findings) == 2
    assert result.ok


async def test_a_byte_order_mark_moves_no_column(repository):
    repository.write("1", {"a.sql": b"\xef\xbb\xbf" + INDEX.encode()})
    places = {one.rule: one.place for one in (await repository.lint()).findings}
    assert places[CREATION] == "sql/v1/a.sql:1:1"


async def test_rows_below_a_copy_are_no_sql_to_squawk(repository):
    text = f"\\restrict a1\nCOPY pets FROM stdin;\n1\tit's; (\n2\t)\n\\.\n{INDEX}"
    repository.write("1", {"a.sql": text})
    assert [one.place for one in (await repository.lint()).findings] == ["sql/v1/a.sql:6:1"]


def test_blank_rows_keep_every_line_where_it_was(tmp_path):
    path = tmp_path / "a.sql"
    path.write_text("COPY pets FROM stdin;\n1\tx\n\\.\n-- after\nSELECT 1;\n")
    assert squawk_text(read_script(path, shown="a.sql")) == (
        "COPY pets FROM stdin;\n   \n  \n-- after\nSELECT 1;\n"
    )
    path.write_text("SELECT 1;\n")
    assert squawk_text(read_script(path, shown="a.sql")) is None


async def test_a_syntax_error_fails_while_no_server_has_run_the_text(repository):
    repository.write("1", {"a.sql": "SELECT 1 +;\n"})
    result = await repository.lint()
    assert [(one.rule, one.level) for one in result.findings] == [("syntax-error", "error")]
    assert not result.ok


def test_a_squawk_that_prints_something_else_is_told(program, tmp_path):
    source = Source(tmp_path / "a.sql", transaction=True)
    for script, told in (
        ("echo nonsense; echo 'it broke' >&2", "it broke"),
        ("echo '{}'", "no findings in a known form"),
        ("""echo '[{"file": "a.sql", "violations": []}]'""", "no findings in a known form"),
        ("exit 7", "exit code 7"),
        ("echo 'unknown option' >&2; exit 2", "unknown option"),
    ):
        with pytest.raises(WorkflowError, match=told):
            run_squawk(program(script), [source], root=tmp_path, major=None)


def test_a_squawk_that_cannot_be_run_is_told(tmp_path):
    source = Source(tmp_path / "a.sql", transaction=True)
    (tmp_path / "squawk").write_text("")
    with pytest.raises(WorkflowError, match="cannot be run") as caught:
        run_squawk(tmp_path / "squawk", [source], root=tmp_path, major=None)
    assert "squawk-cli" in caught.value.next


def test_without_squawk_the_next_command_installs_it(monkeypatch, tmp_path):
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WorkflowError) as caught:
        find_squawk()
    assert caught.value.next == "pip install --upgrade squawk-cli"


def test_squawk_beside_this_python_comes_before_the_one_on_the_path(program, monkeypatch):
    other = program("exit 0")
    monkeypatch.setenv("PATH", str(other.parent))
    assert find_squawk() != other
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(other.parent / "nowhere"))
    assert find_squawk() == other


async def test_nothing_to_lint_needs_no_squawk(repository, monkeypatch, tmp_path):
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    repository.write("1", {})
    assert (await repository.lint()).ok


class TestSelection:
    """Which steps are linted."""

    @pytest.fixture
    def plan(self, repository):
        for version in ("0.9", "0.10"):
            repository.write(version, {"a.sql": "SELECT 1;", "b.sql": "SELECT 2;"})
        return load_plan(repository.settings)

    def names(self, plan, rows=(), **options) -> list[str]:
        return [entry.name for entry in select(plan, rows, **options).entries]

    def test_by_default_it_is_what_production_has_not_had(self, plan):
        rows = [
            Row(at, entry.version, entry.name, entry.checksum)
            for at, entry in enumerate(plan.entries, start=1)
        ]
        assert self.names(plan, rows, baseline={"last_sequence": 3}) == ["v0.10/b.sql"]
        assert self.names(plan, rows, baseline={"last_sequence": 4}) == []

    def test_it_is_the_newest_version_where_production_is_not_known(self, plan):
        assert self.names(plan, baseline=None) == ["v0.10/a.sql", "v0.10/b.sql"]
        assert self.names(plan, baseline={"backup": "old"}) == ["v0.10/a.sql", "v0.10/b.sql"]

    def test_a_version_and_everything_can_be_named_but_not_both(self, plan):
        assert self.names(plan, baseline=None, version="v0.9") == ["v0.9/a.sql", "v0.9/b.sql"]
        assert len(self.names(plan, baseline=None, everything=True)) == 4
        with pytest.raises(MigrationError, match=r"0\.7"):
            select(plan, (), baseline=None, version="0.7")
        with pytest.raises(WorkflowError, match="contradict"):
            select(plan, (), baseline=None, version="0.9", everything=True)


class TestMeasuredLocks:
    """Locks as the ledger holds them."""

    def test_a_lock_is_strong_when_others_cannot_write_beside_it(self):
        strong = ("AccessExclusiveLock", "ExclusiveLock", "ShareRowExclusiveLock", "ShareLock")
        weak = ("ShareUpdateExclusiveLock", "RowExclusiveLock", "RowShareLock", "AccessShareLock")
        assert all(is_strong({"mode": mode}) for mode in strong)
        assert not any(is_strong({"mode": mode}) for mode in weak)
        assert not is_strong({})

    @pytest.mark.parametrize(
        ("size", "big"),
        [
            ({"rows": 100_000, "bytes": 0}, True),
            ({"rows": 99_999, "bytes": 100 * 1024**2}, False),
            ({"rows": None, "bytes": 100 * 1024**2 + 1}, True),
            ({"rows": None, "bytes": None}, False),
            ({}, False),
        ],
    )
    def test_a_relation_is_big_by_its_rows_or_its_bytes(self, repository, size, big):
        assert is_big(size, settings=repository.settings) is big

    def test_what_is_big_is_the_repositorys_word(self, repository):
        settings = replace(repository.settings, big_table_rows=10)
        assert is_big({"rows": 10}, settings=settings)

    def test_a_lock_reads_as_a_sentence_and_leaves_out_what_is_not_known(self):
        lock = {"relation": "public.pets", "mode": "ShareRowExclusiveLock"}
        assert lock_text(lock) == "SHARE ROW EXCLUSIVE on public.pets"
        lock |= {"held_ms": 1234.56, "rows": None, "bytes": 5 * 1024**2}
        assert (
            lock_text(lock) == "SHARE ROW EXCLUSIVE on public.pets for at most 1,234.6 ms, at 5 MB"
        )
        lock |= {"rows": 12_000.0, "bytes": 3 * 1024**5}
        assert lock_text(lock).endswith(", at 12,000 rows and 3,072.0 TB")


class TestResult:
    """What a person and a machine are shown."""

    warning = Finding("a.sql", "strong-lock", "held long", "warning", "db_workflow")
    error = Finding("a.sql", "cannot-run", "no", "error", "db_workflow", line=3)
    squawk = Finding("b.sql", CREATION, "blocks", "warning", "squawk", line=3, column=4)

    @staticmethod
    def result(*findings: Finding, **options) -> LintResult:
        options = {"measured": (), "not_measured": (), "left_out": (), "server": 18, **options}
        return LintResult("version 1", 2, findings, **options)

    def test_errors_and_squawks_findings_fail_and_our_warnings_do_not(self):
        assert self.result().ok
        assert self.result(self.warning).ok
        assert not self.result(self.error).ok
        assert not self.result(self.squawk).ok

    def test_findings_stand_together_by_file_and_the_summary_counts_them(self):
        text = str(self.result(self.warning, self.error, self.squawk))
        first, second, summary = text.split("\n\n")
        assert first.splitlines() == [
            "a.sql: warning: strong-lock: held long",
            "a.sql:3: cannot-run: no",
        ]
        assert second == f"b.sql:3:4: {CREATION}: blocks"
        assert summary.startswith("2 findings, 1 warning in 2 SQL files (version 1).\n")
        assert "-- squawk-ignore RULE -- why" in summary

    def test_with_nothing_to_mend_there_is_one_line(self):
        assert str(self.result()) == "Nothing to mend in 2 SQL files (version 1)."

    def test_strong_locks_are_shown_and_weak_ones_only_to_machines(self):
        locks = (
            {"relation": "public.pets", "mode": "ShareLock", "held_ms": 2.0},
            {"relation": "public.toys", "mode": "RowShareLock", "held_ms": 2.0},
        )
        result = self.result(measured=(Measured("v1/a.sql", locks),), not_measured=("v1/b.sql",))
        assert "v1/a.sql: SHARE on public.pets for at most 2.0 ms" in str(result)
        assert "toys" not in str(result)
        assert "Not measured: 1 step whose text" in str(result)
        assert result.to_json()["measured"] == [{"step": "v1/a.sql", "locks": [*locks]}]

    def test_a_machine_reads_every_finding_and_whether_it_fails(self):
        told = json.loads(json.dumps(self.result(self.warning, self.squawk).to_json()))
        assert told["ok"] is False
        assert [one["fails"] for one in told["findings"]] == [False, True]
        assert told["findings"][1] | {"fails": None} == {
            "file": "b.sql",
            "rule": CREATION,
            "message": "blocks",
            "level": "warning",
            "source": "squawk",
            "line": 3,
            "column": 4,
            "help": "",
            "fails": None,
        }
