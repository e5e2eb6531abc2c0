"""Several processes beside this one that do a run's tasks."""

import asyncio
import contextlib
import os
import pickle
import secrets
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, TypeVar

from db_workflow.errors import ServerError
from db_workflow.testdata.extraction.crew import Told
from db_workflow.testdata.extraction.messages import LENGTH, Failed, packed
from db_workflow.testdata.extraction.orders import Order, Task

T = TypeVar("T")

_MODULE = "db_workflow.testdata.extraction.worker"
# A worker that has done everything takes so long to leave, at the most.
_LEAVING_SECONDS = 5.0


class Workers:
    """Processes that take the next task as soon as they have done one."""

    def __init__(self, processes: Sequence[asyncio.subprocess.Process]) -> None:
        self._processes = processes

    def begin(self, order: Order) -> None:
        """Tell them what the run is about; before the first task."""
        for process in self._processes:
            _send(process, order)

    async def do(self, tasks: Sequence[Task[T]], told: Told | None = None) -> list[T]:
        """Do tasks. See `Crew`.

        Raises:
            WorkflowError: what a worker failed with.
            ServerError: a worker has ended.

        """
        results: dict[int, T] = {}
        waiting = iter(enumerate(tasks))
        members = [
            asyncio.ensure_future(self._keep_busy(process, waiting, results, told))
            for process in self._processes
        ]
        try:
            await asyncio.gather(*members)
        finally:
            for member in members:
                member.cancel()
            await asyncio.gather(*members, return_exceptions=True)
        return [results[number] for number in range(len(tasks))]

    async def _keep_busy(
        self,
        process: asyncio.subprocess.Process,
        waiting: Iterator[tuple[int, Task[T]]],
        results: dict[int, T],
        told: Told | None,
    ) -> None:
        for number, task in waiting:
            results[number] = await _answer(process, task)
            if told is not None:
                told(results[number])


@contextlib.asynccontextmanager
async def workers(count: int) -> AsyncIterator[Workers]:
    """Start worker processes; none of them is left after the block, however it ends."""
    environment = {
        # glibc's: large arrays that are freed go back at once, which saves a quarter of the memory.
        "MALLOC_MMAP_THRESHOLD_": str(1 << 19),
        "MALLOC_TRIM_THRESHOLD_": str(1 << 20),
        **os.environ,
        # Their hashes of texts have to agree, and nobody may know them beforehand.
        "PYTHONHASHSEED": str(secrets.randbelow(2**32)),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "OPENBLAS_NUM_THREADS": "1",
    }
    processes: list[asyncio.subprocess.Process] = []
    try:
        for _ in range(count):
            processes.append(  # noqa: PERF401 - those that have been started have to be ended
                await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-P",
                    "-m",
                    _MODULE,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    env=environment,
                    # Ctrl-C is the run's to understand; it ends the others in order.
                    start_new_session=True,
                )
            )
        yield Workers(processes)
        for process in processes:
            _send(process, None)
        async with asyncio.timeout(_LEAVING_SECONDS):
            await asyncio.gather(*(process.wait() for process in processes))
    except TimeoutError:
        pass
    finally:
        await asyncio.shield(asyncio.ensure_future(_end(processes)))


async def _end(processes: Sequence[asyncio.subprocess.Process]) -> None:
    for process in processes:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
    for process in processes:
        await process.wait()
        assert process.stdin is not None  # noqa: S101 - it is a pipe
        process.stdin.close()


def _send(process: asyncio.subprocess.Process, message: Any) -> None:
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    process.stdin.write(packed(message))


async def _answer(process: asyncio.subprocess.Process, task: Task[T]) -> T:
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    try:
        _send(process, task)
        (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
        message = pickle.loads(await process.stdout.readexactly(length))  # noqa: S301 - our own
    except (asyncio.IncompleteReadError, ConnectionError):
        raise _ended(await process.wait()) from None
    if isinstance(message, Failed):
        raise message.error
    result: T = message.value
    return result


def _ended(code: int) -> ServerError:
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    return ServerError(
        f"A worker process ended in the middle of its work ({how}).",
        why="its rows would be missing; the new files were removed, the old ones are as they were",
        next="if the machine ran out of memory, set extract_workers = 1 in [tool.db_workflow];"
        " then the same command again",
        data={"exit_code": code},
    )
