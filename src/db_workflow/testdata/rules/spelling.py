"""How values are cut into words and numbers, so that two spellings of one thing are equal."""

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cache

# A name's words; what stands between them (spaces, hyphens, full stops) stays where it is.
NAME_WORD = re.compile(r"[^\s\-\u2010-\u2015.,;:!?&+|/\\(){}\[\]<>«»\"“”„@#*=~_\d]+")
# Four digits and more with what people write between them: "+20 (100) 123-456" is one number.
_BETWEEN_DIGITS = r"[\s\-\u2010-\u2015\u2212./()+]*"
LONG_NUMBER = re.compile(rf"\d(?:{_BETWEEN_DIGITS}\d){{3,}}")
# The same with so many that it is no page, grade, hour or year: a telephone number, a date, an id.
TELLING_NUMBER = re.compile(rf"\d(?:{_BETWEEN_DIGITS}\d){{5,}}")
# Signs of scripts that put no spaces between words: Chinese, kana, hangul with its particles.
_SIGN = (
    r"\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u1100-\u11ff\uac00-\ud7af\U00020000-\U0003ffff"
)
# Vowel signs and accents that Python does not count as parts of words.
_MARK = r"\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0670\u0900-\u0963\u0971-\u0df3\u0e31-\u0e4e"
_WORD = re.compile(r"[^\W_]+")
WORD_OR_SIGN = re.compile(rf"[{_SIGN}]|(?:[^\W_{_SIGN}]|[{_MARK}])+")
_NO_DIGIT = re.compile(r"\D+")
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]")
_RUN = re.compile(rf"[{_SIGN}]+")
_BETWEEN_SIGNS = re.compile(rf"(?<=[{_SIGN}]) (?=[{_SIGN}])")
# Signs that do not show: soft hyphens, joiners, marks of direction and of a file's beginning.
_INVISIBLE = dict.fromkeys(
    place
    for begin, end in (
        *((0xAD, 0xAE), (0x34F, 0x350), (0x61C, 0x61D), (0x200B, 0x2010)),
        *((0x202A, 0x202F), (0x2060, 0x2070), (0xFEFF, 0xFF00)),
    )
    for place in range(begin, end)
)
# Letters that Unicode does not take apart, and Arabic ones that stand for each other.
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ł": "l", "Ł": "L", "ħ": "h"}
    | {"Ħ": "H", "ŧ": "t", "Ŧ": "T", "\u0131": "i", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"}
    | {"þ": "th", "Þ": "TH", "\u0640": "", "\u0649": "\u064a", "\u06cc": "\u064a"}
    | {"\u0629": "\u0647", "\u06a9": "\u0643"}
)
_SPELLED_OUT = str.maketrans(
    {"ä": "ae", "Ä": "Ae", "ö": "oe", "Ö": "Oe", "ü": "ue", "Ü": "Ue", "å": "aa", "Å": "Aa"}
    | {"ø": "oe", "Ø": "Oe"}
)
# Latin, Greek, Cyrillic; Arabic and Hebrew, of which the vowels are accents; and accents alone.
_ACCENTED = (
    *range(0xC0, 0x250), *range(0x300, 0x530), *range(0x591, 0x5C8), *range(0x620, 0x6D4),
    *range(0x1E00, 0x2000),
)  # fmt: skip


def folded(value: str) -> str:
    """Return what makes two spellings of a name or an address one: case and Unicode form."""
    if not value.isascii():
        value = unicodedata.normalize("NFKC", value)
    return value.casefold().strip()


def words_of(value: str) -> list[str]:
    """Return the folded words of a text; signs of scripts without spaces are words of their own.

    So a name is found inside a longer run of signs: 健太 in 健太さん.
    """
    if value.isascii():
        return _WORD.findall(value.casefold())
    return WORD_OR_SIGN.findall(_FOREIGN_DIGIT.sub(_plain, folded(value)))


def joined_signs(words: Sequence[str]) -> list[str]:
    """Return words with the signs of one run put together again."""
    return _BETWEEN_SIGNS.sub("", " ".join(words)).split()


def folded_words(values: Iterable[str]) -> frozenset[str]:
    """Return the words of some texts, folded, as a rule's vocabulary holds them."""
    return frozenset(word for value in values for word in joined_signs(words_of(value)))


def without_runs(value: str, runs: Container[str]) -> str:
    """Return a text without the runs of signs that are, as a whole, among some words."""
    value = unicodedata.normalize("NFKC", value)
    return _RUN.sub(lambda match: " " if match.group() in runs else match.group(), value)


def plain_spellings(value: str) -> Iterator[str]:
    """Yield how a text is typed by who has no such keys, if that is another text.

    Without accents, as capitals often are, and without signs that do not show: José as Jose,
    Müller as Muller and as Mueller.
    """
    if value.isascii() or not _accents().search(value):
        return
    composed = unicodedata.normalize("NFC", value).translate(_INVISIBLE)
    for spelled in dict.fromkeys((composed, composed.translate(_SPELLED_OUT))):
        yield spelled.translate(_plain_letters())


@cache
def _accents() -> re.Pattern[str]:
    """Return what finds a sign of which nothing, or another letter, is left."""
    return re.compile(f"[{''.join(map(chr, sorted(_plain_letters().keys() | _INVISIBLE)))}]")


@cache
def _plain_letters() -> dict[int, str | None]:
    """Return letters without their accents, for `str.translate`."""
    table: dict[int, str | None] = {}
    for code in _ACCENTED:
        first, *accents = list(unicodedata.normalize("NFKD", chr(code)))
        if unicodedata.combining(first):
            table[code] = None
        elif accents and all(map(unicodedata.combining, accents)):
            table[code] = first
    return table | _PLAIN_LETTERS


def long_numbers(value: str) -> list[str]:
    """Return the digits of every number of four digits and more, without what is between them."""
    return [
        _FOREIGN_DIGIT.sub(_plain, _NO_DIGIT.sub("", number))
        for number in LONG_NUMBER.findall(value)
    ]


def _plain(digit: re.Match[str]) -> str:
    return str(unicodedata.decimal(digit.group()))
