"""What a person reads who has to decide about columns: counts, reasons, and lines to paste."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from db_workflow.testdata.declared.usual import usual_table
from db_workflow.testdata.structure import Column, TableStructure

# So many columns, and so many other problems, are spelled out; the rest is counted.
MOST_SHOWN = 40
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Undecided:
    """A column that nobody decided about, with the rule that it seems to need."""

    table: TableStructure
    column: Column
    rule: str
    why: str

    @property
    def problem(self) -> str:
        """The problem in one line."""
        rule = self.rule if "\n" not in self.rule else "rules.json({…})"
        place = f"{self.table.name}.{self.column.name}"
        return f"{place} ({self.column.type}) is not classified; perhaps {rule}{self._reason}"

    @property
    def entry(self) -> str:
        """The entry of `columns`; in several lines for JSON."""
        first, *more = self.rule.split("\n")
        comment = f"  # {self.column.type}{self._reason}"
        opening = f"{_text(self.column.name)}: {first}"
        return "\n".join((f"{opening}{comment}", *more)) + "," if more else f"{opening},{comment}"

    @property
    def _reason(self) -> str:
        reason = f": {self.why}" if self.why else ""
        if self.column.kind == "number" and self.column.name in self.table.primary_key:
            reason += ", if it is no number that a person has elsewhere: no sequence counts it"
        return reason


def message(
    wrong: Sequence[str],
    missing: Mapping[str, str],
    undecided: Sequence[Undecided],
    marked: Sequence[str] = (),
) -> tuple[str, dict[str, str]]:
    """Return the text of the error, and everything there is to paste, by table.

    Args:
        wrong: what is declared wrongly.
        missing: the tables that are left out, each with one line.
        undecided: the columns that nobody decided about, those of tables that are left out last.
        marked: the columns whose rule is marked as `undecided`, each in one line.

    """
    counted = _counted(wrong, missing, undecided, marked)
    lines = [f"TABLE_CONFIG does not fit the database: {counted}."]
    lines += _bullets([*wrong, *missing.values()])
    columns = undecided[:MOST_SHOWN]
    # The entry of a table that is left out, as far as there is room; its further columns come next.
    begun = {entry.table.name for entry in columns}
    others = [name for name in missing if name not in begun][: MOST_SHOWN - len(columns)]
    tables = {name: line for name, line in missing.items() if name in begun or name in others}
    if missing or undecided:
        lines += ["", "Paste into TABLE_CONFIG what you agree with, and decide about each line:"]
    for heading, _, paste in _sections(tables, columns):
        lines += ["", heading, _moved(paste)]
    if marked:
        lines += ["", "Take rules.undecided(…) away around what you agree with, or write another:"]
        lines += _bullets(marked)
    lines += _left(len(undecided) - len(columns), len(missing) - len(tables))
    return "\n".join(lines), {table: paste for _, table, paste in _sections(missing, undecided)}


def _counted(
    wrong: Sequence[str],
    missing: Mapping[str, str],
    undecided: Sequence[Undecided],
    marked: Sequence[str],
) -> str:
    tables = len({entry.table.name for entry in undecided})
    parts = (
        (len(wrong), f"{_many(len(wrong), 'entry', 'entries')} wrong"),
        (len(missing), f"{_many(len(missing), 'table')} left out"),
        (tables, f"{_many(len(undecided), 'column')} of {_many(tables, 'table')} not decided"),
        (len(marked), f"{_many(len(marked), 'column')} marked as undecided"),
    )
    return ", ".join(text for count, text in parts if count)


def _bullets(problems: Sequence[str]) -> Iterator[str]:
    yield from (f"  - {problem}" for problem in problems[:MOST_SHOWN])
    if len(problems) > MOST_SHOWN:
        yield f"  - and {len(problems) - MOST_SHOWN:,} more"


def _left(columns: int, tables: int) -> list[str]:
    parts = [
        _many(count, f"more {what}")
        for count, what in ((columns, "column"), (tables, "table"))
        if count
    ]
    told = f"and {' and '.join(parts)}: the next run names them once these are decided"
    return ["", told] if parts else []


def _sections(
    missing: Mapping[str, str], undecided: Sequence[Undecided]
) -> Iterator[tuple[str, str, str]]:
    """Yield (heading, table, what to paste) for each table."""
    by_table = {
        name: "\n".join(entry.entry for entry in entries)
        for name, entries in groupby(undecided, key=lambda entry: entry.table.name)
    }
    for name, entries in by_table.items():
        if name not in missing:
            yield f"{name}, into its columns:", name, entries
    for name in missing:
        yield f"{name}, as a new entry:", name, _table(name, by_table.get(name, ""))


def _table(name: str, entries: str) -> str:
    """Return a whole `Table(…)`."""
    usual = usual_table(name)
    lines = [
        f"Table({_text(name)},",
        f'{_INDENT}file="{usual.file}",',
        f'{_INDENT}variable="{usual.variable}",',
        f'{_INDENT}factory="{usual.factory}",',
    ]
    if entries:
        lines += [f"{_INDENT}columns={{", _moved(_moved(entries)), f"{_INDENT}}},"]
    return "\n".join((*lines, "),"))


def _moved(text: str) -> str:
    return "\n".join(_INDENT + line for line in text.split("\n"))


def _many(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
