"""What rules want to know of a row: the way there over foreign keys, and what is found at its end.

Foreign keys are those of the database and those of TABLE_CONFIG (`Table.references`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from db_workflow.testdata.declared.tables import Classified, VirtualKey
from db_workflow.testdata.rules.rule import Beside, Rule
from db_workflow.testdata.structure import Reference

# Values that coincide by chance; nobody is recognised in a text by them.
_CHANCE_KINDS = frozenset({"number", "date", "interval", "boolean", "enum"})
# Equal values of these types are written alike; 1.0 and 1.00, or texts of some collations, are not.
_ALIKE = frozenset({"smallint", "integer", "bigint", "uuid"})


@dataclass(frozen=True, slots=True)
class Hop:
    """One step from a row to another.

    Attributes:
        table: where it leads.
        pairs: a column here and the one there that has the same value, for each of the key.
        where: SQL: the condition on the row here, without which it does not refer.

    """

    table: Classified
    pairs: tuple[tuple[str, str], ...]
    where: str = ""


Way = tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Columns of the row at the end of a way, each with its rule."""

    way: Way
    columns: tuple[tuple[str, Rule], ...]


class NoWayError(LookupError):
    """There is no such way. The message says where it ends."""


def findings(
    beside: Beside, classified: Classified, all_: Mapping[str, Classified]
) -> tuple[Finding, ...]:
    """Return what a rule of a table wants to know: one column, or what is hidden in some rows.

    Raises:
        NoWayError: a column does not exist or refers to nothing, or nothing is hidden there.

    """
    way, entry, column = _walked(beside.column, classified, all_)
    if not beside.known:
        way, entry, column = _to_the_root(way, entry, column, all_)
        return (Finding(way, ((column, entry.rules[column]),)),)
    found = tuple(
        Finding(there, hidden)
        for there, known in _one_person(way, entry, column, all_)
        if (hidden := _hidden(known))
    )
    if not found:
        raise NoWayError(f"nothing is hidden in the row that {beside.column} refers to")
    return found


def companion_problems(classified: Classified, all_: Sequence[Classified]) -> list[str]:
    """Return what the rules of a table want to know and cannot, a line for each."""
    tables = {entry.table.name: entry for entry in all_}
    problems = []
    for column, rule in classified.rules.items():
        for beside in rule.beside:
            try:
                findings(beside, classified, tables)
            except NoWayError as error:
                problems.append(f"{classified.table.name}.{column}: {rule.name}(): {error}")
    return problems


def _walked(
    path: str, entry: Classified, all_: Mapping[str, Classified]
) -> tuple[Way, Classified, str]:
    """Follow a path; return the way, the table at its end and the column there."""
    way: Way = ()
    while path not in entry.structure.columns:
        step, _, rest = path.partition(".")
        if step not in entry.structure.columns:
            raise NoWayError(f"{entry.table.name} has no column {step}")
        hops = list(_hops(entry, step, all_))
        # One column may refer to several tables; the next step tells which is meant.
        wanted = {rest, rest.partition(".")[0]}
        fitting = [hop for hop in hops if wanted & hop.table.structure.columns.keys()] or hops
        if not fitting:
            raise NoWayError(f"{entry.table.name}.{step} is no foreign key")
        if len({hop.table.table.name for hop in fitting}) > 1:
            targets = " or ".join(sorted(hop.table.table.name for hop in fitting))
            raise NoWayError(f"{entry.table.name}.{step} may refer to {targets}")
        way, entry, path = _onwards(way, fitting[0]), fitting[0].table, rest
    if path not in entry.rules:
        raise NoWayError(f"{entry.table.name}.{path} has no rule")
    return way, entry, path


def _to_the_root(
    way: Way, entry: Classified, column: str, all_: Mapping[str, Classified]
) -> tuple[Way, Classified, str]:
    """Go on to the value that a key repeats, where equal keys may be written differently."""
    seen = set()
    while (entry.table.name, column) not in seen:
        seen.add((entry.table.name, column))
        for hop in _hops(entry, column, all_):
            there = dict(hop.pairs)[column]
            types = {entry.structure.columns[column].type, hop.table.structure.columns[there].type}
            if not types <= _ALIKE and not hop.where:
                way, entry, column = _onwards(way, hop), hop.table, there
                break
    return way, entry, column


def _one_person(
    way: Way, entry: Classified, column: str, all_: Mapping[str, Classified]
) -> Iterator[tuple[Way, Classified]]:
    """Yield the rows that a column refers to, and those that share their primary key."""
    starts = [(_onwards(way, hop), hop.table) for hop in _hops(entry, column, all_)]
    if not starts and column in entry.structure.primary_key:
        starts = [(way, entry)]
    if not starts:
        raise NoWayError(f"{entry.table.name}.{column} is no foreign key")
    for start in starts:
        seen = set()
        waiting = [start]
        while waiting:
            way, entry = waiting.pop(0)
            if entry.table.name not in seen:
                seen.add(entry.table.name)
                yield way, entry
                waiting += [(_onwards(way, hop), hop.table) for hop in _same_key(entry, all_)]


def _onwards(way: Way, hop: Hop) -> Way:
    """Return a way and one step more, past a row that the step only passes through.

    Whose student a lesson is, is also whose user it is: the student's row need not be looked up.
    """
    last = way[-1] if way else None
    before = {there: here for here, there in last.pairs} if last else {}
    if last is None or hop.where or not before.keys() >= {here for here, _ in hop.pairs}:
        return (*way, hop)
    pairs = tuple((before[here], there) for here, there in hop.pairs)
    return (*way[:-1], Hop(hop.table, pairs, last.where))


def _hops(entry: Classified, column: str, all_: Mapping[str, Classified]) -> Iterator[Hop]:
    """Yield where a column refers to, by the keys with the fewest columns that have it."""
    found = [
        Hop(all_[reference.target], _pairs(reference))
        for reference in entry.structure.references
        if column in reference.columns and reference.target in all_
    ]
    found += [
        Hop(all_[key.target], _pairs(key), key.where)
        for key in entry.table.references
        if column in key.columns and key.target in all_
    ]
    fewest = min((len(hop.pairs) for hop in found), default=0)
    yield from (hop for hop in found if len(hop.pairs) == fewest)


def _same_key(entry: Classified, all_: Mapping[str, Classified]) -> Iterator[Hop]:
    """Yield the tables with which a table shares its primary key: joined inheritance."""
    for other in all_.values():
        for reference in entry.structure.references:
            if _shares(reference, entry, other):
                yield Hop(other, _pairs(reference))
        for reference in other.structure.references:
            if _shares(reference, other, entry):
                yield Hop(other, tuple((there, here) for here, there in _pairs(reference)))


def _shares(reference: Reference, child: Classified, parent: Classified) -> bool:
    return (
        reference.target == parent.table.name != child.table.name
        and set(reference.columns) == set(child.structure.primary_key)
        and set(reference.target_columns) == set(parent.structure.primary_key)
    )


def _pairs(key: Reference | VirtualKey) -> tuple[tuple[str, str], ...]:
    return tuple(zip(key.columns, key.target_columns, strict=True))


def _hidden(entry: Classified) -> tuple[tuple[str, Rule], ...]:
    """Return the columns whose values, or pieces of them, are treated alike in every row."""
    return tuple(
        (name, rule)
        for name, rule in entry.rules.items()
        if not rule.keeps
        and (rule.given is None or rule.inside is not None)
        and entry.structure.columns[name].element not in _CHANCE_KINDS
    )
