"""A writer that calls things as the models do."""

import importlib
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from types import ModuleType
from typing import Any

from db_workflow.catalog import Snapshot
from db_workflow.models.compared.enum_columns import enum_columns
from db_workflow.models.compared.enums import answers_for
from db_workflow.models.source.fresh import import_current
from db_workflow.models.source.places import Places
from db_workflow.models.source.registry import Models, enum_classes
from db_workflow.models.writing import Surroundings, Writer
from db_workflow.models.writing.imports import MODULES
from db_workflow.models.writing.naming import OTHER_TYPE
from db_workflow.settings import Settings


def writer_for(database: Snapshot, models: Models, *, places: Places, settings: Settings) -> Writer:
    """Return a writer for a database with the names that the models have already.

    Args:
        database: the migrated schema.
        models: that what is written goes into.
        places: of the same models.
        settings: the repository.

    """
    answering = answers_for(
        models.enums,
        [found.name for found in database.of_kind("enum")],
        enum_columns(models.base.metadata),
        first=settings.schemas[0],
    )
    classes = {
        found.name: mapped
        for found in database.of_kind("table")
        if (mapped := places.class_of(found.name)) is not None
    }
    return Writer(
        database,
        enums={name: found[0].__name__ for name, found in answering.items()},
        classes={name: mapped.__name__ for name, mapped in classes.items()},
        naming=models.base.metadata.naming_convention,
        schemas=settings.schemas,
        enums_module=settings.enums,
        surroundings=_surroundings(settings, classes.values(), models.enums),
    )


def guessing_writer(database: Snapshot, settings: Settings) -> Writer:
    """Return a writer for a database whose models cannot be used, with the names that can be had.

    Where the models' module still imports, what is written derives from its base; the enums'
    module may import though the models' does not.
    """
    module_name, _, base_name = settings.models.partition(":")
    both = _imported([module_name, settings.enums], settings)
    enums = both[1:] or _imported([settings.enums], settings)
    answering = answers_for(
        [found for module in enums for found in enum_classes(module)],
        [found.name for found in database.of_kind("enum")],
        first=settings.schemas[0],
    )
    base = getattr(both[0], base_name, None) if both else None
    metadata = getattr(base, "metadata", None)
    return Writer(
        database,
        enums={name: found[0].__name__ for name, found in answering.items()},
        naming=getattr(metadata, "naming_convention", None),
        schemas=settings.schemas,
        enums_module=settings.enums,
        surroundings=Surroundings(
            base=base_name, homes={base_name: module_name} if metadata is not None else {}
        ),
    )


def _imported(names: list[str], settings: Settings) -> tuple[ModuleType, ...]:
    """Return modules; none if one of them does not import, which has been told."""
    try:
        return import_current(names, settings=settings).modules
    except (Exception, SystemExit):  # noqa: BLE001 - whatever the repository's modules raise
        return ()


def _surroundings(
    settings: Settings, classes: Iterable[type[Any]], enums: Iterable[type[Enum]]
) -> Surroundings:
    """Return what the models' module has: names that written code means, and others."""
    module_name, _, base_name = settings.models.partition(":")
    # As `load_models` has it, so nothing is imported anew.
    bound = vars(import_current([module_name, settings.enums], settings=settings).modules[0])
    own = {found.__name__: found for found in (*enums, *classes)}
    here = {name for name, found in own.items() if bound.get(name) is found}
    homes = {
        found.__name__: module_name if found.__name__ in here else found.__module__
        for found in classes
    }
    same = {name for name, meant in _meant(bound) if bound[name] is meant}
    other = {name for name, meant in _meant(bound) if bound[name] is not meant}
    return Surroundings(
        base=base_name,
        homes={**homes, base_name: module_name},
        imported=frozenset({*same, *here, *({OTHER_TYPE} & bound.keys())}),
        taken=frozenset(other - {"uuid"}),  # a module that is imported as a whole keeps its name
    )


def _meant(bound: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the names that a module shares with written code, and what is meant by them there."""
    for name, module in MODULES.items():
        for local in (name, f"Sql{name}", f"Py{name}"):
            if local in bound:
                found = importlib.import_module(module or name)
                yield local, getattr(found, name, None) if module else found
