"""Blocks of rows through the rules: by columns, one call for each distinct value."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from db_workflow.errors import TestDataError
from db_workflow.testdata.declared.tables import Classified
from db_workflow.testdata.extraction.values import applied, decoded, encoded
from db_workflow.testdata.files.copytext import NULL
from db_workflow.testdata.rules.pseudonyms import Pseudonyms, UnfitValueError
from db_workflow.testdata.rules.rule import Rule
from db_workflow.testdata.structure import Column

if TYPE_CHECKING:
    from db_workflow.testdata.extraction.companions import Companions

Fields = Sequence[str]
# Takes the decoded, distinct source values that a rule has hidden in a column of a block.
Note = Callable[[str, Column, Rule, list[str]], None]
# Takes the columns of a block before and after.
Check = Callable[[Sequence[Fields], Sequence[Fields]], None]

# What stands between two lines while they are one list of fields: no field holds a line end.
_BETWEEN = "\n"
# What is remembered of a column that repeats itself is forgotten when it is about so many bytes.
_MOST_REMEMBERED = 4 << 20
_ENTRY = 100
# What a rule that calls the repository's own code may do: `sys.exit` is no exception to Python.
_RAISED = (Exception, SystemExit)
# So many values of a block are given twice to the repository's own code, also inside of others.
_TWICE = 16
_OWN = re.compile(r"\bcustom\(")
_FAILED_ONCE = "it is no pure function: it failed only once"
_OTHERWISE = "it is no pure function: it gives something else each time"


class _Known(dict[str, str]):
    """Fields of a column, and what became of them."""

    __slots__ = ("_size",)

    def __init__(self) -> None:
        super().__init__()
        self._size = 0

    def unknown(self, fields: set[str]) -> set[str]:
        """Return those that are not there, to be added; it may first forget all that it has."""
        if self._size > _MOST_REMEMBERED:
            self._size = 0
            self.clear()
        new = fields.difference(self)
        self._size += sum(map(len, new)) + _ENTRY * len(new)
        return new


@dataclass(frozen=True, slots=True)
class _Treated:
    """A column that is treated: where it stands, what it is, and by which rule.

    Attributes:
        place: its number among the columns.
        column: the column.
        rule: the rule of all rows, or of some.
        known: what became of the fields of the blocks before.
        rules: where the rule is of some: those of all rows.

    """

    place: int
    column: Column
    rule: Rule
    known: _Known
    rules: Sequence[Rule] | None = None

    @property
    def is_own(self) -> bool:
        """Whether the rule, the same for all rows, calls code of the repository's own."""
        return self.rules is None and _OWN.search(str(self.rule)) is not None

    def first(self, fields: Fields, field: str) -> int:
        """Return the number of the first row that has a field and this rule."""
        if self.rules is None:
            return fields.index(field)
        rows = zip(self.rules, fields, strict=True)
        return next(
            number
            for number, (rule, other) in enumerate(rows)
            if rule is self.rule and other == field
        )


class Transformer:
    """Treats the rows of one table, block by block, in their order."""

    def __init__(
        self,
        classified: Classified,
        pseudonyms: Pseudonyms,
        companions: "Companions | None" = None,
        *,
        note: Note | None = None,
        check: Check | None = None,
        first: int = 0,
    ) -> None:
        """Prepare for a table.

        Args:
            classified: the table.
            pseudonyms: what its rules make pseudonyms with.
            companions: finds the rules of columns that treat equal values otherwise in other rows;
                the blocks then have the fields of its `select` behind those of the table.
            note: told of every value that is hidden.
            check: told of whole blocks, before and after.
            first: how many rows of the table come before the first block.

        """
        self.count = first
        self._classified = classified
        self._by = pseudonyms
        self._companions = companions
        self._note = note
        self._check = check
        self._width = len(classified.rules)
        self._extra = len(companions.select) if companions is not None else 0
        self._transformed = [
            _Treated(place, classified.structure.columns[name], rule, _Known())
            for place, (name, rule) in enumerate(classified.rules.items())
            if not rule.keeps
        ]

    def block(self, lines: Sequence[str]) -> Sequence[str]:
        """Return the lines of a block as they go into the file.

        Args:
            lines: COPY text of the table's columns, and of the companions'.

        Raises:
            TestDataError: a rule cannot treat a value; names table, column and row, not the value.

        """
        if not lines:
            return lines
        if self._transformed or self._extra:
            lines = self._treated(lines)
        self.count += len(lines)
        return lines

    def _treated(self, lines: Sequence[str]) -> Sequence[str]:
        fields = f"\t{_BETWEEN}\t".join(lines).split("\t")
        step = self._width + self._extra + 1
        before = [fields[place::step] for place in range(self._width)]
        extra = [fields[place::step] for place in range(self._width, step - 1)]
        after = before.copy()
        for treated in self._transformed:
            if treated.rule.given is None:
                after[treated.place] = self._alike(before, treated)
            else:
                after[treated.place] = self._by_row(before, extra, treated)
        if self._check is not None:
            self._check(before, after)
        if self._extra:
            return list(map("\t".join, zip(*after, strict=True)))
        for treated in self._transformed:
            fields[treated.place :: step] = after[treated.place]
        return "\t".join(fields).split(f"\t{_BETWEEN}\t")

    def _alike(self, before: Sequence[Fields], treated: _Treated) -> list[str]:
        """Return a column of which equal values are treated alike."""
        fields = before[treated.place]
        distinct = set(fields)
        if len(distinct) == len(fields):  # such a column seldom repeats itself in another block
            made = self._made(before, treated, distinct)
        else:
            made = treated.known
            made.update(self._made(before, treated, made.unknown(distinct)))
        return list(map(made.__getitem__, fields))

    def _by_row(
        self, before: Sequence[Fields], extra: Sequence[Fields], treated: _Treated
    ) -> list[str]:
        """Return a column of which every row has a rule of its own."""
        assert self._companions is not None  # noqa: S101 - `given` is what it is there for
        fields = before[treated.place]
        rules = self._companions.rules(treated.column.name, extra)
        # Equal findings have the same rule; by its number, for comparing two of them is slow.
        wanted: dict[int, tuple[Rule, set[str]]] = {}
        for rule, field in zip(rules, fields, strict=True):
            wanted.setdefault(id(rule), (rule, set()))[1].add(field)
        made = {
            number: self._made(before, replace(treated, rule=rule, rules=rules), distinct)
            for number, (rule, distinct) in wanted.items()
        }
        return [made[id(rule)][field] for rule, field in zip(rules, fields, strict=True)]

    def _made(
        self, before: Sequence[Fields], treated: _Treated, distinct: set[str]
    ) -> dict[str, str]:
        """Return what a rule makes of distinct fields; NULL stays NULL and no rule sees it."""
        fields = [field for field in distinct if field != NULL]
        if not fields or treated.rule.keeps:
            return dict(zip(distinct, distinct, strict=True))
        values = decoded(fields)
        otherwise = _FAILED_ONCE
        try:
            made = encoded(applied(treated.rule, values, self._by))
            some = values[:_TWICE] if treated.is_own else []
            if encoded(applied(treated.rule, some, self._by)) != made[: len(some)]:
                otherwise = _OTHERWISE
                raise UnfitValueError(otherwise)
            if self._note is not None:
                origin = f"{self._classified.table.name}.{treated.column.name}"
                self._note(origin, treated.column, treated.rule, values)
        except _RAISED:
            raise self._failure(before, treated, fields, values, otherwise) from None
        return {NULL: NULL, **dict(zip(fields, made, strict=True))}

    def _failure(
        self,
        before: Sequence[Fields],
        treated: _Treated,
        fields: Sequence[str],
        values: Sequence[str],
        otherwise: str,
    ) -> TestDataError:
        """Return an error about the first value that a rule cannot treat: in the rows' order.

        If it treats each of them by itself, what is wrong is said by `otherwise`.
        """
        column = before[treated.place]
        refused = []
        for field, value in zip(fields, values, strict=True):
            try:
                encoded([treated.rule.apply(value, self._by)])
                treated.rule.hidden(value)
            except UnfitValueError as error:
                refused.append((treated.first(column, field), str(error)))
            except _RAISED as error:  # its message, and the chain, may hold the value
                refused.append((treated.first(column, field), type(error).__name__))
        number, reason = min(refused, default=(0, otherwise))
        where, row = (
            f"{self._classified.table.name}.{treated.column.name}",
            self._row(before, number),
        )
        return TestDataError(
            f"{treated.rule.name}() cannot treat a value of {where}: {reason} ({row}).",
            why="what a rule cannot treat would have to be kept or dropped; somebody has to decide",
            next=f"change the rule of {where} in TABLE_CONFIG",
            data={"table": self._classified.table.name, "column": treated.column.name, "row": row},
        )

    def _row(self, before: Sequence[Fields], number: int) -> str:
        """Return what names a row in an error: its key, if that names nobody, or its number."""
        key = ", ".join(before[place][number] for place in self._classified.plain_key)
        return f"row {key}" if key else f"row number {self.count + number + 1}"
