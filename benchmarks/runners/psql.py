"""psql itself: the floor. One process, a transaction a file, no memory of what it did."""

from pathlib import Path

from benchmarks.runners.bench import Bench, Runner


def runner(bench: Bench) -> Runner:
    """Return the real program, not a distribution's wrapper around it."""
    folder = bench.folder("psql")
    lines = []
    for file in bench.files:
        (folder / f"{file.name}.sql").write_text(file.sql, "utf-8")
        lines.append(f"BEGIN;\n\\i {file.name}.sql\nCOMMIT;\n")
    (folder / "all.sql").write_text("".join(lines), "utf-8")
    program: str | Path = bench.server.binaries.program("psql")
    command = [program, "-qX", "-v", "ON_ERROR_STOP=1", "-f", "all.sql"]
    return bench.peer("psql, once, a transaction a file", "psql", command, folder=folder)
