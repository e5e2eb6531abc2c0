"""dbmate: its own program, without the Node script that its npm package puts before it."""

from benchmarks.runners.bench import Bench, PeerMissingError, Runner
from benchmarks.runners.install import node_peers, node_version


def runner(bench: Bench) -> Runner:
    """Return dbmate without its dump of the schema, which would run pg_dump.

    Raises:
        PeerMissingError: it cannot be installed here.

    """
    modules = node_peers(bench.cache)
    programs = sorted((modules / "@dbmate").glob("*/bin/dbmate"))
    if not programs:
        raise PeerMissingError("npm brought no program for this machine")
    folder = bench.folder("dbmate")
    for file in bench.files:
        text = f"-- migrate:up\n{file.sql}\n-- migrate:down\n"
        path = bench.folder("dbmate/db/migrations") / f"20260101{file.number:06}_{file.title}.sql"
        path.write_text(text, "utf-8")
    url = bench.address("benchmark_dbmate").url()
    return bench.peer(
        f"dbmate {node_version(modules, 'dbmate')}",
        "dbmate",
        [programs[0], "--no-dump-schema", "migrate"],
        folder=folder,
        environment={"DATABASE_URL": f"{url}&sslmode=disable"},
    )
