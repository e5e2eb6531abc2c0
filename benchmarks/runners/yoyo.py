"""yoyo: SQL files, a transaction each."""

from benchmarks.runners.bench import Bench, Runner
from benchmarks.runners.install import python_peers, python_version


def runner(bench: Bench) -> Runner:
    """Return yoyo over psycopg2.

    Raises:
        PeerMissingError: it cannot be installed here.

    """
    python = python_peers(bench.cache)
    folder = bench.folder("yoyo")
    for file in bench.files:
        path = bench.folder("yoyo/migrations") / f"{file.name}.sql"
        path.write_text(file.sql, "utf-8")
    url = "postgresql:///benchmark_yoyo"  # the rest stands in the PG* variables
    return bench.peer(
        f"yoyo {python_version(python, 'yoyo-migrations')}",
        "yoyo",
        [python.with_name("yoyo"), "apply", "-b", "--no-config-file", "-d", url, "migrations"],
        folder=folder,
    )
