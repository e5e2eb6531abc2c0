"""The application's models and enums, imported as their files are now."""

import re
import traceback
import warnings
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from db_workflow.errors import ModelsError
from db_workflow.models.source.fresh import Loaded, import_current
from db_workflow.models.source.joins import unlinked_joins
from db_workflow.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase


@dataclass(frozen=True, slots=True)
class Models:
    """What the settings' `models` and `enums` name.

    Attributes:
        base: the declarative base; its metadata holds the tables.
        file: the models module's file.
        enums: the enum classes of the enums module, in the order of their definition.
        enums_file: the enums module's file.
        warnings: what SQLAlchemy warned about while the mappers were configured, and relationships
            whose joins link nothing.

    """

    base: "type[DeclarativeBase]"
    file: Path
    enums: tuple[type[Enum], ...]
    enums_file: Path
    warnings: tuple[str, ...]


# SQLAlchemy 2.1 says so of types of its own: nobody who uses one can mend it.
_OF_ITSELF = re.compile(r"Type object <class 'sqlalchemy\.[^']+'> does not refer to an Operator")
# How SQLAlchemy's messages name a relationship or a mapper.
_NAMED = re.compile(r"\b(?P<owner>\w+)\.(?P<attribute>\w+)\b|Mapper\[(?P<mapper>\w+)\(")
# What was loaded last, by what the settings name, with what it was loaded from.
_CONFIGURED: dict[tuple[Path, str, str], tuple[Loaded, Models]] = {}


def load_models(settings: Settings) -> Models:
    """Import models and enums and configure the mappers.

    Raises:
        ModelsError: a module is missing, does not import, or its mappers do not configure; names
            file, line and the exception.

    """
    module_name, _, base_name = settings.models.partition(":")
    key = (settings.root, settings.models, settings.enums)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        loaded = _load([module_name, settings.enums], settings)
        module, enums_module = loaded.modules
        known = _CONFIGURED.get(key)
        if known is not None and known[0] is loaded:
            return known[1]
        models = Models(
            base=_base(module, base_name, settings),
            file=Path(str(module.__file__)),
            enums=enum_classes(enums_module),
            enums_file=Path(str(enums_module.__file__)),
            warnings=(),
        )
        _configure(models, settings)
        unlinked = tuple(unlinked_joins(models.base))
    models = replace(models, warnings=(*_worth_saying(caught), *unlinked))
    _CONFIGURED[key] = loaded, models
    return models


def _load(names: list[str], settings: Settings) -> Loaded:
    try:
        return import_current(names, settings=settings)
    except ModuleNotFoundError as error:
        if error.name and any(f"{name}.".startswith(f"{error.name}.") for name in names):
            raise ModelsError(
                f"There is no module {error.name!r}.",
                why="[tool.db_workflow] names it in `models` or `enums`",
                next="write it, or mend `models`, `enums` or `import_paths` in pyproject.toml",
            ) from error
        raise _broken(error, settings) from error
    except (Exception, SystemExit) as error:  # a module that exits would end the process
        raise _broken(error, settings) from error


def _broken(error: BaseException, settings: Settings) -> ModelsError:
    place = _place(error, settings)
    return ModelsError(
        f"The models do not import: {place}{type(error).__name__}: {error}",
        why="models that do not import can be compared with nothing",
        next=f"mend {place.rstrip(': ')}" if place else "mend the models",
        data={"place": place.rstrip(": ")},
    )


def _place(error: BaseException, settings: Settings) -> str:
    """Return `file:line: ` of the last line of the repository that the error went through."""
    if isinstance(error, SyntaxError) and error.filename:
        line = f":{error.lineno}" if error.lineno else ""
        return f"{settings.relative(Path(error.filename))}{line}: "
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if any(path.is_relative_to(root) for root in settings.import_paths) and not (
            {"site-packages", "db_workflow"} & set(path.parts)
        ):
            return f"{settings.relative(path)}:{frame.lineno}: "
    return ""


def _base(module: ModuleType, name: str, settings: Settings) -> "type[DeclarativeBase]":
    from sqlalchemy.orm import DeclarativeBase

    base = getattr(module, name, None)
    if not (isinstance(base, type) and issubclass(base, DeclarativeBase)):
        raise ModelsError(
            f"{settings.relative(Path(str(module.__file__)))} has no declarative base {name!r}.",
            why="`models` in [tool.db_workflow] has the form package.module:Base, and Base is a"
            " class derived from sqlalchemy.orm.DeclarativeBase",
            next=f"define it, or mend `models` ({settings.models}) in pyproject.toml",
        )
    if hasattr(base, "__mapper__"):
        above = next(one for one in base.__mro__ if DeclarativeBase in one.__bases__)
        raise ModelsError(
            f"`models` names {name}, which maps a table itself.",
            why="it must be the base that all models are derived from",
            next=f'write models = "{above.__module__}:{above.__name__}" in pyproject.toml',
        )
    return base


def _configure(models: Models, settings: Settings) -> None:
    try:
        models.base.registry.configure()
    except Exception as error:
        place = _place_in(str(error), models, settings)
        raise ModelsError(
            f"{place}: The mappers of {settings.models} do not configure:"
            f" {type(error).__name__}: {error}",
            why="no query on these models would run",
            next=f"mend {place}",
            data={"place": place},
        ) from error


def _place_in(message: str, models: Models, settings: Settings) -> str:
    """Return `file:line` of the relationship or the class that SQLAlchemy's message names."""
    from db_workflow.models.source.places import Places  # it looks for things in `Models`

    places = Places(models, settings)
    classes = {mapper.class_.__name__: mapper.class_ for mapper in models.base.registry.mappers}
    for found in _NAMED.finditer(message):
        if (owner := classes.get(found["owner"] or found["mapper"])) is not None:
            return places.of_class(owner, found["attribute"] or "")
    return places.relative(models.file)


def enum_classes(module: ModuleType) -> tuple[type[Enum], ...]:
    """Return the enums that the module defines itself; a base without members is none."""
    return tuple(
        found
        for found in vars(module).values()
        if isinstance(found, type)
        and issubclass(found, Enum)
        and found.__module__ == module.__name__
        and len(found) > 0
    )


def _worth_saying(caught: list[warnings.WarningMessage]) -> tuple[str, ...]:
    from sqlalchemy.exc import SADeprecationWarning, SAWarning

    mine = (SAWarning, SADeprecationWarning)
    said = (" ".join(str(one.message).split()) for one in caught if issubclass(one.category, mine))
    return tuple(one for one in said if not _OF_ITSELF.match(one))
