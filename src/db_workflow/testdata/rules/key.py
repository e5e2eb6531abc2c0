"""The key that pseudonyms are made with: the team's secret, or public for invented rows."""

import contextlib
import hashlib
import os
import secrets
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from db_workflow.errors import TestDataError
from db_workflow.settings import Settings

KEY_VARIABLE = "DB_WORKFLOW_KEY"
_KEY_FILE = "anonymisation.key"
_SHORTEST_KEY = 32
_MAKE_ONE = "python -c 'import secrets; print(secrets.token_hex(32))'"
# Not a secret: the stand-in's rows are invented by committed code, and everyone who clones the
# repository must generate byte-identical files from them.
_PUBLIC_SECRET = b"the stand-in's rows are public"


@dataclass(frozen=True, slots=True)
class Key:
    """An anonymisation key.

    Attributes:
        id: stands in every generated file; "public" for the stand-in's key. Whoever guesses the
            key can confirm it by its id, as by any pseudonym: so each guess costs a run of scrypt,
            and keys are long.
        secret: what pseudonyms are made with.

    """

    id: str
    secret: bytes = field(repr=False)


def load_key(
    settings: Settings, *, stand_in: bool, environment: Mapping[str, str] | None = None
) -> Key:
    """Return the key for a source: public for the stand-in, secret for a real production.

    Args:
        settings: where the key file lies.
        stand_in: whether the rows are the local stand-in's.
        environment: instead of `os.environ`.

    Raises:
        TestDataError: the key is too short, or others may read its file.

    """
    if stand_in:
        return Key("public", hashlib.sha256(_PUBLIC_SECRET).digest())
    environment = os.environ if environment is None else environment
    path = settings.state / _KEY_FILE
    text = environment.get(KEY_VARIABLE, "").strip()
    place = KEY_VARIABLE if text else str(path)
    text = text or _key_from_file(path)
    if len(text) < _SHORTEST_KEY:
        raise TestDataError(
            f"The anonymisation key in {place} has fewer than {_SHORTEST_KEY} characters.",
            why="whoever guesses it can tell who is behind a pseudonym",
            next=f"put there what this prints: {_MAKE_ONE}",
        )
    # Slow on purpose, so that guesses are; the salt is fixed, so that colleagues who share a key
    # make the same pseudonyms.
    typed = text.encode(errors="surrogateescape")
    secret = hashlib.scrypt(typed, salt=b"db_workflow", n=2**14, r=8, p=1)
    return Key(hashlib.blake2b(secret, digest_size=6, person=b"key id").hexdigest(), secret)


def _key_from_file(path: Path) -> str:
    if not path.exists():
        _make_key(path)
    with path.open(encoding="ascii") as handle:
        found = os.fstat(handle.fileno())
        if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
            raise TestDataError(
                f"{path} can be read by others, or belongs to somebody else.",
                why="whoever has the key can tell who is behind a pseudonym",
                next=f"chmod 600 {path}, or remove it: a new one is made, and with it new"
                " pseudonyms",
            )
        return handle.read().strip()


def _make_key(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    # Complete before it has its name: a kill in between must not leave an empty key behind.
    handle, passing = tempfile.mkstemp(dir=path.parent, prefix=".key-")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
        with contextlib.suppress(FileExistsError):  # another process was faster: use its key
            os.link(passing, path)
    finally:
        Path(passing).unlink()
