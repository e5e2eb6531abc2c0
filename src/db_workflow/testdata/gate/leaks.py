"""The leak gate: searches finished files for source values that should have gone.

The rule. Searched for: every part of a value that a rule was to hide (`Rule.secrets`), in columns
of texts, JSON, UUIDs and the like; not numbers, dates, booleans and enums, which coincide by
chance. As words: case, accents' composition and punctuation do not matter, a value of several
words is found inside a longer text, its first twelve words are enough; in scripts without spaces
every sign is a word; a number is found however its digits are grouped. Not searched for: values
with fewer letters than their rule says (`Rule.shortest`: four, of names three, beyond ASCII one
fewer), numbers of fewer than six digits (four, if they are numbers of JSON), and `COMMON` words.
Searched in: every cell that can hold words. A hit does not count where a rule is known to write
that word by itself (`Rule.vocabulary`), inside of what it makes up (`Rule.invented`), or where the
declaration allows it (`rules.keep(allow=…)`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from db_workflow.errors import TestDataError
from db_workflow.testdata.declared.tables import Classified
from db_workflow.testdata.files.copytext import decode
from db_workflow.testdata.files.datafile import DataFile
from db_workflow.testdata.rules.rule import Part, Rule
from db_workflow.testdata.rules.spelling import joined_signs, long_numbers, without_runs, words_of
from db_workflow.testdata.structure import Column

SHORTEST_NUMBER = 6
SHORTEST_JSON_NUMBER = 4
MOST_WORDS = 12
_MOST_SHOWN = 20
# Words that are in everybody's data and say nothing about anybody.
COMMON = frozenset(
    {"admin", "data", "default", "demo", "email", "example", "false", "guest", "http", "https"}
    | {"info", "mail", "name", "none", "null", "office", "parent", "password", "student"}
    | {"teacher", "test", "true", "undefined", "unknown", "user", "value"}
    # Three letters, which is as short as names may be; the second line stands inside of names.
    | {"all", "and", "are", "but", "for", "has", "her", "his", "not", "off", "one", "our", "out"}
    | {"the", "two", "was", "who", "yes", "you"}
    | {"abu", "bin", "das", "del", "den", "der", "dos", "ibn", "las", "los", "van", "von"}
)
_CHANCE_KINDS = frozenset({"number", "date", "interval", "boolean", "enum"})
# Keys of these kinds point at a row in an error and name nobody.
_PLAIN_KEYS = frozenset({"number", "uuid", "enum", "boolean"})
_JSON_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|[\"\\/bfnrt])")


@dataclass(frozen=True, slots=True)
class Leak:
    """A source value found in a file. The value itself is nowhere in it."""

    table: str
    column: str
    row: str
    origin: str

    def __str__(self) -> str:
        """Return one line that names the places."""
        return f"{self.table}.{self.column}, row {self.row}: holds a value of {self.origin}"


class Gate:
    """Collects what has to be hidden while rows are transformed, then searches files for it."""

    def __init__(self) -> None:
        self._origins: dict[str, str] = {}
        # By first word: how many words the values have that begin with it.
        self._lengths: dict[str, set[int]] = {}
        self._seen: dict[str, set[str]] = {}

    def note(self, table: str, column: Column, rule: Rule, value: str) -> None:
        """Remember a source value that the rule hides."""
        origin = f"{table}.{column.name}"
        seen = self._seen.setdefault(origin, set())
        if column.element in _CHANCE_KINDS or value in seen:
            return
        seen.add(value)
        for part in rule.parts(value):
            if not part.rule.keeps:
                for secret in part.rule.secrets(part.text):
                    self._remember(words_of(secret)[:MOST_WORDS], part, origin)

    def search(self, file: DataFile, classified: Classified) -> Iterator[Leak]:
        """Yield every leak in a file."""
        columns = classified.structure.columns
        cells = [
            (place, name, classified.rules[name])
            for place, name in enumerate(file.rows.columns)
            if columns[name].element not in _CHANCE_KINDS and columns[name].kind != "uuid"
        ]
        key = _plain_key(classified)
        key_places = [file.rows.columns.index(name) for name in key]
        for number, line in enumerate(file.rows.lines, 1):
            fields = line.split("\t")
            for place, name, rule in cells:
                for origin in self._found(fields[place], rule):
                    row = ", ".join(fields[part] for part in key_places) or f"number {number}"
                    yield Leak(classified.table.name, name, row, origin)

    def _remember(self, words: list[str], part: Part, origin: str) -> None:
        if not _worth_searching(words, part):
            return
        for found in (words, ["".join(words)]) if _is_number(words) else (words,):
            self._origins.setdefault(" ".join(found), origin)
            self._lengths.setdefault(found[0], set()).add(len(found))

    def _found(self, field: str, rule: Rule) -> Iterator[str]:
        value = decode(field)
        for part in rule.parts(value) if value is not None else ():
            for words in _readings(_searched(part)):
                origins = list(self._matches(words, part.rule))
                yield from origins
                if origins:
                    break

    def _matches(self, words: Sequence[str], rule: Rule) -> Iterator[str]:
        for start, first in enumerate(words):
            for length in self._lengths.get(first, ()):
                found = words[start : start + length]
                origin = self._origins.get(" ".join(found))
                if origin is not None and not _own_words(found, rule):
                    yield origin


def require_clean(gate: Gate, files: Sequence[tuple[DataFile, Classified]]) -> None:
    """Search files for what has to be hidden.

    Raises:
        TestDataError: a source value was found. Names table, column and row, never the value.

    """
    leaks = [leak for file, classified in files for leak in gate.search(file, classified)]
    if not leaks:
        return
    shown = [f"  - {leak}" for leak in leaks[:_MOST_SHOWN]]
    if len(leaks) > _MOST_SHOWN:
        shown.append(f"  - and {len(leaks) - _MOST_SHOWN:,} more")
    raise TestDataError(
        f"{len(leaks):,} source value(s) are still in the generated rows:\n" + "\n".join(shown),
        why="real values would be committed; the new files were removed, the old ones are as they"
        " were",
        next="give those columns another rule in TABLE_CONFIG, or say that a word is harmless"
        " there: rules.keep(allow=(…))",
        data={"leaks": [str(leak) for leak in leaks]},
    )


def _plain_key(classified: Classified) -> tuple[str, ...]:
    """Return the columns that name a row in an error: the primary key, or none to count rows.

    A text that is a key may be the very value that leaked.
    """
    found = classified.structure
    kinds = {found.columns[name].kind for name in found.primary_key}
    return found.primary_key if kinds <= _PLAIN_KEYS else ()


def _searched(part: Part) -> str:
    """Return what is left of a piece without what its rule makes up."""
    text = part.text if part.rule.invented is None else part.rule.invented.sub(" ", part.text)
    if text.isascii() or not part.rule.vocabulary:
        return text
    # Any piece of a pseudonym in signs would be found in it.
    return without_runs(text, part.rule.vocabulary)


def _readings(text: str) -> Iterator[list[str]]:
    """Yield the words of a text, then those of what else it may be: JSON with escapes, a number."""
    yield words_of(text)
    if "\\" in text:
        yield words_of(_JSON_ESCAPE.sub(_unescaped, text))
    for number in long_numbers(text):
        yield [number]


def _worth_searching(words: Sequence[str], part: Part) -> bool:
    length = sum(map(len, words))
    if _is_number(words):
        return length >= (SHORTEST_JSON_NUMBER if part.number else SHORTEST_NUMBER)
    beyond_ascii = not all(map(str.isascii, words))
    return length >= part.rule.shortest - beyond_ascii and " ".join(words) not in COMMON


def _is_number(words: Sequence[str]) -> bool:
    return bool(words) and all(map(str.isdecimal, words))


def _own_words(found: Sequence[str], rule: Rule) -> bool:
    return all(word in rule.vocabulary for word in joined_signs(found))


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else " "
