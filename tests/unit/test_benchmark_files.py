import importlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def every_file(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module("benchmarks.runners.files").every_file


def test_the_benchmark_has_three_hundred_files_whose_names_sort_in_order(every_file) -> None:
    names = [file.name for file in every_file()]
    assert len(names) == len(set(names)) == 300
    assert names == sorted(names)


def test_no_statement_of_the_benchmark_means_something_else_to_one_of_the_tools(every_file) -> None:
    for file in every_file():
        # Alembic's text() would bind a word after a colon, psycopg2 a percent sign, psql a
        # backslash; Python's own quotes would end Alembic's string.
        assert not re.search(r"""(?<!:):\w|%|\\|\"\"\"""", file.sql), file.name
        # Each tool opens the transaction that it is used to.
        assert not re.search(r"(?im)^\s*(BEGIN|COMMIT)\s*;", file.sql), file.name
        assert file.sql.endswith(";\n"), file.name
