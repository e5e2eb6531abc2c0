"""What rules want to know of the rows: asked in the same query, and the rule made of each finding.

A table's own SELECT is given further expressions, so that what is found belongs to the same row of
the same snapshot, and a row costs the server one look into an index for each.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db_workflow.connection import quoted
from db_workflow.errors import TestDataError
from db_workflow.testdata.declared.beside import Finding, Hop, companion_problems, findings
from db_workflow.testdata.declared.tables import Classified
from db_workflow.testdata.files.copytext import decode
from db_workflow.testdata.rules.pseudonyms import Pseudonyms
from db_workflow.testdata.rules.rule import Part, Rule

# What is remembered of a column: known values take some kilobytes a person, and what many findings
# share some bytes each.
_MOST_RULES = 2_000
_MOST_FINDINGS = 50_000
_ELEMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|([^{},"]+)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Companions:
    """What stands beside a table's rows, and the rules that are made of it.

    Attributes:
        select: SQL expressions over the table as `t`, each a text or a text[], to be appended to
            what is selected of the table.

    """

    __slots__ = ("_made", "select")

    def __init__(self, select: Sequence[str], made: "Mapping[str, _Made]") -> None:
        """Take the expressions, and what makes the rules of each column."""
        self.select = tuple(select)
        self._made = made

    def rules(self, column: str, extra: Sequence[Sequence[str]]) -> Sequence[Rule]:
        """Return the rule of a column for each row of a block; one object for equal findings.

        Args:
            column: one whose rule has `given`.
            extra: the fields of `select`, as columns of COPY text.

        """
        made = self._made[column]
        if len(made.places) == 1:
            return list(map(made.__getitem__, extra[made.places[0]]))
        found = zip(*(extra[place] for place in made.places), strict=True)
        return list(map(made.__getitem__, found))


def companions(
    classified: Classified, all_: Sequence[Classified], pseudonyms: Pseudonyms | None = None
) -> Companions:
    """Return what the rules of a table want to know.

    Args:
        classified: the table.
        all_: every table, because the ways lead there.
        pseudonyms: those with which the rules will be applied; only to save time.

    Raises:
        TestDataError: a column that one of them names leads nowhere.

    """
    if problems := companion_problems(classified, all_):
        raise TestDataError(
            "Rules of TABLE_CONFIG want to know what cannot be found:\n"
            + "\n".join(f"  - {problem}" for problem in problems),
            why="they treat a value by whom its row belongs to",
            next="name a foreign key of the table there, or a path over foreign keys",
            data={"problems": problems},
        )
    tables = {entry.table.name: entry for entry in all_}
    select: dict[str, int] = {}
    made = {}
    for column, rule in classified.rules.items():
        if rule.given is not None:
            readers = []
            for beside in rule.beside:
                found = findings(beside, classified, tables)
                read = [
                    _Reader(
                        select.setdefault(
                            _expression(one, classified, known=beside.known), len(select)
                        ),
                        tuple(rule for _, rule in one.columns),
                        beside.known,
                    )
                    for one in found
                ]
                readers.append(tuple(read))
            made[column] = _Made(rule, tuple(readers), pseudonyms)
    return Companions(tuple(select), made)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one of the further fields: where it is, the rules of its values, one or an array."""

    place: int
    rules: tuple[Rule, ...]
    many: bool

    def pieces(self, field: str) -> tuple[Part, ...]:
        value = decode(field)
        if value is None:
            return ()
        if not self.many:
            return (Part(value, self.rules[0]),)
        values = array_elements(value)
        return tuple(
            Part(value, self.rules[number % len(self.rules)])
            for number, value in enumerate(values)
            if value is not None
        )


class _Made(dict[str | tuple[str, ...], Rule]):
    """The rules of one column, by the fields that were found beside its rows."""

    __slots__ = ("_make", "_most", "_readers", "places")

    def __init__(
        self,
        rule: Rule,
        readers: tuple[tuple[_Reader, ...], ...],
        pseudonyms: Pseudonyms | None,
    ) -> None:
        super().__init__()
        assert rule.given is not None  # noqa: S101 - `companions` takes no others
        self._make = rule.given
        self._most = _MOST_RULES
        if pseudonyms is not None and (settled := rule.settled) is not None:
            self._make = lambda found: settled(found, pseudonyms)
            self._most = _MOST_FINDINGS
        self._readers = readers
        self.places = tuple(reader.place for several in readers for reader in several)

    def __missing__(self, found: str | tuple[str, ...]) -> Rule:
        fields = iter((found,) if isinstance(found, str) else found)
        pieces = tuple(
            tuple(piece for reader in several for piece in reader.pieces(next(fields)))
            for several in self._readers
        )
        made = self._make(pieces)
        if len(self) >= self._most:
            self.clear()
        self[found] = made
        return made


def array_elements(text: str) -> list[str | None]:
    """Return the elements of a text[] of any dimensions, as PostgreSQL prints it, in a row."""
    return [
        (None if match[2] == "NULL" else match[2])
        if match[1] is None
        else _ESCAPED.sub(r"\1", match[1])
        for match in _ELEMENT.finditer(text)
    ]


def _expression(finding: Finding, classified: Classified, *, known: bool) -> str:
    """Return SQL for what is at the end of a way; NULL, or an empty array, if nothing is."""
    alias = f"w{len(finding.way)}" if finding.way else "t"
    values = [f"{alias}.{quoted(name)}::text" for name, _ in finding.columns]
    if not finding.way:
        return f"ARRAY[{', '.join(values)}]" if known else values[0]
    if known:
        # A key that is declared in TABLE_CONFIG alone may lead to several rows: all count.
        asked = (
            f"ARRAY(SELECT ARRAY[{', '.join(values)}] AS known {_joins(finding.way, classified)}"
        )
        asked += ")" if _leads_to_one(finding.way) else " ORDER BY known)"
    else:
        value = values[0] if _leads_to_one(finding.way) else f'min({values[0]} COLLATE "C")'
        asked = f"(SELECT {value} {_joins(finding.way, classified)})"
    condition = finding.way[0].where
    return f"CASE WHEN ({condition}) THEN {asked} END" if condition else asked


def _joins(way: Sequence[Hop], start: Classified) -> str:
    """Return FROM and WHERE: from the row `t` along a way, its tables as `w1`, `w2` and so on."""
    here = start
    parts = []
    conditions = []
    for number, hop in enumerate(way, 1):
        source = hop.table.structure.source
        following = way[number].where if number < len(way) else ""
        if following:
            # Names in the condition mean the columns of this table only.
            source = f"(SELECT * FROM {source} WHERE ({following}))"  # noqa: S608 - quoted; the rest is TABLE_CONFIG's own SQL
        parts.append(f"{source} AS w{number}")
        left = f"w{number - 1}" if number > 1 else "t"
        conditions += [_equal(hop, here, left, f"w{number}", pair) for pair in hop.pairs]
        here = hop.table
    return f"FROM {', '.join(parts)} WHERE {' AND '.join(conditions)}"


def _equal(hop: Hop, here: Classified, left: str, right: str, pair: tuple[str, str]) -> str:
    kinds = {here.structure.columns[pair[0]].kind, hop.table.structure.columns[pair[1]].kind}
    # "17" beside 17: what may refer to several tables is often kept as text.
    cast = "::text" if len(kinds) > 1 and "text" in kinds else ""
    return f"{right}.{quoted(pair[1])}{cast} = {left}.{quoted(pair[0])}{cast}"


def _leads_to_one(way: Sequence[Hop]) -> bool:
    """Tell whether the database promises that a way ends at one row at most."""
    return all(
        any(
            unique.predicate is None and set(unique.columns) <= {there for _, there in hop.pairs}
            for unique in hop.table.structure.uniques
        )
        for hop in way
    )
