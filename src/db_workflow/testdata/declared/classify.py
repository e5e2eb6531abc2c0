"""A rule for every column, or an error that names each column nobody has decided about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from db_workflow.errors import TestDataError
from db_workflow.testdata.declared.beside import companion_problems
from db_workflow.testdata.declared.problems import (
    column_problem,
    declaration_problems,
    missing_tables,
)
from db_workflow.testdata.declared.refusal import Undecided, message
from db_workflow.testdata.declared.shapes import Shape
from db_workflow.testdata.declared.suggestions import suggestion
from db_workflow.testdata.declared.tables import Classified, Table
from db_workflow.testdata.rules import keep
from db_workflow.testdata.rules.fixed import UNDECIDED
from db_workflow.testdata.rules.rule import Rule
from db_workflow.testdata.structure import Structure, TableStructure

# Kept without being named: an enum's labels are part of the schema, and a boolean is one bit, which
# names nobody. One that says something about a person (an illness) deserves a rule all the same.
_KEPT_KINDS = {"boolean", "enum"}


@dataclass(frozen=True, slots=True)
class Judgement:
    """TABLE_CONFIG beside the database.

    Attributes:
        classified: every table, in the order of TABLE_CONFIG; complete if there is no problem.
        wrong: what is declared wrongly, each in one line.
        missing: the tables that are left out, each with one line.
        undecided: the columns that nobody decided about, also those of tables that are left out.
        marked: those whose rule is marked as `undecided`, each in one line.

    """

    classified: tuple[Classified, ...]
    wrong: tuple[str, ...]
    missing: Mapping[str, str]
    undecided: tuple[tuple[str, str], ...]
    marked: tuple[str, ...]
    structure: Structure = field(repr=False)

    @property
    def problems(self) -> bool:
        """Whether anything is wrong, left out, or not decided."""
        return bool(self.wrong or self.missing or self.undecided or self.marked)


def classify(tables: Sequence[Table], structure: Structure) -> tuple[Classified, ...]:
    """Return every table with a rule for each column, in the order of TABLE_CONFIG.

    Raises:
        TestDataError: something is not declared, or declared wrongly; everything at once, in
            `data["problems"]`, and what to paste, by table, in `data["paste"]`.

    """
    judgement = judge(tables, structure)
    if judgement.problems:
        raise refusal(judgement, {})
    return judgement.classified


def judge(tables: Sequence[Table], structure: Structure) -> Judgement:
    """Compare TABLE_CONFIG with a database. Refuses nothing."""
    wrong = declaration_problems(tables, structure)
    missing = missing_tables(tables, structure)
    resolved = _Resolver({table.name: table for table in tables}, structure)
    undecided = []
    marked = []
    classified = []
    for table in tables:
        if table.name not in structure:
            continue
        found = structure[table.name]
        decided = resolved.rules(found)
        undecided += [(table.name, name) for name in found.written if name not in decided]
        for name, rule in decided.items():
            if rule.name != UNDECIDED:
                problem = column_problem(f"{table.name}.{name}", found.columns[name], rule)
                wrong += [problem] if problem else []
            elif name in table.columns:  # what follows it is decided with it
                marked.append(f"{table.name}.{name} ({found.columns[name].type}) is {rule}")
        classified.append(Classified(table, found, decided))
    for entry in classified:
        wrong += companion_problems(entry, classified)
    for name in missing:
        decided = resolved.rules(structure[name])
        undecided += [(name, column) for column in structure[name].written if column not in decided]
    wrong += resolved.problems
    return Judgement(
        tuple(classified), tuple(wrong), missing, tuple(undecided), tuple(marked), structure
    )


def refusal(judgement: Judgement, shapes: Mapping[tuple[str, str], Shape]) -> TestDataError:
    """Return the error for what is not declared, or declared wrongly.

    Args:
        judgement: what was found.
        shapes: what the values of undecided columns look like, as far as somebody has looked.

    """
    undecided = []
    for table, name in judgement.undecided:
        found = judgement.structure[table]
        column = found.columns[name]
        offered = suggestion(column, shapes.get((table, name)), table=found)
        undecided.append(Undecided(found, column, offered.rule, offered.why))
    problems = [*judgement.wrong, *judgement.missing.values(), *judgement.marked]
    problems += [entry.problem for entry in undecided if entry.table.name not in judgement.missing]
    text, paste = message(judgement.wrong, judgement.missing, undecided, judgement.marked)
    return TestDataError(
        text,
        why="a column that nobody decided about would carry production's values into files",
        next="edit TABLE_CONFIG in generate_test_data.py; rules.keep() keeps a column on purpose",
        data={"problems": problems, "paste": paste},
    )


@dataclass(slots=True)
class _Resolver:
    """Finds the rule of a column: its own, the one it refers to, or the default of its kind."""

    tables: Mapping[str, Table]
    structure: Structure
    problems: list[str] = field(default_factory=list)
    _found: dict[tuple[str, str], Rule | None] = field(default_factory=dict)

    def rules(self, table: TableStructure) -> dict[str, Rule]:
        """Return the rules of a table's columns, as far as somebody decided."""
        found = {name: self.rule(table.name, name) for name in table.written}
        return {name: rule for name, rule in found.items() if rule is not None}

    def rule(self, table: str, column: str) -> Rule | None:
        """Return the rule, or None if nobody decided."""
        place = (table, column)
        if place not in self._found:
            # A column that refers to itself, through others, is decided by the other ways.
            self._found[place] = None
            self._found[place] = self._resolve(table, column)
        return self._found[place]

    def _resolve(self, table: str, column: str) -> Rule | None:
        found = self.structure[table]
        own = self.tables[table].columns.get(column) if table in self.tables else None
        ways = self._followed(found, column)
        followed = {target: rule for target, rule in ways.items() if rule is not None}
        first = next(iter(followed.values()), None)
        if any(rule != first for rule in followed.values()):
            targets = ", ".join(f"{target} ({rule})" for target, rule in followed.items())
            self.problems.append(
                f"{table}.{column} refers to {targets}: give these columns the same rule"
            )
        elif own is not None and first is not None and own != first:
            self.problems.append(
                f"{table}.{column} has the rule {own}, but refers to {' and '.join(followed)},"
                f" which has {first}: leave it out and it follows"
            )
        decided = first if own is None else own
        if decided is not None:
            return decided
        return keep() if _says_nothing(found, column) else None

    def _followed(self, found: TableStructure, column: str) -> dict[str, Rule | None]:
        rules = {}
        declared = self.tables.get(found.name)
        virtual = declared.virtual_references() if declared is not None else ()
        for reference in (*found.references, *virtual):
            if column in reference.columns and reference.target in self.structure:
                target = reference.target_columns[reference.columns.index(column)]
                known = target in self.structure[reference.target].columns
                if known and (reference.target, target) != (found.name, column):
                    rules[f"{reference.target}.{target}"] = self.rule(reference.target, target)
        return rules


def _says_nothing(found: TableStructure, name: str) -> bool:
    """Tell whether a column may be kept although nobody decided about it."""
    column = found.columns[name]
    if column.element in _KEPT_KINDS:
        return column.kind in {column.element, "array"}
    if name not in found.primary_key:
        return False
    counted = any(sequence.column == name for sequence in found.sequences)
    return column.kind == "uuid" or (column.kind == "number" and counted)
