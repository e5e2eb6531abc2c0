"""What a run and its worker processes say to each other: pickled values behind their length.

Both ends are this program, started by the same person; the pipes lead nowhere else.
"""

import pickle
import struct
from dataclasses import dataclass
from typing import IO, Any

from db_workflow.errors import WorkflowError

LENGTH = struct.Struct("!Q")


@dataclass(frozen=True, slots=True)
class Done:
    """A task's result."""

    value: Any


@dataclass(frozen=True, slots=True)
class Failed:
    """Why there is none."""

    error: WorkflowError


def packed(message: Any) -> bytes:
    """Return a message as bytes."""
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(body)) + body


def receive(stream: IO[bytes]) -> Any:
    """Wait for the next message.

    Raises:
        EOFError: the other end is closed.

    """
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    (length,) = LENGTH.unpack(head)
    body = stream.read(length)
    if len(body) < length:
        raise EOFError
    return pickle.loads(body)  # noqa: S301 - see above
