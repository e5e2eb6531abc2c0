"""The models as SQL: what `metadata.create_all` would send."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from db_workflow.errors import ModelsError
from db_workflow.models.naming.names import unquoted
from db_workflow.models.source.registry import Models

if TYPE_CHECKING:
    from sqlalchemy import MetaData, Table
    from sqlalchemy.schema import ExecutableDDLElement

# A name as models give it: the schema (None: the first one) and the object's own.
Named = tuple[str | None, str]
_NEXTVAL = re.compile(r"\bnextval\s*\(\s*'((?:[^']|'')+)'", re.IGNORECASE)
_CONCURRENTLY = re.compile(r"^(CREATE (?:UNIQUE )?INDEX )CONCURRENTLY ")


@dataclass(frozen=True, slots=True)
class Definition:
    """Models as SQL; statements in the order in which `create_all` sends them.

    Attributes:
        types: statements that create types and sequences, by what they create.
        tables: statements that create tables and what goes with them.
        own: what a listener of the models sends besides: extensions, functions, triggers.
        enums: the labels of the enum types among them, as the models say them.
        sequences: the sequences that a default calls by name.
        schemas: that something of the models lies in.
        not_valid: schema, table and name of the constraints that are to be NOT VALID.
        sources: the table that a statement of `tables` is about.

    """

    types: Mapping[Named, str]
    tables: tuple[str, ...]
    own: tuple[str, ...]
    enums: Mapping[Named, tuple[str, ...]]
    sequences: frozenset[Named]
    schemas: frozenset[str]
    not_valid: tuple[tuple[str | None, str, str], ...]
    sources: Mapping[str, Named]

    def without(self, types: Collection[Named]) -> "Definition":
        """Return it without the statements of some types."""
        kept = {name: text for name, text in self.types.items() if name not in types}
        return replace(self, types=kept)

    def parts(self) -> list[object]:
        """Return all of it as JSON values, in one order.

        SQLAlchemy keeps a table's indexes in a set: each process sends them in another order.
        """
        return [
            sorted(self.types.values()),
            sorted(self.tables),
            self.own,
            sorted(map(str, self.sequences)),
            sorted(self.schemas),
            self.not_valid,
        ]


def define(models: Models) -> Definition:
    """Return the models as SQL.

    Raises:
        ModelsError: a table or type of the models has no PostgreSQL form.

    """
    from sqlalchemy import create_mock_engine
    from sqlalchemy.exc import SQLAlchemyError

    metadata = models.base.metadata
    kept = _Kept()
    engine = create_mock_engine("postgresql+asyncpg://", kept)
    try:
        metadata.create_all(engine, checkfirst=False)
        kept.dialect = engine.dialect
        return kept.definition(metadata)
    except (SQLAlchemyError, AttributeError, TypeError, ValueError) as error:
        raise ModelsError(
            f"The models cannot be written as SQL: {error}",
            why="they are compared with the database by creating them",
            next=f"mend {models.file.name}",
        ) from error


@dataclass(slots=True)
class _Kept:
    """What `create_all` sent."""

    sent: "list[ExecutableDDLElement]" = field(default_factory=list)
    dialect: Any = None

    def __call__(self, statement: "ExecutableDDLElement", *_: object, **__: object) -> None:
        self.sent.append(statement)

    def definition(self, metadata: "MetaData") -> Definition:
        from sqlalchemy.dialects.postgresql import CreateDomainType, CreateEnumType
        from sqlalchemy.schema import DDL, CreateSchema, CreateSequence

        types: dict[Named, str] = {}
        enums: dict[Named, tuple[str, ...]] = {}
        tables: list[str] = []
        own: list[str] = []
        sources: dict[str, Named] = {}
        schemas = {table.schema for table in metadata.tables.values()}
        for one in self.sent:
            if isinstance(one, CreateSchema):
                schemas.add(str(one.element))  # it is there before them all
                continue
            text = str(one.compile(dialect=self.dialect)).strip()
            if isinstance(one, CreateDomainType | CreateEnumType | CreateSequence):
                name = (one.element.schema, str(one.element.name))
                types[name] = text
                if isinstance(one, CreateEnumType):
                    enums[name] = tuple(one.element.enums)
                continue
            text = _CONCURRENTLY.sub(r"\1", text)
            (own if isinstance(one, DDL) else tables).append(text)
            if (table := _table_of(getattr(one, "element", None))) is not None:
                sources[text] = (table.schema, table.name)
        return Definition(
            types=types,
            tables=tuple(tables),
            own=tuple(own),
            enums=enums,
            sequences=frozenset(_called((*types.values(), *tables))),
            schemas=frozenset(one for one in (*schemas, *(name[0] for name in types)) if one),
            not_valid=tuple(self._not_valid(metadata)),
            sources=sources,
        )

    def _not_valid(self, metadata: "MetaData") -> list[tuple[str | None, str, str]]:
        preparer = self.dialect.identifier_preparer
        return [
            (table.schema, table.name, unquoted(preparer.format_constraint(constraint))[-1])
            for table in metadata.sorted_tables
            for constraint in table.constraints
            if constraint.name and constraint.dialect_kwargs.get("postgresql_not_valid")
        ]


def _table_of(element: object) -> "Table | None":
    """Return the table that something is, or belongs to."""
    from sqlalchemy import Table

    found = element if isinstance(element, Table) else getattr(element, "table", None)
    return found if isinstance(found, Table) else None


def _called(statements: Iterable[str]) -> set[Named]:
    return {
        named(found.replace("''", "'"))
        for statement in statements
        if "nextval" in statement
        for found in _NEXTVAL.findall(statement)
    }


def named(printed: str) -> Named:
    """Return schema and name of a printed name."""
    parts = unquoted(printed)
    return (parts[0] if len(parts) > 1 else None), parts[-1]


def full(name: Named, first: str) -> tuple[str, str]:
    """Return a name with its schema, the first one where it names none."""
    return name[0] or first, name[1]
