"""The test data, question by question: what phase 3 judges as a whole."""

from db_workflow.catalog import read_snapshot
from db_workflow.connection import session
from db_workflow.errors import TestDataError
from db_workflow.release.checks.registry import Evidence, Subject, check, listed
from db_workflow.release.integrity import look_at
from db_workflow.state import recall
from db_workflow.testdata.declared.classify import classify
from db_workflow.testdata.declared.declarations import load_factories, load_order, load_tables
from db_workflow.testdata.digests import table_digests
from db_workflow.testdata.seeding.current import factory_problems, read_current
from db_workflow.testdata.seeding.order import check_order
from db_workflow.testdata.seeding.template import SEEDED
from db_workflow.testdata.structure import Structure, read_structure


@check(
    "classification",
    "Every column is classified: kept on purpose, or transformed",
    command="invoke generate",
)
async def classification(subject: Subject) -> Evidence:
    """Compare TABLE_CONFIG with the columns that are there."""
    structure, _ = await _read(subject)
    try:
        classified = classify(load_tables(subject.settings), structure)
    except TestDataError as error:
        return Evidence.failed(*listed(list(error.data.get("problems") or [error.found])))
    columns = sum(len(entry.rules) for entry in classified)
    return Evidence.of(True, f"{columns} columns of {len(classified)} tables", columns=columns)


@check(
    "coverage",
    "Every table is in TABLE_CONFIG and SEEDING_ORDER, and has a factory",
    command="invoke status",
)
async def coverage(subject: Subject) -> Evidence:
    """Compare the three declarations with the tables that are there."""
    structure, _ = await _read(subject)
    tables = load_tables(subject.settings)
    declared = {table.name for table in tables}
    problems = [f"TABLE_CONFIG has no {name}" for name in structure if name not in declared]
    problems += [
        f"SEEDING_ORDER: {problem}"
        for problem in check_order(load_order(subject.settings), structure).problems
    ]
    problems += factory_problems(tables, load_factories(subject.settings))
    counted = f"{len(structure)} tables in both, each with a factory that fills its columns"
    return Evidence.of(not problems, *(listed(problems) or (counted,)))


@check(
    "leaks",
    "The generated files passed the leak gate, and are as it left them",
    command="invoke generate",
)
async def leaks(subject: Subject) -> Evidence:
    """Prove every file: none gets its name before the gate has read it to its end.

    Its header binds it to the schema, the rules and its own bytes.
    """
    structure, fingerprint = await _read(subject)
    classified = classify(load_tables(subject.settings), structure)
    files, problems = read_current(subject.settings, classified, fingerprint=fingerprint)
    rows = sum(len(file.rows) for file in files.values())
    passed = f"{len(files)} files ({rows:,} rows), intact, of this schema and these rules"
    return Evidence.of(not problems, *(listed(problems) or (passed,)), rows=rows)


@check("seeded", "The test database holds the seeded rows", command="invoke seed")
async def seeded(subject: Subject) -> Evidence:
    """Compare counts and digests of every table with those that seeding recorded."""
    async with session(subject.test_database, purpose="checklist", read_only=True) as connection:
        recorded = await recall(connection, SEEDED)
        if recorded is None:
            return Evidence.failed("the test database is not seeded")
        structure = await read_structure(connection, schemas=subject.settings.schemas)
        now = await table_digests(connection, tuple(structure.values()))
    expected = recorded["tables"]
    wrong = [name for name in sorted(now.keys() | expected.keys())
             if now.get(name) != expected.get(name)]  # fmt: skip
    rows = {name: int(digest[0]) for name, digest in now.items()}
    counted = f"{sum(rows.values()):,} rows in {len(rows)} tables, as they were seeded"
    changed = [f"{name}: its rows are not the seeded ones" for name in wrong]
    return Evidence.of(not wrong, *(listed(changed) or (counted,)), rows=rows)


@check("integrity", "The test database keeps every promise", command="invoke integrity")
async def integrity(subject: Subject) -> Evidence:
    """Look at every foreign key, CHECK, index and sequence of the seeded rows."""
    found = await look_at(
        subject.test_database, settings=subject.settings, reporter=subject.reporter
    )
    faults = listed([fault.text for fault in found.faults])
    return Evidence.of(
        found.ok, *(faults or (found.looked_at,)), counted=dict(found.counted), notes=found.notes
    )


async def _read(subject: Subject) -> tuple[Structure, str]:
    """Return the tables of the test database, and its schema's fingerprint."""
    schemas = subject.settings.schemas
    async with session(subject.test_database, purpose="checklist", read_only=True) as connection:
        structure = await read_structure(connection, schemas=schemas)
        return structure, (await read_snapshot(connection, schemas=schemas)).fingerprint
