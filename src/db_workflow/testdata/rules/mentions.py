"""Where a text mentions what is known of somebody, and what stands there instead.

Whole words, whatever their case, accents and Unicode form, with whatever stands between them: "ali,
OMAR" for "Omar Ali", "Omar's", a name inside a run of Chinese signs. Inside one word at borders of
case and digits, or where it is nothing but two known words: "OmarAli1987", "omarali". Addresses,
links and numbers of six digits and more are found whether they are known or not.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from db_workflow.testdata.rules.known import Known
from db_workflow.testdata.rules.pseudonyms import Pseudonyms
from db_workflow.testdata.rules.rule import Rule
from db_workflow.testdata.rules.spelling import (
    LONG_NUMBER,
    TELLING_NUMBER,
    WORD_OR_SIGN,
    folded,
    long_numbers,
    plain_spellings,
)

# A telephone number is the same with its country code and without.
_TAIL = 7
_LINK = r"(?:(?<![\w+.-])[a-z][a-z0-9+.-]*://|(?<!\w)www\.)[^\s<>\"“”«»]+"
_ADDRESS = r"(?<![\w.+%'\u2019-])[\w.+%'\u2019-]+@[\w-]+(?:\.[\w-]+)+"
_LINK_OR_ADDRESS = re.compile(rf"(?P<link>{_LINK})|{_ADDRESS}", re.IGNORECASE)
# What ends a sentence, or a pair of brackets around it, is no part of a link.
_BEHIND_LINK = ".,;:!?)]}'\u2019"
_BEFORE_ADDRESS = "'\u2019.-"
_LETTERS_OR_DIGITS = re.compile(r"\d+|\D+")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a text, what is made of what stands there, and whether it is a secret."""

    start: int
    end: int
    made: Callable[[str, Pseudonyms], str]
    secret: bool = True


class Mentions:
    """Finds what is known of the persons of one row in the row's texts."""

    __slots__ = ("_address", "_begun", "_link", "_numbers", "_single", "_whole")

    def __init__(self, known: Sequence[Known], *, address: Rule, link: Rule) -> None:
        """Take what is known (what comes first counts), and how to treat what is not."""
        self._address = address
        self._link = link
        self._whole: dict[str, Known] = {}
        self._numbers: dict[str, Known] = {}
        self._single: dict[str, Known] = {}
        # What has several words, or counts only as it was written: by its first word.
        self._begun: dict[str, list[Known]] = {}
        for one in known:
            self._take(one)
        for begun in self._begun.values():
            begun.sort(key=lambda one: -len(one.words))

    def replaced(self, text: str, by: Pseudonyms) -> str:
        """Return a text with pseudonyms in the place of everything that is found."""
        searched = self._readable(text)
        made = []
        place = 0
        for found in self.found(searched):
            mention = searched[found.start : found.end]
            made += [searched[place : found.start], found.made(mention, by)]
            place = found.end
        return "".join((*made, searched[place:])) if made else text

    def secrets(self, text: str) -> Iterator[str]:
        """Yield what of a text must not be found in any file.

        Not numbers that are not known: a date would be found in other texts by chance.
        """
        text = self._readable(text)
        return (text[found.start : found.end] for found in self.found(text) if found.secret)

    def found(self, text: str) -> Iterator[Mention]:
        """Yield what is found, in its order; no two overlap."""
        place = 0
        for start, end, rule in self._links_and_addresses(text):
            yield from self._outside(text, place, start)
            known = self._whole.get(folded(text[start:end]))
            yield Mention(start, end, _whole(known) if known is not None else _treated_by(rule))
            place = end
        yield from self._outside(text, place, len(text))

    def _take(self, known: Known) -> None:
        self._whole.setdefault(folded(known.text), known)
        if known.is_number:
            self._numbers.setdefault("".join(known.words)[-_TAIL:], known)
        elif len(known.words) == 1 and not known.exact:
            self._single.setdefault(known.words[0], known)
        else:
            self._begun.setdefault(known.words[0], []).append(known)

    def _readable(self, text: str) -> str:
        """Return a text in which signs are what they look like, if it may mention somebody.

        Hangul is also written by the letters of its syllables, kana with marks behind them: then
        every letter would be a word.
        """
        if text.isascii() or unicodedata.is_normalized("NFKC", text) or not self._may_be_in(text):
            return text
        return unicodedata.normalize("NFKC", text)

    def _may_be_in(self, text: str) -> bool:
        searched = _plain(text)
        return any(word in searched for words in (self._single, self._begun) for word in words)

    def _links_and_addresses(self, text: str) -> Iterator[tuple[int, int, Rule]]:
        if "@" not in text and "://" not in text and "www." not in text.lower():
            return
        for match in _LINK_OR_ADDRESS.finditer(text):
            start, end = match.span()
            if match["link"] is not None:
                yield start, start + len(match.group().rstrip(_BEHIND_LINK)), self._link
            else:
                yield end - len(match.group().lstrip(_BEFORE_ADDRESS)), end, self._address

    def _outside(self, text: str, start: int, end: int) -> Iterator[Mention]:
        """Yield words and numbers of what is neither link nor address."""
        if self._may_be_in(text[start:end]):
            for found in self._words(text, start, end):
                yield from self._long_numbers(text, start, found.start)
                yield found
                start = found.end
        yield from self._long_numbers(text, start, end)

    def _words(self, text: str, start: int, end: int) -> Iterator[Mention]:
        tokens = list(WORD_OR_SIGN.finditer(text, start, end))
        words = [_plain(token.group()) for token in tokens]
        place = 0
        while place < len(tokens):
            begin = tokens[place].start()
            for known in self._beginning(words, place):
                last = place + len(known.words) - 1
                end = tokens[last].end()
                if not known.exact or text[begin:end] == known.text:
                    yield Mention(begin, end, known.made)
                    place = last
                    break
            else:
                if any(word in words[place] for word in self._single):
                    yield from self._inside(text, begin, tokens[place].end())
            place += 1

    def _beginning(self, words: Sequence[str], place: int) -> Iterator[Known]:
        """Yield what is known that begins with a certain word, the longest first."""
        for known in self._begun.get(words[place], ()):
            if tuple(words[place : place + len(known.words)]) == known.words:
                yield known
        if words[place] in self._single:
            yield self._single[words[place]]

    def _inside(self, text: str, start: int, end: int) -> Iterator[Mention]:
        """Yield what is found inside one word: OmarAli1987."""
        for run in _LETTERS_OR_DIGITS.finditer(text, start, end):
            borders = [run.start(), run.end()]
            if not self._glued(run.group()):
                borders[1:1] = _humps(text, *run.span())
            for first, last in pairwise(borders):
                if known := self._glued(text[first:last]):
                    yield Mention(first, last, _one_by_one(known))

    def _glued(self, letters: str) -> tuple[Known, ...]:
        """Return the known word, or the two, that letters consist of."""
        letters = _plain(letters)
        if letters in self._single:
            return (self._single[letters],)
        for word, known in self._single.items():
            if letters.startswith(word) and letters[len(word) :] in self._single:
                return known, self._single[letters[len(word) :]]
        return ()

    def _long_numbers(self, text: str, start: int, end: int) -> Iterator[Mention]:
        for number in LONG_NUMBER.finditer(text, start, end):
            (digits,) = long_numbers(number.group())
            known = self._numbers.get(digits[-_TAIL:])
            if known is not None:
                yield Mention(*number.span(), known.made_number)
            elif TELLING_NUMBER.fullmatch(number.group()):
                yield Mention(*number.span(), _other_digits, secret=False)


def _plain(text: str) -> str:
    """Return a text as words of it are compared: folded, without accents."""
    text = folded(text)
    return next(plain_spellings(text), text)


def _humps(text: str, start: int, end: int) -> list[int]:
    """Return where a new word begins by its case: OmarAli, HTMLOmar."""
    return [
        place
        for place in range(start + 1, end)
        if text[place].isupper()
        and (text[place - 1].islower() or (place + 1 < end and text[place + 1].islower()))
    ]


def _treated_by(rule: Rule) -> Callable[[str, Pseudonyms], str]:
    return lambda mention, by: rule.apply(mention, by) or ""


def _whole(known: Known) -> Callable[[str, Pseudonyms], str]:
    return lambda _mention, by: known.pseudonym(by)


def _one_by_one(known: Sequence[Known]) -> Callable[[str, Pseudonyms], str]:
    return lambda _mention, by: "".join(one.pseudonym(by) for one in known)


def _other_digits(mention: str, by: Pseudonyms) -> str:
    return by.same_shape("digits", mention)
