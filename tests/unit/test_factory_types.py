"""Editors and mypy know what a factory returns: `typed_factories.py` is checked as a user would."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TYPED = Path(__file__).with_name("typed_factories.py")


@pytest.fixture(scope="module")
def mypy(tmp_path_factory):
    """Check files as a repository does that knows nothing of this one's settings."""
    cache = tmp_path_factory.mktemp("mypy")
    search = [str(ROOT / "src"), str(ROOT / "tests" / "database")]

    def check(path):
        return subprocess.run(
            [sys.executable, "-m", "mypy", "--config-file=", f"--cache-dir={cache}", str(path)],
            env={**os.environ, "MYPYPATH": os.pathsep.join(search)},
            capture_output=True,
            text=True,
            check=False,
        )

    return check


def test_what_factories_return_has_its_type(mypy):
    done = mypy(TYPED)
    assert done.returncode == 0, done.stdout + done.stderr


def test_another_type_would_be_noticed(mypy, tmp_path):
    wrong = tmp_path / "wrong.py"
    told = "create(session, grade=7), Student"
    text = TYPED.read_text("utf-8")
    assert told in text
    wrong.write_text(text.replace(told, told.replace("Student", "Tuition")), "utf-8")
    done = mypy(wrong)
    assert done.returncode == 1
    assert 'is of type "Student", not "Tuition"' in done.stdout
