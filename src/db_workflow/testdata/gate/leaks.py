"""The leak gate: no source value that should have gone is in a finished file.

The rule. **Searched for** is every part of a value that a rule was to hide (`Rule.secrets`), in
columns of texts, JSON, UUIDs and the like; not numbers, dates, booleans and enums, which coincide
by chance. As words: case, punctuation, accents and signs that do not show do not matter (Müller is
found as Muller and Mueller, but not in the letters of another script); a value of several words is
found inside a longer text, its first twelve words are enough; in scripts without spaces every sign
is a word. Names and the first parts of addresses also with the last word first, without those in
the middle, and written together; so are two names from columns of their own ("Ali, Omar",
"omarali"). Addresses of mail also without what follows on a plus. A number however its digits are
grouped by spaces, hyphens, full stops, slashes and brackets, with or without leading zeros and,
where it is written the international way, the country's code. A UUID with or without hyphens.

**Searched in** is every cell that can hold words, and UUIDs for UUIDs: as it is; with words parted
where case changes or digits begin ("OmarAli", "ali1987"; of words in more than four pieces, which
are codes, only pieces of six letters and more); and through the escapes of JSON, URLs and HTML,
base64 and hexadecimal of eight signs and more, broken into lines or not, that are readable as a
whole (of fewer than twelve bytes: only if they read like words), three encodings deep.

**Not searched for** are values with fewer letters than their rule says (`Rule.shortest`: four, of
names three, beyond ASCII one fewer), numbers of fewer than six digits (four, if they are numbers of
JSON), and `keys.COMMON` words. They are counted by column: `Index.unsearched`.

**Excused** is a hit where a rule is known to write that word by itself (`Rule.vocabulary`), inside
of what it makes up (`Rule.invented`), where TABLE_CONFIG allows it (`rules.keep(allow=…)`), and a
word inside of a UUID.

What is remembered of a value are 64-bit hashes (`hashing`, `keys`), in files that live as long as
the run (`secrets`, `index`); a file is searched in blocks of columns, and single cells only if they
seem to hold something (`matching`, `screen`, `search`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from db_workflow.errors import TestDataError

_MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Leak:
    """A source value found in a file. The value itself is nowhere in it."""

    table: str
    column: str
    row: str
    origin: str
    number: int = field(default=0, compare=False, repr=False)

    def __str__(self) -> str:
        """Return one line that names the places."""
        return f"{self.table}.{self.column}, row {self.row}: holds a value of {self.origin}"


def require_clean(leaks: Sequence[Leak]) -> None:
    """Refuse files that hold source values.

    Raises:
        TestDataError: there are leaks. Names table, column and row, never the value.

    """
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
