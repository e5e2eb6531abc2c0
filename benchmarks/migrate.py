"""Three hundred small files on an empty database, whole process, beside other runners."""

import functools
from collections.abc import Callable, Iterable

from benchmarks.measure import Contestant
from benchmarks.runners import alembic, dbmate, loop, node_pg_migrate, ours, psql, yoyo
from benchmarks.runners.agreement import require_agreement
from benchmarks.runners.bench import Bench, PeerMissingError, Runner

_BUILDERS: dict[str, Callable[[Bench], Runner]] = {
    "ours": ours.by_script,
    "ours, stand-in": ours.by_script_with_stand_in,
    "ours, invoke": ours.by_invoke,
    "psql": psql.runner,
    "asyncpg": loop.runner,
    "dbmate": dbmate.runner,
    "node-pg-migrate": node_pg_migrate.runner,
    "Alembic": alembic.runner,
    "yoyo": yoyo.runner,
}


def contestants() -> Iterable[Contestant]:
    """Return ours and its peers, once they have all shown that they do the same work."""
    bench = Bench.open()
    ready, missing = line_up(bench, _BUILDERS)
    for runner in ready:
        runner.fresh()
        runner.run()
    require_agreement(bench, ready)
    for runner in ready:
        yield Contestant(runner.name, functools.partial(_from_empty, runner))
    yield from missing


def line_up(
    bench: Bench, builders: dict[str, Callable[[Bench], Runner]]
) -> tuple[list[Runner], list[Contestant]]:
    """Return the runners that can be had here, and rows for the others."""
    ready: list[Runner] = []
    missing: list[Contestant] = []
    for name, build in builders.items():
        try:
            ready.append(build(bench))
        except PeerMissingError as error:
            missing.append(Contestant(name, None, missing=str(error)))
    return ready, missing


def _from_empty(runner: Runner) -> float:
    runner.fresh()
    return runner.run()
