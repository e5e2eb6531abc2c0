"""Rules for URLs and names of files: as many parts as before, each of them invented."""

import re
from collections.abc import Iterable

from db_workflow.testdata.rules.pseudonyms import Pseudonyms
from db_workflow.testdata.rules.rule import Rule
from db_workflow.testdata.rules.spelling import folded_words

_TEXT = frozenset({"text"})
# What may stay because it is one of these; anything else could be somebody's name.
_SCHEMES = frozenset(
    {"http", "https", "ftp", "ftps", "sftp", "ssh", "ws", "wss", "git", "file", "data", "urn"}
    | {"mailto", "tel", "sms", "sip", "s3", "gs", "rtsp", "zoommtg", "msteams", "webcal"}
)
_EXTENSIONS = frozenset(
    """
    7z aac avi avif bmp bz2 cfg conf css csv doc docm docx dotx eml epub flac gif gz heic htm html
    ico ics jpeg jpg js json key log m4a m4v md mkv mov mp3 mp4 mpeg mpg msg numbers odp ods odt
    oga ogg ogv opus otf p7m pages parquet pdf php png pot ppsx ppt pptx ps psd py rar rtf sql svg
    tar tex tgz tif tiff ts tsv ttf txt vcf wav webm webp wma wmv woff woff2 xls xlsm xlsx xml xz
    yaml yml zip
    """.split()  # noqa: SIM905 - a list of words reads best as text
)
_URL = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(//[^/?#]*)?(.*)", re.DOTALL)
_BARE_HOST = re.compile(r"[^/?#.\s]+(?:\.[^/?#.\s]+)+(?=[/?#:]|\Z)")
_PART = re.compile(r"[^/?&=#;\\]+")
_NOTHING = re.compile(r"\A")
_EXTENSION = re.compile(r"((?:\.[A-Za-z0-9]{1,8}){1,2})\Z")
_ANY_EXTENSION = rf"\.(?i:{'|'.join(sorted(_EXTENSIONS))})(?![A-Za-z0-9])"
# Parts of letters and digits, of which the last has 16.
_INVENTED = (
    rf"(?:[/?&=#;\\a-z2-7]|{_ANY_EXTENSION})*?[a-z2-7]{{16}}(?:{_ANY_EXTENSION})*[/?&=#;\\]*"
)
_HOST = "example.test"
_LETTERS = 16
_MOST_OF_A_PART = 8
_SHORT_URL = 37
_SHORTEST_ID = 6


def url(*, length: int = 0) -> Rule:
    """Write an address at example.test that leads nowhere; unique for every address.

    The scheme stays, and the ending of a file's name. Every part of path, query and fragment
    becomes letters and digits, the last one 16, the others at most 8; without any there is one. So
    it is at most 32 characters longer than the source.

    Args:
        length: at most so many characters, 37 and more; what would be longer becomes
            https://example.test/ and 16 letters.

    Raises:
        ValueError: too short.

    """
    if length and length < _SHORT_URL:
        raise ValueError(f"url writes at least {_SHORT_URL} characters")

    def transform(value: str, by: Pseudonyms) -> str:
        if not value.strip():
            return value
        made = _other_url(value, by)
        if length and len(made) > length:
            return f"https://{_HOST}/{by.letters('url', value)}"
        return made

    return Rule(
        "url",
        (f"length={length}",) if length else (),
        transform,
        _TEXT,
        folded_words([_HOST]) | _SCHEMES | _EXTENSIONS,
        _url_and_ids,
        invented=re.compile(rf"(?:[A-Za-z0-9]+:)?(?:(?://)?example\.test)?{_INVENTED}"),
    )


def file_name() -> Rule:
    """Write another name of a file: 16 letters and digits, and the ending; unique.

    Folders before it become as many folders, of at most 8 letters each. Endings that are not well
    known, which may be names, become letters.
    """

    def transform(value: str, by: Pseudonyms) -> str:
        return _other_parts(value, value, by, "file_name") if value.strip() else value

    return Rule(
        "file_name",
        (),
        transform,
        _TEXT,
        _EXTENSIONS,
        _name_and_stem,
        invented=re.compile(_INVENTED),
    )


def _other_url(value: str, by: Pseudonyms) -> str:
    # Three groups that match whatever the value is.
    scheme, host, rest = _URL.fullmatch(value).groups()  # type: ignore[union-attr]
    begun = ""
    if scheme is not None and host is None and scheme.lower() not in _SCHEMES:
        begun, rest = _HOST, f"/{rest}"  # a host with a port, or who knows what
    elif scheme is not None:
        begun = f"{scheme if scheme.lower() in _SCHEMES else 'https'}:"
    elif host is None and (bare := _BARE_HOST.match(rest)):
        begun, rest = _HOST, rest[bare.end() :]
    if host is not None:
        begun += f"//{_HOST}"
    if not _PART.search(rest):
        rest = f"{rest if rest.startswith('/') else f'/{rest}'}_"
    return begun + _other_parts(rest, value, by, "url")


def _other_parts(path: str, value: str, by: Pseudonyms, domain: str) -> str:
    """Return a path with other parts; the last one is unique for the whole value."""
    found = list(_PART.finditer(path)) or list(_NOTHING.finditer(path))
    letters = by.letters(domain, value, _LETTERS + _MOST_OF_A_PART * (len(found) - 1))
    made: list[str] = []
    place, taken = 0, _LETTERS
    for part in found[:-1]:
        size = min(part.end() - part.start(), _MOST_OF_A_PART)
        made += (path[place : part.start()], letters[taken : taken + size], _extension(part[0]))
        taken += size
        place = part.end()
    last = found[-1]
    made += (path[place : last.start()], letters[:_LETTERS], _extension(last[0]))
    return "".join((*made, path[last.end() :]))


def _extension(part: str) -> str:
    """Return the ending of a file's name, if all of it is well known: .pdf, .tar.gz."""
    found = _EXTENSION.search(part) if "." in part else None
    if found is None or found.start() == 0:
        return ""
    kept = ""
    for ending in reversed(found.group()[1:].split(".")):
        if ending.lower() not in _EXTENSIONS:
            break
        kept = f".{ending}{kept}"
    return kept


def _url_and_ids(value: str) -> Iterable[str]:
    scheme, host, rest = _URL.fullmatch(value).groups()  # type: ignore[union-attr]
    found = [value]
    if scheme is not None and scheme.lower() in _SCHEMES and host is None:
        found.append(rest.partition("?")[0])  # mailto:, tel:
    # Numbers and passwords of a meeting are secrets wherever they stand, as is who signs in.
    parts = re.split(r"[/?&=#]", value)[1 if _BARE_HOST.match(value) else 3 :]
    parts += (host or "//")[2:].rpartition("@")[0].split(":")
    return dict.fromkeys((*found, *(part for part in parts if len(part) >= _SHORTEST_ID)))


def _name_and_stem(value: str) -> Iterable[str]:
    name = re.split(r"[/\\]", value)[-1]
    return dict.fromkeys((value, name, name.removesuffix(_extension(name))))
