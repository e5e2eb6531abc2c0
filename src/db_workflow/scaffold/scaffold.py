"""From the names of tables to the texts of the files: everything is made before one is written."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import asyncpg

from db_workflow.errors import ModelsError, TestDataError
from db_workflow.models.source.registry import load_models
from db_workflow.scaffold.drafts import Drafts, Existing
from db_workflow.scaffold.factory import full_name
from db_workflow.scaffold.result import Scaffolded
from db_workflow.scaffold.writing import write_all
from db_workflow.settings import Settings
from db_workflow.testdata.declared.classify import judge
from db_workflow.testdata.declared.declarations import load_factories, load_order, load_tables
from db_workflow.testdata.declared.sample import read_shapes
from db_workflow.testdata.declared.suggestions import Suggestion, suggestion
from db_workflow.testdata.declared.tables import Table
from db_workflow.testdata.seeding.order import check_order
from db_workflow.testdata.structure import Column, Structure, read_structure

# ruff's and black's own.
_WIDTH = 88


async def scaffold(
    connection: "asyncpg.Connection[Any]",
    names: Sequence[str],
    *,
    settings: Settings,
    everything: bool = False,
) -> Scaffolded:
    """Write what phase 3 wants to know of tables, as far as it is not there.

    Args:
        connection: to the migrated database, in a transaction; only read.
        names: the tables, as a person types them.
        settings: the repository.
        everything: all tables of which something is missing, instead.

    Raises:
        TestDataError: there is no such table, or a file cannot be added to; with the text to paste.
        ModelsError: a table has no class.

    """
    structure = await read_structure(connection, schemas=settings.schemas)
    existing = Existing(load_tables(settings), load_order(settings), load_factories(settings))
    wanted = structure if everything else _found(names, structure)
    place = {name: at for at, name in enumerate(check_order(existing.order, structure).right)}
    tables = sorted(wanted, key=place.__getitem__)
    mappers = {
        full_name(mapper): mapper
        for mapper in load_models(settings).base.registry.mappers
        if not mapper.single  # it shares the table of the one that it inherits from
    }
    if everything:
        tables = [name for name in tables if existing.lacks(name, settings=settings)]
    _require_models([name for name in tables if name not in mappers])
    drafts = Drafts(existing, structure, mappers, settings=settings, width=_width(settings.root))
    declared = [drafts.declared(name) for name in tables]
    suggested = await _suggested(connection, declared, existing.tables, structure)
    for table in declared:
        drafts.add(table, suggested.get(table.name, {}))
    write_all(drafts.texts)
    return Scaffolded(
        tuple(tables),
        drafts.written,
        tuple(f"{table}.{column}" for table, columns in suggested.items() for column in columns),
        tuple(drafts.open),
        settings.relative(drafts.config),
    )


def _found(typed: Iterable[str], structure: Structure) -> list[str]:
    """Return the names of tables as `structure` has them."""
    names = {name.strip().removeprefix("public."): None for name in typed if name.strip()}
    if not names:
        raise TestDataError(
            "scaffold needs the name of a table.",
            next="invoke scaffold TABLE, or invoke scaffold --all for all that are left out",
        )
    for name in names:
        if name not in structure:
            near = get_close_matches(name, structure, n=3)
            hint = f" Near: {', '.join(near)}." if near else ""
            raise TestDataError(
                f"There is no table {name!r} in the migrated database.{hint}",
                why=f"it has {len(structure)} tables that can be seeded",
                next=f"invoke scaffold {near[0] if near else 'TABLE'}; after a new migration,"
                " invoke phase1 first",
                data={"table": name, "near": near},
            )
    return list(names)


def _require_models(names: Sequence[str]) -> None:
    if names:
        raise ModelsError(
            f"No class maps {', '.join(names)}.",
            why="a factory makes objects of a class",
            next=f"invoke phase2 --suggest {names[0]}, and put the class into the models",
            data={"tables": list(names)},
        )


async def _suggested(
    connection: "asyncpg.Connection[Any]",
    declared: Sequence[Table],
    before: Sequence[Table],
    structure: Structure,
) -> dict[str, dict[str, tuple[Column, Suggestion]]]:
    """Return for each new table the columns that nobody decided about, with what suggests itself.

    A column that refers to another of them is left out: it follows what is decided there.
    """
    known = {table.name for table in before}
    new = [table for table in declared if table.name not in known]
    asked = {table.name for table in new}
    undecided = {
        place for place in judge([*before, *new], structure).undecided if place[0] in asked
    }
    places = [place for place in undecided if not undecided & set(_referred(place, structure))]
    shapes = await read_shapes(connection, places, structure)
    found: dict[str, dict[str, tuple[Column, Suggestion]]] = {}
    for table in new:
        for name, column in structure[table.name].columns.items():
            place = (table.name, name)
            if place in places:
                offered = suggestion(column, shapes.get(place), table=structure[table.name])
                found.setdefault(table.name, {})[name] = (column, offered)
    return found


def _referred(place: tuple[str, str], structure: Structure) -> Iterator[tuple[str, str]]:
    table, column = place
    for reference in structure[table].references:
        if column in reference.columns:
            target = (reference.target, reference.target_columns[reference.columns.index(column)])
            if target != place:
                yield target


def _width(root: Path) -> int:
    """Return how long a line may be, by the settings of ruff or black."""
    tools: Mapping[str, Any] = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    tools = tools.get("tool", {})
    for tool in ("ruff", "black"):
        found = tools.get(tool, {}).get("line-length")
        if isinstance(found, int):
            return found
    return _WIDTH
