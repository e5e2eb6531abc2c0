"""Trying again what another session stood in the way of."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from db_workflow.console import Reporter

_Result = TypeVar("_Result")

# A lock that is taken just now is worth waiting for, but never in the lock's queue: everybody
# else's queries would stand behind this one.
_ATTEMPTS = 5
_FIRST_PAUSE_SECONDS = 0.2


async def with_retries(
    attempt: Callable[[], Awaitable[_Result]], *, name: str, reporter: Reporter
) -> _Result:
    """Try again when another session held a lock; what was tried must have left nothing behind.

    Args:
        attempt: what to try.
        name: the step's, for the message.
        reporter: told of every attempt that failed.

    Raises:
        asyncpg.LockNotAvailableError: still held at the last attempt.
        asyncpg.DeadlockDetectedError: the same.

    """
    for number in range(1, _ATTEMPTS):
        try:
            return await attempt()
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            # Jitter, so that two runners that met once do not meet for ever.
            pause = _FIRST_PAUSE_SECONDS * 2 ** (number - 1) * random.uniform(0.5, 1.5)  # noqa: S311 - not a secret
            reporter.say(f"  {name}  waits for a lock, tries again in {pause:.1f} s")
            await asyncio.sleep(pause)
    return await attempt()
