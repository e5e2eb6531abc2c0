"""What is wrong with TABLE_CONFIG besides columns that nobody has decided about."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches

from db_workflow.testdata.declared.suggestions import suggestion
from db_workflow.testdata.declared.tables import Table, subset_problems
from db_workflow.testdata.files.names import is_part_name
from db_workflow.testdata.rules.rule import Rule
from db_workflow.testdata.structure import Column, Structure, TableStructure

_FILE = re.compile(r"auto_\w+\.py")


def declaration_problems(tables: Sequence[Table], structure: Structure) -> list[str]:
    """Return what is wrong with the entries themselves, each in one line."""
    return [*_doubles(tables), *(line for table in tables for line in _entry(table, structure))]


def missing_tables(tables: Sequence[Table], structure: Structure) -> dict[str, str]:
    """Return the tables that TABLE_CONFIG leaves out, each with the problem in one line."""
    found = {}
    for name in sorted(structure.keys() - {table.name for table in tables}):
        problem = f"{name}: the table is not in TABLE_CONFIG"
        if base := base_of(structure[name]):
            problem += f", but belongs to {base} (its key is that of {base}): a row there is"
            problem += " half a row without its own here"
        file = name.replace(".", "_")
        found[name] = f'{problem}; add Table({name!r}, file="auto_{file}.py", …)'
    return found


def base_of(table: TableStructure) -> str:
    """Return the table that a table extends by joined inheritance; empty if it extends none.

    Its primary key is a foreign key: each of its rows is the second half of one over there.
    """
    key = set(table.primary_key)
    return next(
        (
            reference.target
            for reference in table.references
            if key and set(reference.columns) == key and reference.target != table.name
        ),
        "",
    )


def column_problem(place: str, column: Column, rule: Rule) -> str:
    """Return what is wrong with a column's rule; empty if it fits."""
    if rule.name == "null" and column.not_null:
        return f"{place}: rules.null() on a column that is NOT NULL"
    if "any" not in rule.fits and column.kind not in rule.fits:
        fitting = suggestion(column).rule.partition("\n")[0]
        return f"{place}: {rule.name}() does not fit the type {column.type}; perhaps {fitting}"
    return ""


def did_you_mean(name: str, known: Collection[str]) -> str:
    """Return the question that goes behind an unknown name; empty if none is like it."""
    near = get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _doubles(tables: Sequence[Table]) -> Iterator[str]:
    for what in ("name", "variable"):
        values = [getattr(table, what) for table in tables]
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield f"{what} {value!r} is used twice"
    # On some machines two names of files that differ in nothing but case are one file; a table
    # that is there twice has been told of.
    uses: dict[str, str] = {}
    for table in {table.name: table for table in tables}.values():
        for file, kind in ((table.file, "generated"), (table.manual_file, "manual")):
            use = f"the {kind} rows of {table.name}"
            other = uses.setdefault(file.casefold(), use)
            if other != use:
                yield f"file {file!r} is used twice, for {other} and for {use}"


def _entry(table: Table, structure: Structure) -> Iterator[str]:
    if not _FILE.fullmatch(table.file):
        yield f"{table.name}: file {table.file!r} must have the form auto_….py"
    elif is_part_name(table.file):
        yield f"{table.name}: file {table.file!r} is what a part of another file is called"
    if not table.variable.isidentifier():
        yield f"{table.name}: variable {table.variable!r} is not a Python name"
    if table.name not in structure:
        yield f"{table.name}: the database has no such table{did_you_mean(table.name, structure)}"
        return
    yield from _columns(table, structure[table.name].columns)
    yield from subset_problems(table, structure)


def _columns(table: Table, known: Mapping[str, Column]) -> Iterator[str]:
    free = known.keys() - table.columns.keys()
    for column in sorted(table.columns.keys() - known.keys()):
        meant = did_you_mean(column, free)
        yield f"{table.name}.{column}: the table has no such column{meant}"
    for column in sorted(table.columns.keys() & known.keys()):
        if known[column].computed:
            yield f"{table.name}.{column}: the server computes it; remove the rule"
