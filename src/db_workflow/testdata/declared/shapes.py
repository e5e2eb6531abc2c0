"""What the values of a text column look like, without any of them in what is told."""

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# So many of a hundred have to look alike. Real columns hold a few "unknown" and typing errors.
_ENOUGH = 80
# A code has few values, each of which comes back: of 200 rows, twenty at the most.
_MOST_CODES = 20
_ROWS_A_CODE = 5
_LONGEST_CODE = 40
# Free text: so many words, or letters, on average.
_TEXT_WORDS = 6
_TEXT_LENGTH = 80
_FEWEST_PHONE_DIGITS, _MOST_PHONE_DIGITS = 7, 15


@dataclass(frozen=True, slots=True)
class Shape:
    """What sampled values look like.

    Attributes:
        kind: "email", "phone", "url", "ip", "mac", "iban", "uuid", "password", "token", "date",
            "file", "postal", "json", "names", "number", "text", "codes", or "mixed".
        why: how many of them do, in words.
        rule: for JSON, the rule with the paths that were found; otherwise empty.

    """

    kind: str
    why: str
    rule: str = ""


def recognised(values: Sequence[str]) -> Shape | None:
    """Return what sampled texts look like; None if there are none."""
    values = [value for value in map(str.strip, values) if value]
    if not values:
        return None
    for kind, what, fits in _SHAPES:
        share = 100 * sum(map(fits, values)) // len(values)
        if share >= _ENOUGH:
            return Shape(kind, _told(share, len(values), f"look like {what}"))
    return _by_counting(values)


def _by_counting(values: Sequence[str]) -> Shape:
    distinct = len(set(values))
    share = 100 * sum(map(_is_name, values)) // len(values)
    words = sum(len(value.split()) for value in values) / len(values)
    length = sum(map(len, values)) / len(values)
    few = distinct <= _MOST_CODES and len(values) >= _ROWS_A_CODE * distinct
    if share >= _ENOUGH and not few:
        return Shape("names", _told(share, len(values), "look like names of people"))
    if few and max(map(len, values)) <= _LONGEST_CODE:
        plural = "value" if distinct == 1 else "values"
        return Shape("codes", f"{distinct} distinct {plural} in {len(values):,} sampled rows")
    if words >= _TEXT_WORDS or length >= _TEXT_LENGTH:
        return Shape("text", f"free text of {words:.0f} words on average")
    return Shape("mixed", f"{len(values):,} sampled values have no common shape")


def _told(share: int, count: int, what: str) -> str:
    if share == 100:
        return f"all {count:,} sampled values {what}"
    return f"{share} % of {count:,} sampled values {what}"


def _matching(*patterns: str) -> Callable[[str], bool]:
    compiled = re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
    return lambda value: compiled.fullmatch(value) is not None


def _is_phone(value: str) -> bool:
    digits = sum(map(str.isdecimal, value))
    return (
        _FEWEST_PHONE_DIGITS <= digits <= _MOST_PHONE_DIGITS and _PHONE.fullmatch(value) is not None
    )


def _is_token(value: str) -> bool:
    """Tell what a program has drawn or hashed: long, in one piece, letters and digits mixed."""
    if _HEX.fullmatch(value) or _JWT.fullmatch(value):
        return True
    kinds = (str.islower, str.isupper, str.isdecimal)
    return _BASE64.fullmatch(value) is not None and all(any(map(kind, value)) for kind in kinds)


def _is_json(value: str) -> bool:
    if value[0] not in "{[":
        return False
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return False
    return True


def _is_name(value: str) -> bool:
    """Tell two to four words that begin with capitals, or stand in a script that has none."""
    words = value.split()
    if len(words) == 1 and len(value) <= _LONGEST_SIGNS:
        return _SIGNS.fullmatch(value) is not None
    return 2 <= len(words) <= 4 and all(map(_is_name_word, words))


def _is_name_word(word: str) -> bool:
    if word.casefold() in _PARTICLES:
        return True
    begins = unicodedata.category(word[0]) in {"Lu", "Lt", "Lo"}
    return begins and _NAME_SIGNS.fullmatch(word) is not None


# "van der Berg", "bin Said": small words inside of names.
_PARTICLES = frozenset(
    {"al", "bin", "bint", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "ibn"}
    | {"la", "le", "ten", "van", "von", "y", "zu"}
)
_NAME_SIGNS = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f\u064b-\u065f\u0900-\u0963'\u2019.\-])+")
# Chinese, Japanese and Korean names have no space: two to six signs.
_LONGEST_SIGNS = 6
_SIGNS = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]{2,6}")
# With a leading + or 0, or with what people write between groups: a bare number is not one.
_PHONE = re.compile(r"(?:\+|00?)[\d\s()./\-]+|\(?\d+\)?(?:[\s()./\-]+\d+)+")
_HEX = re.compile(r"(?=.*\d)(?=.*[a-fA-F])(?:[0-9a-f]{16,}|[0-9A-F]{16,})")
_JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")
_BASE64 = re.compile(r"[A-Za-z0-9+/_\-]{16,}={0,2}")
_IPV4 = r"(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?"
_IPV6 = r"(?=[^:]*:[^:]*:)[0-9a-fA-F:]{2,39}(?:%\w+)?(?:/\d{1,3})?"
_MAC = r"[0-9a-fA-F]{2}(?:([:-])[0-9a-fA-F]{2})(?:\1[0-9a-fA-F]{2}){4}"
_DAY = r"\d{4}-\d\d?-\d\d?(?:[T ]\d\d?:\d\d.*)?"
_FILE = (
    r"[^\n]*[^\s/\\]\.(?i:avif|bmp|csv|docx?|gif|heic|jpe?g|json|m4a|mov|mp[34]|odt|ogg|pdf|png"
    r"|pptx?|rtf|svg|txt|wav|webm|webp|xlsx?|xml|zip)"
)
# The first that fits counts: a date is written like a telephone number, an address like a date.
_SHAPES: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    ("email", "e-mail addresses", _matching(r"[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+")),
    ("url", "URLs", _matching(r"[A-Za-z][A-Za-z0-9+.\-]*://\S+", r"www\.\S+\.\S+")),
    ("uuid", "UUIDs", _matching(r"(?i:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")),
    ("mac", "MAC addresses", _matching(_MAC)),
    ("ip", "IP addresses", _matching(_IPV4, _IPV6)),
    ("iban", "IBANs", _matching(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?")),
    (
        "password",
        "hashes of passwords",
        _matching(
            r"\$(?:argon2\w*|2[abxy]?|pbkdf2[\w\-]*|scrypt|bcrypt[\w\-]*|[156y7])\$.+",
            r"(?:pbkdf2_\w+|bcrypt\w*|argon2\w*|scrypt)[$:].+",
            r"\{(?:S?SHA\d*|S?MD5|CRYPT)\}.+",
            r"SCRAM-SHA-\d+\$.+",
        ),
    ),
    ("date", "dates", _matching(_DAY, r"\d\d?([./-])\d\d?\1(?:\d\d){1,2}")),
    ("json", "JSON", _is_json),
    ("token", "tokens or hashes", _is_token),
    ("file", "file names", _matching(_FILE)),
    (
        "postal",
        "postal codes",
        _matching(
            r"(?i:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})",
            r"(?i:[A-Z]\d[A-Z] ?\d[A-Z]\d)",
            r"\d{4} ?[A-Z]{2}",
            r"\d{5}-\d{3,4}",
        ),
    ),
    ("phone", "telephone numbers", _is_phone),
    ("number", "numbers", _matching(r"[-+]?\d[\d.,]*")),
)
