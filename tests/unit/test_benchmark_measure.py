import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def measure(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module("benchmarks.measure")


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module("benchmarks.runners.bench")


def _taking(*seconds: float) -> Callable[[], float]:
    left = iter(seconds)
    return lambda: next(left)


def test_everyone_runs_in_every_round_and_the_first_round_is_not_counted(measure) -> None:
    rows = measure.compare(
        [
            measure.Contestant("ours", _taking(9.0, 1.0, 3.0, 2.0)),
            measure.Contestant("theirs", _taking(9.0, 4.0, 4.0, 8.0)),
            measure.Contestant("nobody's", None, missing="it is not here"),
        ],
        rounds=3,
    )
    assert rows == [
        {"name": "ours", "median_s": 2.0, "best_s": 1.0, "ratio_to_ours": 1.0},
        {"name": "theirs", "median_s": 4.0, "best_s": 4.0, "ratio_to_ours": 2.0},
        {"name": "nobody's", "missing": "it is not here"},
    ]


def test_a_contestant_that_fails_is_an_error_and_never_a_fast_one(bench, tmp_path) -> None:
    with pytest.raises(RuntimeError, match="ended with 3"):
        bench.timed(["sh", "-c", "exit 3"], folder=tmp_path, environment={})
