"""Schemas, checklists and rehearsals of any size, for what shows them: the same for a seed."""

import random
from collections.abc import Iterable
from dataclasses import replace

from db_workflow.catalog import SchemaObject, Snapshot
from db_workflow.release.rehearsal.result import Rehearsal, RehearsedBackup, RehearsedStep
from db_workflow.release.result import Checklist, ChecklistPhase, Item

_AREAS = ("account", "audit", "invoice", "ledger", "mail", "order", "report", "ship", "user")
_TYPES = ("text", "integer", "timestamp with time zone", "numeric(10,2)", "character varying(40)")
_MODES = (
    "AccessExclusiveLock",
    "ShareRowExclusiveLock",
    "ShareLock",
    "ShareUpdateExclusiveLock",
    "RowExclusiveLock",
)


def table(name: str, *columns: str, keys: Iterable[str] = ()) -> list[SchemaObject]:
    """Return a table with an id and columns; `keys` name the tables that it refers to."""
    references = list(keys)
    names = ["id", *(f"{key}_id" for key in references), *columns]
    found = [SchemaObject("table", name, None, {"form": "plain", "persistence": "permanent"})]
    for position, column in enumerate(names, start=1):
        kind = "bigint" if column.endswith("id") else _TYPES[len(column) % len(_TYPES)]
        properties = {"type": kind, "nullable": column != "id", "position": position}
        found.append(SchemaObject("column", f"{name}.{column}", name, properties))
    found.append(_constraint(name, f"pk_{name}", "primary key", ["id"], "PRIMARY KEY (id)"))
    for key in references:
        column = f"{key}_id"
        definition = f"FOREIGN KEY ({column}) REFERENCES {key}(id)"
        more = {"references": key, "referenced columns": ["id"]}
        found.append(
            _constraint(name, f"fk_{name}_{key}", "foreign key", [column], definition, **more)
        )
    return found


def _constraint(
    owner: str, name: str, kind: str, columns: list[str], definition: str, **more: object
) -> SchemaObject:
    properties = {"type": kind, "columns": columns, "definition": definition, "validated": True}
    return SchemaObject("constraint", f"{owner}.{name}", owner, properties | more)


def schema(tables: int, *, seed: int = 1) -> list[SchemaObject]:
    """Return the objects of a schema with some tables that refer to one another, some to none."""
    chance = random.Random(seed)  # noqa: S311 - a sample
    names = [f"{_AREAS[n % len(_AREAS)]}_{n // len(_AREAS)}" for n in range(tables)]
    found = []
    for number, name in enumerate(names):
        # A few tables are referred to by many, as users are.
        hubs = names[: min(number, 5)]
        near = names[max(0, number - 30) : number]
        keys = {chance.choice(hubs if chance.random() < 0.3 else near) for _ in range(number % 4)}
        columns = [f"value_{n}" for n in range(chance.randrange(2, 18))]
        found += table(name, *columns, keys=sorted(keys) if number else ())
    return found


def changed(objects: list[SchemaObject]) -> Snapshot:
    """Return a schema with one table gone, one new, one column renamed, one of another type."""
    names = [one.name for one in objects if one.kind == "table"]
    gone, touched = names[len(names) // 2], names[1]
    kept = [
        one
        for one in objects
        if gone not in {one.name, one.table, one.properties.get("references")}
    ]
    found = []
    for one in kept:
        if one.name == f"{touched}.value_0":
            found.append(replace(one, name=f"{touched}.title"))
        elif one.name == f"{touched}.value_1":
            found.append(replace(one, properties={**one.properties, "type": "jsonb"}))
        else:
            found.append(one)
    return Snapshot.of([*found, *table("device", "token", keys=[names[0]])])


def steps(count: int, *, seed: int = 1) -> tuple[RehearsedStep, ...]:
    """Return steps that took from microseconds to seconds, under locks of every kind."""
    chance = random.Random(seed)  # noqa: S311 - a sample
    found = []
    for number in range(count):
        seconds = chance.lognormvariate(-4.5, 1.6) * (200 if number == count // 2 else 1)
        mode = chance.choice([*_MODES, ""])
        lock = {"relation": "public.users", "mode": mode, "held_ms": seconds * 900, "rows": 12}
        found.append(
            RehearsedStep(
                f"v0.4/devices/{number:02d}_user_devices.sql",
                "0.4",
                "sql",
                seconds,
                chance.choice([None, 0, 12_000]),
                (lock,) if mode else (),
            )
        )
    return tuple(found)


def rehearsal(before: Snapshot, after: Snapshot, *, count: int = 11) -> Rehearsal:
    """Return a rehearsal that led from one schema to another."""
    ran = steps(count)
    rows = {one.name: 100 * len(one.name) for one in before.of_kind("table")}
    return Rehearsal(
        digest="ab" * 32,
        database="tutoring",
        backup=RehearsedBackup("tutoring.dump", "2026-11-23T04:00:02+00:00", "cd" * 32),
        server_version="18.1",
        steps=ran,
        restore_seconds=12.3,
        migrate_seconds=sum(step.seconds for step in ran),
        bytes_before=812 * 1024**2,
        bytes_after=861 * 1024**2,
        rows_before=rows,
        rows_after={one.name: rows.get(one.name, 0) + 7 for one in after.of_kind("table")},
        before=before,
        after=after,
        second_run_steps=0,
        problems=(),
    )


def checklist(*failing: str, evidence: str = "found as it must be") -> Checklist:
    """Return a checklist on which some items fail, by name."""
    names = ("lists", "phase-1", "phase-2", "phase-3", "db-tests", "rehearsal", "changelog")
    items = [
        Item(
            name,
            f"{name} is as it must be",
            "fail" if name in failing else "pass",
            (evidence,),
            "invoke status",
            {"steps": 11, "seconds": 1.25, "names": ["one", "two"], "by": {"a": 1}},
        )
        for name in names
    ]
    items.append(Item("boundary", "Nothing else changed", "not applicable", (), "invoke boundary"))
    phases = tuple(
        ChecklistPhase(number, name, f"phase-{number}" not in failing, (evidence,))
        for number, name in enumerate(("schema", "models", "test data"), start=1)
    )
    return Checklist("0.4", "9f" * 32, tuple(items), phases, "2026-11-23T13:05:11+00:00")
