"""A folder of backups, wherever it is: what is in it, and how it is read."""

import contextlib
import importlib
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import unquote, urlsplit, urlunsplit

from db_workflow.errors import BackupError
from db_workflow.schema.backup.location import Location, links

_EXTRA = (
    "pip install 'efficient-tutor-database[object-store]', and for other stores than S3 what the"
    " message names"
)
# Requests of this size keep the network busy and memory flat.
_BLOCK = 4 * 1024 * 1024
_HEAD_BLOCK = 64 * 1024
# What the stores' libraries call the time of the last change, and the mark of a content.
_MODIFIED = (
    "LastModified",
    "last_modified",
    "Last-Modified",
    "mtime",
    "updated",
    "modified",
    "created",
)
_TAGS = ("ETag", "etag", "content_settings", "md5Hash", "version_id")
NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or a folder in a store.

    Attributes:
        name: its own name, without the path.
        bytes: its size; 0 if the store does not tell, even when asked.
        modified: when it was last changed, UTC; `NEVER` if the store does not tell.
        tag: the store's own mark of the content, "" if it has none.
        folder: whether it is a folder.

    """

    name: str
    bytes: int
    modified: datetime
    tag: str = ""
    folder: bool = False


class Store(Protocol):
    """What is needed of a place where backups are. Names may have one folder: `a.dump/toc.dat`."""

    def entries(self, folder: str = "") -> list[Entry]:
        """Return what is in the folder."""

    def read(self, name: str, count: int) -> bytes:
        """Return a file's first bytes."""

    def open(self, name: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """Open a file for reading from its beginning to its end."""


class FolderStore:
    """A plain folder; fsspec need not be installed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def entries(self, folder: str = "") -> list[Entry]:
        """Return what is in the folder."""
        found = []
        for path in (self._folder / folder).iterdir():
            with contextlib.suppress(FileNotFoundError):  # removed since, or a link to nowhere
                stat = path.stat()
                modified = _time(stat.st_mtime)
                found.append(Entry(path.name, stat.st_size, modified, folder=path.is_dir()))
        return found

    def read(self, name: str, count: int) -> bytes:
        """Return a file's first bytes."""
        with self.open(name) as file:
            return file.read(count)

    def open(self, name: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """Open a file for reading from its beginning to its end."""
        return (self._folder / name).open("rb")


class UrlStore:
    """A folder that fsspec reaches."""

    def __init__(self, url: str) -> None:
        from fsspec.core import url_to_fs

        plain, options = _credentials(url)
        # Neither a file system nor a listing of an earlier call: both may have changed since.
        self._files, path = url_to_fs(
            plain, skip_instance_cache=True, use_listings_cache=False, **options
        )
        self._path = str(path).rstrip("/")

    def entries(self, folder: str = "") -> list[Entry]:
        """Return what is in the folder."""
        path = f"{self._path}/{folder}".rstrip("/")
        return [
            _entry(found if found.get("size") is not None else self._files.info(found["name"]))
            for found in self._files.ls(path, detail=True)
            # Some stores list the folder in itself.
            if str(found["name"]).strip("/") != path.strip("/")
        ]

    def read(self, name: str, count: int) -> bytes:
        """Return a file's first bytes."""
        # Through a stream: a server that knows no ranges would send all of it into memory.
        with self._opened(name, _HEAD_BLOCK) as file:
            return file.read(count)

    def open(self, name: str) -> contextlib.AbstractContextManager[IO[bytes]]:
        """Open a file for reading from its beginning to its end."""
        return self._opened(name, _BLOCK)

    def _opened(self, name: str, block: int) -> contextlib.AbstractContextManager[IO[bytes]]:
        opened: contextlib.AbstractContextManager[IO[bytes]] = self._files.open(
            f"{self._path}/{name}", "rb", block_size=block
        )
        return opened


def open_store(location: Location) -> Store:
    """Return the store at a location; nothing is read yet.

    Raises:
        BackupError: fsspec, or the library of that kind of store, is not installed or unknown.

    """
    if location.folder is not None:
        return FolderStore(location.folder)
    try:
        importlib.import_module("fsspec")
        return UrlStore(location.url)
    except ImportError as error:
        raise BackupError(
            f"{location} cannot be read: {location.masked(str(error))}",
            why="plain folders are read directly; every other kind needs fsspec and the store's"
            " own library",
            next=_EXTRA,
        ) from error
    except ValueError as error:
        raise BackupError(
            f"{location} cannot be read: {location.masked(str(error))}",
            next="let PRODUCTION_BACKUPS_URL name a kind of store that fsspec knows",
        ) from error


class UnfitError(Exception):
    """One file of a store cannot be used; another may."""


@contextlib.contextmanager
def present() -> Iterator[None]:
    """Raise `UnfitError` for a file that was listed and is no longer there, or may not be read."""
    try:
        yield
    except FileNotFoundError:
        raise UnfitError("it is no longer there") from None
    except PermissionError:
        raise UnfitError("it, or what stands beside it, may not be read") from None


@contextlib.contextmanager
def told(location: Location) -> Iterator[None]:
    """Turn what a store's library raises into an error that a person can act on.

    Raises:
        BackupError: no such place, no permission, or no answer; the message shows no secret.

    """
    try:
        yield
    except (BackupError, UnfitError):
        raise
    except Exception as error:  # noqa: BLE001 - every store's library has a family of its own
        reason = _first_line(location.masked(str(error) or type(error).__name__))
        found, advice = f"{location} cannot be read: {reason}", "check the URL and the network"
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            found = f"There is no such bucket or folder: {location}"
            advice = "check PRODUCTION_BACKUPS_URL, or `backups_url` in [tool.db_workflow]"
        elif isinstance(error, PermissionError) or "credentials" in reason.lower():
            found = f"{location} may not be read: {reason}"
            advice = "check the keys that the store's library finds in the environment"
            if location.folder is not None:
                advice = "let this account read the folder, or name another one"
        # Not `from error`: a traceback would show the secrets that the message does not.
        raise BackupError(found, next=advice, data={"location": str(location)}) from None


def _first_line(message: str) -> str:
    """Return a message's first line, and the second if the first only announces it."""
    lines = [line.strip() for line in message.splitlines() if line.strip()] or [""]
    announced = itertools.takewhile(lambda line: line.endswith(":"), lines)
    return " ".join(lines[: len(list(announced)) + 1])


def _credentials(url: str) -> tuple[str, dict[str, dict[str, str]]]:
    """Take user and password out of S3 URLs: their library takes them, but not from there.

    The options are by the URL's kind: each part of a chain gets its own.
    """
    plain, options = [], {}
    for link in links(url):
        parts = urlsplit(link)
        if parts.scheme in {"s3", "s3a"} and "@" in parts.netloc:
            key, secret = unquote(parts.username or ""), unquote(parts.password or "")
            options[parts.scheme] = {"key": key, "secret": secret}
            parts = parts._replace(netloc=parts.netloc.rpartition("@")[2])
            link = urlunsplit(parts)  # noqa: PLW2901 - the same one, without its secrets
        plain.append(link)
    return "::".join(plain), options


def _entry(found: Mapping[str, Any]) -> Entry:
    return Entry(
        name=str(found["name"]).rstrip("/").rpartition("/")[2],
        bytes=int(found.get("size") or 0),
        modified=_time(next((found[key] for key in _MODIFIED if found.get(key)), None)),
        tag=next((str(found[key]) for key in _TAGS if found.get(key)), ""),
        folder=found.get("type") == "directory",
    )


def _time(value: object) -> datetime:
    """Return a time as the stores' libraries give it: a value, a number, or a text."""
    if isinstance(value, int | float):
        try:
            return datetime.fromtimestamp(value, UTC)
        except (ValueError, OverflowError, OSError):  # no year that there is
            return NEVER
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        with contextlib.suppress(ValueError, TypeError):
            value = read(value) if isinstance(value, str) else value
    if not isinstance(value, datetime):
        return NEVER
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
