"""node-pg-migrate: SQL files, all of them in one transaction, as it does by itself."""

from benchmarks.runners.bench import Bench, Runner
from benchmarks.runners.install import node_peers, node_version


def runner(bench: Bench) -> Runner:
    """Return node-pg-migrate without its print of every statement.

    Raises:
        PeerMissingError: it cannot be installed here.

    """
    modules = node_peers(bench.cache)
    folder = bench.folder("node_pg_migrate")
    for file in bench.files:
        path = bench.folder("node_pg_migrate/migrations")
        path /= f"{1_700_000_000_000 + file.number}_{file.feature}-{file.title}.sql"
        path.write_text(f"-- Up Migration\n{file.sql}\n-- Down Migration\n", "utf-8")
    program = modules / "node-pg-migrate" / "bin" / "node-pg-migrate.js"
    return bench.peer(
        f"node-pg-migrate {node_version(modules, 'node-pg-migrate')}",
        "node",
        ["node", program, "up", "--no-verbose"],
        folder=folder,
    )
