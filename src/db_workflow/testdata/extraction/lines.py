"""The bytes of a COPY as blocks of lines."""

from collections.abc import Callable, Sequence

# So many bytes are a block, about a thousand rows, which stays in the processor's cache. Larger
# ones are slower, smaller ones meet the same values more often.
_BLOCK = 1 << 17


class Lines:
    """Takes the bytes of a COPY as they come, and hands on whole lines, a block at a time."""

    def __init__(self, output: Callable[[Sequence[str]], None]) -> None:
        self._output = output
        self._waiting: list[bytes] = []
        self._size = 0
        self._failed: Exception | None = None

    async def take(self, data: bytes) -> None:
        """Take the next bytes; a row may end in the following ones.

        Never raises: asyncpg waits for ever when the receiver of a COPY's last bytes fails.
        """
        if self._failed is not None:
            return
        self._waiting.append(data)
        self._size += len(data)
        if self._size >= _BLOCK:
            try:
                self._hand_on()
            except Exception as error:  # noqa: BLE001 - kept for `finish`
                self._failed = error
                self._waiting.clear()

    def finish(self) -> None:
        """Hand on what is left; raise what stopped the taking."""
        if self._failed is not None:
            raise self._failed
        self._hand_on()

    def _hand_on(self) -> None:
        whole, end, rest = b"".join(self._waiting).rpartition(b"\n")
        self._waiting, self._size = [rest], len(rest)
        if end:
            self._output(whole.decode().split("\n"))
