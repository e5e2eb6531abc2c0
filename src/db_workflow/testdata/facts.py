"""Phase 3's evidence: declarations, generated files, and what the tables hold."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from db_workflow.catalog import read_snapshot
from db_workflow.errors import TestDataError, WorkflowError
from db_workflow.evidence import Fact
from db_workflow.settings import Settings
from db_workflow.state import recall
from db_workflow.testdata.declared.classify import classify
from db_workflow.testdata.declared.declarations import (
    load_factories,
    load_manual_rows,
    load_order,
    load_tables,
)
from db_workflow.testdata.declared.tables import Table
from db_workflow.testdata.digests import table_digest
from db_workflow.testdata.seeding.complete import find_gaps
from db_workflow.testdata.seeding.current import factory_problems, read_current, source_digests
from db_workflow.testdata.seeding.order import check_order
from db_workflow.testdata.seeding.template import SEEDED
from db_workflow.testdata.structure import Structure, read_structure

# Problems a fact spells out; the rest is counted.
_NAMED = 3


async def facts(connection: "asyncpg.Connection[Any]", *, settings: Settings) -> list[Fact]:
    """Judge phase 3 on an open connection to the test database. Changes nothing."""
    found = await file_facts(connection, settings=settings)
    return [*found, *await _seeded_facts(connection, settings)]


async def file_facts(connection: "asyncpg.Connection[Any]", *, settings: Settings) -> list[Fact]:
    """Judge the declarations and the generated files: what seeding needs."""
    structure = await read_structure(connection, schemas=settings.schemas)
    try:
        tables = load_tables(settings)
    except WorkflowError as error:
        return [_failed(error)]
    return [
        *_gap_facts(settings, tables, structure),
        *await _generated_facts(connection, settings, tables, structure),
        _order_fact(settings, structure),
        _factory_fact(settings, tables),
        _manual_fact(settings, tables),
    ]


def _gap_facts(settings: Settings, tables: Sequence[Table], structure: Structure) -> list[Fact]:
    """Name every table that something is missing for, each with all that is."""
    try:
        order, factories = load_order(settings), load_factories(settings)
    except WorkflowError:
        return []  # a fact of its own says which of them cannot be read
    gaps = find_gaps(structure, tables, order, factories, settings=settings)
    names = " ".join(gap.table for gap in gaps)
    return [Fact(str(gap), ok=False, next=f"invoke scaffold {names}") for gap in gaps]


async def _generated_facts(
    connection: "asyncpg.Connection[Any]",
    settings: Settings,
    tables: Sequence[Table],
    structure: Structure,
) -> list[Fact]:
    try:
        classified = classify(tables, structure)
    except TestDataError as error:
        problems = error.data["problems"]
        remedy = f"decide about it in {settings.relative(settings.test_data)}/generate_test_data.py"
        return [Fact(_listed("TABLE_CONFIG: ", problems), ok=False, next=remedy)]
    columns = sum(len(entry.rules) for entry in classified)
    found = [Fact(f"all {columns} columns of {len(classified)} tables are classified", ok=True)]
    snapshot = await read_snapshot(connection, schemas=settings.schemas)
    files, problems = read_current(settings, classified, fingerprint=snapshot.fingerprint)
    if problems:
        # Once seeded, the rows to extract are gone: they come back with the baseline.
        seeded = await recall(connection, SEEDED) is not None
        remedy = "invoke phase1" if seeded else "invoke generate"
        return [*found, Fact(_listed("", problems), ok=False, next=remedy)]
    rows = sum(len(file.rows) for file in files.values())
    text = (
        f"{len(files)} generated files ({rows:,} rows) are intact, of this schema and these rules"
    )
    return [*found, Fact(text, ok=True)]


def _order_fact(settings: Settings, structure: Structure) -> Fact:
    try:
        check = check_order(load_order(settings), structure)
    except WorkflowError as error:
        return _failed(error)
    if check.problems:
        place = f"{settings.relative(settings.test_data)}/seed_test_db.py"
        return Fact(
            _listed("SEEDING_ORDER: ", check.problems),
            ok=False,
            next=f"paste into {place}: {' '.join(check.paste.split())}",
        )
    return Fact(f"SEEDING_ORDER has all {len(structure)} tables, parents first", ok=True)


def _factory_fact(settings: Settings, tables: Sequence[Table]) -> Fact:
    try:
        problems = factory_problems(tables, load_factories(settings))
    except WorkflowError as error:
        return _failed(error)
    if problems:
        remedy = f"mend {settings.relative(settings.test_data)}/factories.py"
        return Fact(_listed("", problems), ok=False, next=remedy)
    return Fact(f"all {len(tables)} tables have a factory that fills their columns", ok=True)


def _manual_fact(settings: Settings, tables: Sequence[Table]) -> Fact:
    try:
        manual = load_manual_rows(settings, tables)
    except WorkflowError as error:
        return _failed(error)
    rows = sum(len(entry.rows) for entry in manual.values())
    return Fact(f"{rows} manual rows in {len(manual)} files", ok=True)


async def _seeded_facts(connection: "asyncpg.Connection[Any]", settings: Settings) -> list[Fact]:
    recorded = await recall(connection, SEEDED)
    if recorded is None:
        return [Fact("the test database is not seeded", ok=False, next="invoke seed")]
    found = []
    try:
        now = source_digests(settings, load_tables(settings))
    except WorkflowError:
        now = recorded["files"]  # a fact of its own says that TABLE_CONFIG cannot be read
    changed = sorted(
        name for name in now.keys() | recorded["files"].keys()
        if now.get(name) != recorded["files"].get(name)
    )  # fmt: skip
    if changed:
        found.append(Fact(_listed("changed since it was seeded: ", changed), False, "invoke seed"))
    structure = await read_structure(connection, schemas=settings.schemas)
    touched = []
    rows = 0
    for name, digest in recorded["tables"].items():
        here = await table_digest(connection, structure[name]) if name in structure else None
        rows += int(digest[0])
        if here is None or list(here) != digest:
            touched.append(f"{name} ({here[0] if here else 'no'} rows, {digest[0]} were seeded)")
    if touched:
        text = _listed("rows are not the seeded ones: ", touched)
        return [*found, Fact(text, ok=False, next="invoke seed")]
    text = f"{rows:,} rows in {len(recorded['tables'])} tables are the seeded ones"
    return [*found, Fact(text, ok=True)]


def _failed(error: WorkflowError) -> Fact:
    return Fact(error.found, ok=False, next=error.next)


def _listed(prefix: str, problems: Sequence[str]) -> str:
    more = f"; and {len(problems) - _NAMED} more" if len(problems) > _NAMED else ""
    return prefix + "; ".join(problems[:_NAMED]) + more
