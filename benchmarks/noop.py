"""The same three hundred files when all of them have been applied: what looking costs."""

from collections.abc import Iterable

from benchmarks.measure import Contestant
from benchmarks.migrate import line_up
from benchmarks.runners import alembic, dbmate, node_pg_migrate, ours, sqitch, yoyo
from benchmarks.runners.agreement import require_agreement
from benchmarks.runners.bench import Bench


def contestants() -> Iterable[Contestant]:
    """Return ours and every peer that remembers what it did, each on its migrated database."""
    bench = Bench.open()
    ready, missing = line_up(
        bench,
        {
            "ours": ours.by_script,
            "ours, stand-in": ours.by_script_with_stand_in,
            "ours, invoke": ours.by_invoke,
            "dbmate": dbmate.runner,
            "node-pg-migrate": node_pg_migrate.runner,
            "Alembic": alembic.runner,
            "sqitch": sqitch.runner,
            "yoyo": yoyo.runner,
        },
    )
    for runner in ready:
        runner.fresh()
        runner.run()
    require_agreement(bench, ready)
    for runner in ready:
        yield Contestant(runner.name, runner.run)
    yield from missing
