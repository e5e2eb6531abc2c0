"""Nobody but the engine module commits: the whole repository is read for it."""

from pathlib import Path

import pytest

from db_workflow.release.commits import commit_lines, find_commits
from db_workflow.release.files import sources

ROOT = Path(__file__).parents[2]
ENGINE = ROOT / "src/efficient_tutor_backend/database/engine.py"


def test_nothing_outside_the_engine_module_commits():
    found = find_commits(ROOT, engine=ENGINE)
    assert found == (), "use session.flush(): only the end of get_db_session() commits"


def test_the_engine_module_commits_in_exactly_one_place():
    assert len(commit_lines(ENGINE.read_text("utf-8"))) == 1


def test_the_files_read_are_the_repository_s_own():
    read = {path.relative_to(ROOT).parts[0] for path in sources(ROOT)}
    assert {"src", "scripts", "tests", "benchmarks", "noxfile.py", "tasks.py"} <= read
    assert not {".venv", ".nox", ".git"} & read


@pytest.mark.parametrize(
    "planted",
    [
        "async def save(session):\n    await session.commit()\n",
        "def save(connection):\n    connection.commit()\n",
        "async def save(session):\n    await session.run_sync(Session.commit)\n",
        "def save(factory):\n    factory().begin().connection.commit(now=True)\n",
    ],
)
def test_the_checker_finds_a_planted_commit(planted):
    assert commit_lines(planted) == [2]


def test_the_checker_leaves_words_and_attributes_alone():
    assert commit_lines('"""Call session.commit() here."""\nrevision = report.commit\n') == []
