"""How much memory a program takes, with all the processes that it starts."""

import contextlib
import threading

import psutil

from benchmarks.runners.bench import Runner

# To look costs the program time: the kernel walks through its pages.
_EVERY_SECONDS = 0.25


class Watched:
    """A program that is run while somebody looks at its memory."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._peak = 0

    def run(self) -> float:
        """Run the program once and return the seconds it took."""
        ended = threading.Event()
        watch = threading.Thread(target=self._watch, args=(ended,), daemon=True)
        watch.start()
        try:
            return self._runner.run()
        finally:
            ended.set()
            watch.join()

    def peak_megabytes(self) -> float:
        """Return the most that was seen in any run, in MB."""
        return self._peak / 1e6

    def _watch(self, ended: threading.Event) -> None:
        mine = psutil.Process()
        while not ended.wait(_EVERY_SECONDS):
            total = 0
            for process in mine.children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    # Not the server, which an earlier command may have started from here.
                    if not process.name().startswith("postgres"):
                        total += process.memory_full_info().pss
            self._peak = max(self._peak, total)
