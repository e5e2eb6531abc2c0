"""Progress of work that says nothing itself."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from db_workflow.console import Reporter


@asynccontextmanager
async def ticking(label: str, reporter: Reporter) -> AsyncIterator[None]:
    """Tell, for the length of a block that says nothing itself, how long it has taken."""
    started = time.monotonic()

    async def tell() -> None:
        while True:
            await asyncio.sleep(1)
            reporter.progress(label, int(time.monotonic() - started))

    telling = asyncio.ensure_future(tell())
    try:
        yield
    finally:
        telling.cancel()
