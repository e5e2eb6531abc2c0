"""What a person sees while work goes on: progress on stderr, so that stdout stays data."""

import sys
import time
from typing import Protocol, TextIO

_CLEAR = "\r\x1b[2K"


class Reporter(Protocol):
    """Where long work tells how far it is."""

    def say(self, text: str) -> None:
        """Report one thing done."""

    def progress(self, label: str, done: int, total: int | None = None) -> None:
        """Report how far `label` is; called as often as convenient."""


class Silent:
    """Reports nothing; the default of every library call."""

    def say(self, text: str) -> None:
        """Drop the text."""

    def progress(self, label: str, done: int, total: int | None = None) -> None:
        """Drop the progress."""


class Console:
    """Writes to stderr: one line a thing done; a moving line on a terminal for what takes long.

    Work goes on when nobody can hear of it: a full log disk or a closed terminal ends the reports,
    not the step.
    """

    # Redraws a second apart at the most ten times; a log file gets a line every few seconds.
    _TERMINAL_INTERVAL = 0.1
    _LOG_INTERVAL = 5.0

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream: TextIO | None = stream or sys.stderr  # closed before the start, it is None
        self._terminal = self._stream is not None and self._stream.isatty()
        self._interval = self._TERMINAL_INTERVAL if self._terminal else self._LOG_INTERVAL
        self._last = time.monotonic()
        self._open = False

    def say(self, text: str) -> None:
        """Write a line."""
        self._write(f"{self._cleared()}{text}\n")

    def progress(self, label: str, done: int, total: int | None = None) -> None:
        """Write how far it is, but not more often than a person can read."""
        now = time.monotonic()
        if now - self._last < self._interval:
            return
        self._last = now
        share = f" of {total:,} ({done * 100 // total} %)" if total else ""
        line = f"  {label}: {done:,}{share}"
        if self._terminal:
            self._write(f"{_CLEAR}{line}")
            self._open = True
        else:
            self._write(f"{line}\n")

    def _cleared(self) -> str:
        was_open, self._open = self._open, False
        return _CLEAR if was_open else ""

    def _write(self, text: str) -> None:
        if self._stream is None:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            self._stream = None
