"""sqitch: a plan, and a psql for each of its changes."""

import shutil
import subprocess

from benchmarks.runners.bench import Bench, PeerMissingError, Runner

_PLAN = """\
%syntax-version=1.0.0
%project=benchmark

"""
_CONF = """\
[core]
	engine = pg
[engine "pg"]
	target = db:pg:benchmark_sqitch
	client = {psql}
[user]
	name = Bench
	email = bench@example.org
"""


def runner(bench: Bench) -> Runner:
    """Return sqitch with the real psql as its client.

    Raises:
        PeerMissingError: it is not installed here.

    """
    program = shutil.which("sqitch")
    if program is None:
        raise PeerMissingError("apt-get install sqitch libdbd-pg-perl")
    folder = bench.folder("sqitch")
    psql = bench.server.binaries.program("psql")
    (folder / "sqitch.conf").write_text(_CONF.format(psql=psql), "utf-8")
    plan = [_PLAN]
    for file in bench.files:
        path = bench.folder("sqitch/deploy") / f"{file.name}.sql"
        path.write_text(f"BEGIN;\n{file.sql}COMMIT;\n", "utf-8")
        plan.append(f"{file.name} 2026-01-01T00:00:00Z Bench <bench@example.org> # {file.title}\n")
    (folder / "sqitch.plan").write_text("".join(plan), "utf-8")
    version = subprocess.run([program, "--version"], check=True, capture_output=True, text=True)
    return bench.peer(
        f"sqitch {version.stdout.split()[-1].strip('v')}",
        "sqitch",
        [program, "deploy"],
        folder=folder,
    )
