"""PostgreSQL's client programs, run to their end or killed, with one address and no other."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from db_workflow.address import Address
from db_workflow.connection import application_name

_POLL_SECONDS = 0.2
# What would lead libpq to another database than the address.
_ELSEWHERE = {
    "PGHOST",
    "PGHOSTADDR",
    "PGPORT",
    "PGUSER",
    "PGDATABASE",
    "PGSERVICE",
    "PGSERVICEFILE",
    "PGOPTIONS",
}
_WORKER_DIED = "a worker process died unexpectedly"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended."""

    code: int
    output: str
    complaints: str

    @property
    def reason(self) -> str:
        """The line that says why: the last error, without the details that follow it."""
        lines = [line.strip() for line in self.complaints.splitlines() if line.strip()]
        errors = [line for line in lines if "error:" in line]
        # Of several workers the leader says last that one of them died, the worker before it why.
        telling = [line for line in errors if not line.endswith(_WORKER_DIED)]
        return (telling or errors or lines or [self._silent()])[-1]

    def _silent(self) -> str:
        if self.code >= 0:
            return f"it ended with {self.code} and said nothing"
        try:
            return f"it was ended by the signal {signal.Signals(-self.code).name}"
        except ValueError:  # a real-time signal has no name
            return f"it was ended by the signal {-self.code}"


async def run_program(
    command: Sequence[str],
    address: Address | None,
    *,
    purpose: str,
    read_only: bool = False,
    waiting: Callable[[], None] = lambda: None,
) -> Ended:
    """Run a program to its end; cancelled, it is killed.

    Args:
        command: the program and its arguments.
        address: the database it works on; None if on none.
        purpose: what for; its sessions are called by it, and other sessions find them so.
        read_only: the server refuses every write in its sessions.
        waiting: called now and then.

    """
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=_environment(address, purpose, read_only=read_only),
        # A folder's files are made by pg_dump itself: for their owner only, from the first byte.
        umask=0o077,
        # A group of its own: Ctrl-C reaches it through us, once, with all that it has started.
        start_new_session=True,
    )
    reading = asyncio.ensure_future(process.communicate())
    try:
        while not (await asyncio.wait({reading}, timeout=_POLL_SECONDS))[0]:
            waiting()
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        output, complaints = await reading
    assert process.returncode is not None  # noqa: S101 - its pipes are at their end
    return Ended(
        process.returncode,
        output.decode("utf-8", "replace"),
        complaints.decode("utf-8", "replace"),
    )


def _environment(address: Address | None, purpose: str, *, read_only: bool) -> dict[str, str]:
    """Return this process's environment, with one address and no way to another.

    PGPASSWORD stays for a URL without a password: the driver's own connections use it too.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    # Messages are matched by their words above.
    kept["LC_ALL"] = "C"
    if address is None:
        return kept
    told = {"PGCONNECT_TIMEOUT": "15", "PGAPPNAME": application_name(purpose)}
    if read_only:
        told["PGOPTIONS"] = "-c default_transaction_read_only=on"
    return {**kept, **told, **address.libpq_environment()}
