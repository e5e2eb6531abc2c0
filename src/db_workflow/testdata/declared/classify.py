"""A rule for every column, or an error that names each column nobody has decided about."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from db_workflow.errors import TestDataError
from db_workflow.testdata.declared.suggestions import suggestion
from db_workflow.testdata.declared.tables import Classified, Table
from db_workflow.testdata.rules import keep
from db_workflow.testdata.rules.rule import Rule
from db_workflow.testdata.structure import Column, Structure, TableStructure

# Kept without being named: an enum's labels are part of the schema, and a boolean is one bit, which
# names nobody. One that says something about a person (an illness) deserves a rule all the same.
_KEPT_KINDS = {"boolean", "enum"}
_FILE = re.compile(r"auto_\w+\.py")


def classify(tables: Sequence[Table], structure: Structure) -> tuple[Classified, ...]:
    """Return every table with a rule for each column, in the order of TABLE_CONFIG.

    Raises:
        TestDataError: something is not declared, or declared wrongly; everything at once, in
            `data["problems"]`.

    """
    problems = _declaration_problems(tables, structure)
    resolved = _Resolver({table.name: table for table in tables}, structure)
    classified = []
    for table in tables:
        if table.name not in structure:
            continue
        found = structure[table.name]
        rules = {name: resolved.rule(table.name, name) for name in found.written}
        for name, rule in rules.items():
            problems += _column_problems(found, found.columns[name], rule)
        classified.append(
            Classified(table, found, {name: rule for name, rule in rules.items() if rule})
        )
    problems += resolved.problems
    if problems:
        raise TestDataError(
            "TABLE_CONFIG does not classify the database:\n"
            + "\n".join(f"  - {problem}" for problem in problems),
            why="a column that nobody decided about would carry production's values into files",
            next="edit TABLE_CONFIG in generate_test_data.py; rules.keep() keeps a column on"
            " purpose",
            data={"problems": problems},
        )
    return tuple(classified)


@dataclass(slots=True)
class _Resolver:
    """Finds the rule of a column: its own, the one it refers to, or the default of its kind."""

    tables: Mapping[str, Table]
    structure: Structure
    problems: list[str] = field(default_factory=list)
    _found: dict[tuple[str, str], Rule | None] = field(default_factory=dict)

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
        followed = self._followed(found, column)
        for target, rule in followed.items():
            if own is not None and rule is not None and own != rule:
                self.problems.append(
                    f"{table}.{column} has the rule {own}, but refers to {target}, which has"
                    f" {rule}: leave it out and it follows"
                )
        if own is not None:
            return own
        for rule in followed.values():
            if rule is not None:
                return rule
        return keep() if _says_nothing(found, column) else None

    def _followed(self, found: TableStructure, column: str) -> dict[str, Rule | None]:
        rules = {}
        for reference in found.references:
            if column in reference.columns and reference.target in self.structure:
                target = reference.target_columns[reference.columns.index(column)]
                if (reference.target, target) != (found.name, column):
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


def _declaration_problems(tables: Sequence[Table], structure: Structure) -> list[str]:
    problems = []
    for what in ("name", "file", "variable"):
        values = [getattr(table, what) for table in tables]
        problems += [
            f"{what} {value!r} is used twice"
            for value in sorted({value for value in values if values.count(value) > 1})
        ]
    for table in tables:
        if not _FILE.fullmatch(table.file):
            problems.append(f"{table.name}: file {table.file!r} must have the form auto_….py")
        if not table.variable.isidentifier():
            problems.append(f"{table.name}: variable {table.variable!r} is not a Python name")
        if table.limit is not None and table.limit < 0:
            problems.append(f"{table.name}: limit {table.limit} is below 0")
        if table.name not in structure:
            problems.append(f"{table.name}: the database has no such table")
            continue
        known = structure[table.name].columns
        for column in table.columns.keys() - known.keys():
            problems.append(f"{table.name}.{column}: the table has no such column")
        for column in sorted(table.columns.keys() & known.keys()):
            if known[column].computed:
                problems.append(f"{table.name}.{column}: the server computes it; remove the rule")
    configured = {table.name for table in tables}
    for name in sorted(structure.keys() - configured):
        problems.append(
            f"{name}: the table is not in TABLE_CONFIG; add Table({name!r},"
            f' file="auto_{name.replace(".", "_")}.py", …)'
        )
    return problems


def _column_problems(table: TableStructure, column: Column, rule: Rule | None) -> list[str]:
    place = f"{table.name}.{column.name}"
    if rule is None:
        advice = f"perhaps {suggestion(column)}"
        if column.kind == "number" and column.name in table.primary_key:
            advice += ", if it is no number that a person has elsewhere: no sequence counts it"
        return [f"{place} ({column.type}) is not classified; {advice}"]
    if rule.name == "null" and column.not_null:
        return [f"{place}: rules.null() on a column that is NOT NULL"]
    if "any" not in rule.fits and column.kind not in rule.fits:
        return [f"{place}: {rule.name}() does not fit the type {column.type}"]
    return []
