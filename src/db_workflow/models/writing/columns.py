"""Columns as attributes of a class, or as columns of a table without one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from db_workflow.models.writing.code import Code, assigned, call, flat, literal, option, sql
from db_workflow.models.writing.constraints import Constraints
from db_workflow.models.writing.elements import said
from db_workflow.models.writing.imports import Imports
from db_workflow.models.writing.naming import Names
from db_workflow.models.writing.sequences import sequence_options
from db_workflow.models.writing.tables import Table, is_nameable
from db_workflow.models.writing.types import Types, WrittenType

_SERIALS = {"smallint": "smallserial", "integer": "serial", "bigint": "bigserial"}
_OWN = "nextval(own sequence)"
# What SQLAlchemy's own type map gives an annotation.
_USUAL = {
    "bool": "Boolean",
    "bytes": "LargeBinary",
    "date": "Date",
    "int": "Integer",
    "time": "Time",
    "timedelta": "Interval",
}


@dataclass(frozen=True, slots=True)
class WrittenColumn:
    """A column as code, with what could not be said."""

    code: Code
    unsaid: tuple[str, ...]


class Columns:
    """Writes columns.

    Args:
        types: writes their types.
        constraints: writes their foreign keys.
        names: of attributes.
        tables: by printed name.
        joined: the columns of foreign keys, on both sides: printed table, column.
        imports: what they need is imported there.
        usual: types that annotations stand for in the models' base, by annotation.

    """

    def __init__(
        self,
        *,
        types: Types,
        constraints: Constraints,
        names: Names,
        tables: Mapping[str, Table],
        joined: Collection[tuple[str, str]],
        imports: Imports,
        usual: Mapping[str, str] | None,
    ) -> None:
        self._types = types
        self._constraints = constraints
        self._names = names
        self._tables = tables
        self._joined = joined
        self._imports = imports
        self._usual = usual

    def attribute(self, table: Table, name: str) -> WrittenColumn:
        """Return `phone: Mapped[str | None] = mapped_column(Text)`."""
        found = table.columns[name]
        written = self._type(table, name, with_annotation=True)
        called = self._names.attributes(table)[name]
        parts: list[Code] = [literal(name)] if called != name else []
        if written.code:
            parts.append(written.code)
        parts += self._arguments(table, name)
        in_key = name in table.primary_key
        optional = " | None" if found.get("nullable") and not in_key else ""
        annotated = f"{called}: {self._imports('Mapped')}[{written.annotation}{optional}]"
        if not parts:
            return WrittenColumn(annotated, _unsaid(table, name))
        code = assigned(annotated, call(self._imports("mapped_column"), *parts))
        return WrittenColumn(code, _unsaid(table, name))

    def plain(self, table: Table, name: str) -> WrittenColumn:
        """Return `Column("phone", Text)`."""
        code = self._type(table, name).code
        parts: list[Code] = [
            literal(name),
            *([code] if code else []),
            *self._arguments(table, name),
        ]
        if not table.columns[name].get("nullable") and name not in table.primary_key:
            parts.append("nullable=False")
        return WrittenColumn(call(self._imports("Column"), *parts), _unsaid(table, name))

    def indexes(self, table: Table, name: str) -> list[str]:
        """Return the indexes that `index=True` on a column stands for: one at most."""
        return [
            index
            for index, found in table.indexes.items()
            if found["elements"][0].get("column") == name
            and self._constraints.is_column_index(table, index, found)
        ][:1]

    def _type(self, table: Table, name: str, *, with_annotation: bool = False) -> WrittenType:
        """Return a column's type; without code where the annotation alone gives it."""
        found = table.columns[name]
        if self._is_explicit_serial(table, name):
            return self._types.other(_SERIALS[found["type"]], annotation="int")
        if (table.printed, name) in self._joined and self._types.is_domain(found["type"]):
            # SQLAlchemy warns of a comparison between DOMAINs, and every join is one.
            return self._types.domain_by_name(found["type"])
        if with_annotation and self._usual is not None and self._takes_annotation(table, name):
            probe = self._types.probe().written(found["type"], collation=found.get("collation"))
            known = {**_USUAL, **self._usual}
            if known.get(probe.annotation) == flat(probe.code):
                return WrittenType(self._types.annotation(found["type"]), "")
        return self._types.written(found["type"], collation=found.get("collation"))

    def _takes_annotation(self, table: Table, name: str) -> bool:
        """Tell whether a column without a type gets its annotation's.

        SQLAlchemy gives one with a foreign key the type of the column that it references instead:
        the same, as a rule, but not in every schema, and there may be a circle of them.
        """
        kind = _kind(table, name)
        waiting, seen = [(table, name)], set()
        while waiting:
            here, column = waiting.pop()
            if (here.printed, column) in seen or _kind(here, column) != kind:
                return False
            if self._is_explicit_serial(here, column):
                return False
            seen.add((here.printed, column))
            for found in column_keys(here, column).values():
                target = self._tables.get(found["references"])
                if target is None:
                    return False
                waiting.append((target, found["referenced columns"][0]))
        return True

    def _arguments(self, table: Table, name: str) -> list[Code]:
        found = table.columns[name]
        parts: list[Code] = [
            self._constraints.column_key(table, key, properties)
            for key, properties in column_keys(table, name).items()
        ]
        parts += self._filled(table, name)
        if name in table.primary_key and not self._constraints.has_explicit_key(table):
            parts.append("primary_key=True")
        if self._must_not_count(table, name):
            parts.append("autoincrement=False")
        if self.indexes(table, name):
            parts.append("index=True")
        default = found.get("default")
        if default is not None and default != _OWN:
            parts.append(option("server_default", call(self._imports("text"), sql(default))))
        if found.get("comment"):
            parts.append(f"comment={literal(found['comment'])}")
        return parts

    def _filled(self, table: Table, name: str) -> list[Code]:
        """Return the arguments for what the server fills in by itself."""
        found = table.columns[name]
        if expression := found.get("generated"):
            stored = found.get("generated kind") == "stored"
            return [call(self._imports("Computed"), sql(said(expression)), f"persisted={stored}")]
        if identity := found.get("identity"):
            always = ["always=True"] if identity == "always" else []
            options = sequence_options(found.get("sequence") or {}, kind=found["type"])
            return [call(self._imports("Identity"), *always, *options)]
        if self._is_explicit_serial(table, name):
            return [call(self._imports("FetchedValue"))]
        return []

    @staticmethod
    def _is_explicit_serial(table: Table, name: str) -> bool:
        """Tell whether a serial column has to say so: SQLAlchemy makes one only of a key alone."""
        found = table.columns[name]
        if found.get("default") != _OWN or found["type"] not in _SERIALS:
            return False
        return table.primary_key != (name,) or table.is_in_key(name)

    @staticmethod
    def _must_not_count(table: Table, name: str) -> bool:
        """Tell whether SQLAlchemy would make a serial of a key that is none."""
        found = table.columns[name]
        filled = any(found.get(one) is not None for one in ("default", "identity", "generated"))
        return (
            table.primary_key == (name,)
            and found["type"] in _SERIALS
            and not filled
            and not table.is_in_key(name)
        )


def _kind(table: Table, name: str) -> tuple[str, str | None]:
    """Return all that makes a column's type."""
    found = table.columns[name]
    return found["type"], found.get("collation")


def column_keys(table: Table, name: str) -> dict[str, Mapping[str, Any]]:
    """Return the foreign keys that stand at a column: those of it alone."""
    return {
        key: found
        for key, found in table.foreign_keys.items()
        if found["columns"] == [name] and is_nameable(found)
    }


def _unsaid(table: Table, name: str) -> tuple[str, ...]:
    found = table.columns[name]
    said = []
    if found.get("not null"):
        said.append(f"NOT NULL of {name}, which is not valid")
    if found.get("default") == _OWN:
        kind = found["type"]
        unusual = sequence_options(found.get("sequence") or {}, kind=kind)
        if unusual or (found.get("sequence") or {}).get("type", kind) != kind:
            said.append(f"the options of the sequence of {name}")
    return tuple(said)
