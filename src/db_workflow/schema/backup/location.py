"""Where others put production's backups: a plain folder, or any that fsspec reaches."""

import itertools
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from db_workflow.errors import SettingsError

_VARIABLE = "PRODUCTION_BACKUPS_URL"
# What fsspec puts between the URLs of a chain, but not that of an IPv6 address in brackets.
_CHAIN = re.compile(r"::(?![^\[\]]*\])")
# Who the reader is, in any URL of a message: a library may spell it otherwise than we were told.
_USER = re.compile(r"(?<=://)[^/\s@]*@")
_HINT = (
    "use a folder, or a URL such as s3://bucket/folder; keys and tokens go where the store's own"
    " library looks for them (AWS_ACCESS_KEY_ID, AWS_PROFILE, …)"
)


@dataclass(frozen=True, slots=True)
class Location:
    """A folder of backups. `str()` never shows a password or a signature.

    Attributes:
        shown: the URL with its secrets left out: what messages and manifests keep of it.
        pattern: which of its files count: `*`, or what the URL's last part says (`shop_*.dump`),
            where one folder serves several databases.
        folder: the plain folder, if it is one.
        url: what fsspec opens; it may hold secrets.

    """

    shown: str
    pattern: str = "*"
    folder: Path | None = None
    url: str = field(default="", repr=False)

    @classmethod
    def parse(cls, text: str, *, root: Path) -> "Location":
        """Read `PRODUCTION_BACKUPS_URL`, or the setting `backups_url`.

        Args:
            text: a folder (from the root, if it is relative) or a URL.
            root: the repository.

        Raises:
            SettingsError: not a URL. It is not repeated: it may hold a password.

        """
        text = text.strip()
        if text.startswith("postgres") and "://" in text:
            raise SettingsError(
                f"{_VARIABLE} is the address of a server, not a folder of backups.",
                next="set PRODUCTION_DATABASE_URL to it instead; invoke reset then dumps it",
            )
        # Only the last URL of a chain names a folder; those before it say how it is read.
        *before, last = links(text)
        try:
            parts = urlsplit(last)
            chain = [_shown(urlsplit(link)) for link in before]
            _refuse_cut_secrets([*before, last])
            # The port comes first: only reading it tells that it is none.
            named = bool(parts.port or parts.netloc or parts.path.strip("/"))
        except ValueError:
            raise SettingsError(f"{_VARIABLE} is not a valid URL.", next=_HINT) from None
        plain = "://" not in text
        if not (text if plain else named):
            raise SettingsError(f"{_VARIABLE} names no folder.", next=_HINT)
        if plain or (parts.scheme == "file" and not before):
            if parts.scheme == "file" and parts.netloc not in {"", "localhost"}:
                raise SettingsError(
                    f"{_VARIABLE} names a file on another machine.",
                    next="use the form file:///folder, or the folder itself",
                )
            stem, pattern = _split(text if plain else unquote(parts.path))
            folder = _folder(stem, root)
            return cls(_with(folder.as_uri(), pattern), pattern, folder)
        stem, pattern = _split(parts.path)
        parts = parts._replace(path=stem)
        shown, url = ("::".join([*chain, _shown(parts)]), "::".join([*before, urlunsplit(parts)]))
        return cls(_with(shown, pattern), pattern, None, url)

    def shown_of(self, name: str) -> str:
        """Return the URL of one of its files, without secrets."""
        stem = self.shown if self.pattern == "*" else self.shown.rpartition("/")[0]
        return f"{stem}/{name}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not stand in a message, as it is written and as it is meant."""
        parts = [urlsplit(link) for link in links(self.url)]
        written = [text for one in parts for text in (one.password, one.query) if text]
        return tuple({*written, *map(unquote, written)})

    def masked(self, text: str) -> str:
        """Return a message of somebody else's with the secrets taken out."""
        for secret in sorted((self.url, *self.secrets), key=len, reverse=True):
            if secret:
                text = text.replace(secret, self.shown if secret == self.url else "***")
        return _USER.sub("", text)

    def __str__(self) -> str:
        """Return the URL without its secrets."""
        return self.shown


def links(url: str) -> list[str]:
    """Return the URLs of a chain (`simplecache::s3://bucket/folder`); mostly it is one."""
    plain = "://" not in url or url.startswith("file:")
    return [url] if plain else _CHAIN.split(url)


def _refuse_cut_secrets(chain: list[str]) -> None:
    """Raise `ValueError` for `::` inside a password or a query: each half would be shown.

    fsspec would cut it there as well; written as %3A%3A it is neither cut nor shown.
    """
    for before, link in itertools.pairwise(chain):
        inside = "@" in link or "?" in before or "#" in before
        if "://" not in link and inside:
            raise ValueError("a secret that is cut in two")


def _shown(parts: SplitResult) -> str:
    """Return a URL without its user, its password and its query."""
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, place, parts.path, "", ""))


def _folder(stem: str, root: Path) -> Path:
    try:
        return (root / Path(stem).expanduser()).resolve()
    except (ValueError, RuntimeError):  # a letter that no path has, an account that is not there
        raise SettingsError(f"{_VARIABLE} is not a folder's path.", next=_HINT) from None


def _split(path: str) -> tuple[str, str]:
    """Take the pattern off the end of a path, if there is one."""
    stem, _, last = path.rstrip("/").rpartition("/")
    return (stem or "/", last) if "*" in last else (path, "*")


def _with(shown: str, pattern: str) -> str:
    return shown.rstrip("/") + ("" if pattern == "*" else f"/{pattern}")
