"""A worker process of a run: `python -m db_workflow.testdata.extraction.worker`.

What to do comes over stdin, an order and then tasks; results go to stdout. The process ends at once
when its stdin does, which is what happens when the run is killed.
"""

import asyncio
import gc
import os
import queue
import sys
import threading
from pathlib import Path
from typing import IO, Any

import asyncpg

from db_workflow.errors import TRACEBACK, ServerError, WorkflowError
from db_workflow.testdata.extraction.messages import Done, Failed, packed, receive
from db_workflow.testdata.extraction.orders import Order, Task
from db_workflow.testdata.extraction.passing import remove
from db_workflow.testdata.extraction.work import Work


def main() -> None:
    """Do what is asked for until there is nothing more to do."""
    # Blocks of rows are many objects that die together; nothing here makes circles.
    gc.set_threshold(100_000, 20, 20)
    # What the repository's own code prints must not get between the results.
    results = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    order: Order = receive(sys.stdin.buffer)
    tasks: queue.SimpleQueue[Task[Any] | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(tasks, order.folder), daemon=True).start()
    with asyncio.Runner() as runner:
        _serve(runner, order, tasks, results)
    # At once: the interpreter's own end would wait for the thread that still listens.
    os._exit(0)


def _serve(
    runner: asyncio.Runner,
    order: Order,
    tasks: "queue.SimpleQueue[Task[Any] | None]",
    results: IO[bytes],
) -> None:
    work: Work | None = None
    while (task := tasks.get()) is not None:
        try:
            if work is None:
                work = Work.taken_up(order)
            message: Done | Failed = Done(runner.run(work.do(task)))
        except Exception as error:  # noqa: BLE001 - the run has to hear of everything
            message = Failed(_tellable(error))
        results.write(packed(message))
        results.flush()
    if work is not None:
        runner.run(work.close())


def _listen(tasks: "queue.SimpleQueue[Task[Any] | None]", folder: Path) -> None:
    """Hand on tasks as they come; end the process, whatever it does, when the run has ended."""
    try:
        while (task := receive(sys.stdin.buffer)) is not None:
            tasks.put(task)
        tasks.put(None)
        receive(sys.stdin.buffer)
    except EOFError:
        pass
    # Nobody else is left to do it if the run was killed; otherwise it is done twice.
    remove(folder)
    os._exit(1)


def _tellable(error: Exception) -> WorkflowError:
    """Return an error that may be shown: what others say about rows may hold their values."""
    if isinstance(error, WorkflowError):
        return error
    if os.environ.get(TRACEBACK):
        import traceback

        traceback.print_exception(error)
    code = f" ({error.sqlstate})" if isinstance(error, asyncpg.PostgresError) else ""
    told = error.strerror if isinstance(error, OSError) else None
    return ServerError(
        f"A worker process failed: {type(error).__name__}{code}{f': {told}' if told else ''}.",
        why="the run was ended; the new files were removed, the old ones are as they were",
        next="the same command again; DB_WORKFLOW_TRACEBACK=1 shows where",
    )


if __name__ == "__main__":
    main()
