"""The leak gate: searches finished files for source values that should have gone.

The rule. Searched for: every part of a value that a rule was to hide (`Rule.secrets`), in columns
of texts, JSON, UUIDs and the like; not numbers, dates, booleans and enums, which coincide by
chance. As words: case, accents' composition and punctuation do not matter, a value of several
words is found inside a longer text, its first twelve words are enough. Not searched for: values
shorter than four characters, numbers shorter than six digits, and `COMMON` words. Searched in:
every cell that can hold words. A hit does not count where a rule is known to write that word by
itself (`Rule.vocabulary`) or where the declaration allows it (`rules.keep(allow=…)`).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from db_workflow.errors import TestDataError
from db_workflow.testdata.copytext import decode
from db_workflow.testdata.files import DataFile
from db_workflow.testdata.rules import Rule
from db_workflow.testdata.structure import Column
from db_workflow.testdata.tables import Classified

SHORTEST = 4
SHORTEST_NUMBER = 6
MOST_WORDS = 12
_MOST_SHOWN = 20
# Words that are in everybody's data and say nothing about anybody.
COMMON = frozenset(
    {"admin", "data", "default", "demo", "email", "example", "false", "guest", "http", "https"}
    | {"info", "mail", "name", "none", "null", "office", "parent", "password", "student"}
    | {"teacher", "test", "true", "undefined", "unknown", "user", "value"}
)
_CHANCE_KINDS = frozenset({"number", "date", "interval", "boolean", "enum"})
_WORD = re.compile(r"[^\W_]+")
_JSON_ESCAPE = re.compile(r"\\[\"\\/bfnrt]")


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
        for part in rule.secrets(value):
            words = _words(part)[:MOST_WORDS]
            key = " ".join(words)
            if not _worth_searching(key):
                continue
            self._origins.setdefault(key, origin)
            self._lengths.setdefault(words[0], set()).add(len(words))

    def search(self, file: DataFile, classified: Classified) -> Iterator[Leak]:
        """Yield every leak in a file."""
        columns = classified.structure.columns
        cells = [
            (place, name, classified.rules[name])
            for place, name in enumerate(file.rows.columns)
            if columns[name].element not in _CHANCE_KINDS and columns[name].kind != "uuid"
        ]
        key = [file.rows.columns.index(name) for name in classified.structure.primary_key]
        for number, line in enumerate(file.rows.lines, 1):
            fields = line.split("\t")
            for place, name, rule in cells:
                for origin in self._found(fields[place], rule):
                    row = ", ".join(fields[part] for part in key) or str(number)
                    yield Leak(classified.table.name, name, row, origin)

    def _found(self, field: str, rule: Rule) -> Iterator[str]:
        value = decode(field)
        if value is None:
            return
        words = _words(_JSON_ESCAPE.sub(" ", value) if "\\" in value else value)
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


def _words(value: str) -> list[str]:
    if not value.isascii():
        value = unicodedata.normalize("NFKC", value)
    return _WORD.findall(value.casefold())


def _worth_searching(key: str) -> bool:
    if len(key) < SHORTEST or key in COMMON:
        return False
    return not (key.isdecimal() and len(key) < SHORTEST_NUMBER)


def _own_words(found: Iterable[str], rule: Rule) -> bool:
    return all(
        word in rule.vocabulary
        or (rule.invents_numbers and any(character.isdecimal() for character in word))
        for word in found
    )
