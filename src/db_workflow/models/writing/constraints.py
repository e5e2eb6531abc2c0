"""Constraints and indexes as they stand in `__table_args__`."""

from collections.abc import Mapping, Sequence
from typing import Any

from db_workflow.models.writing.code import Code, Group, call, literal, option, sequence, sql
from db_workflow.models.writing.conventions import Naming
from db_workflow.models.writing.elements import (
    bare,
    has_class_only,
    is_plain,
    mapping,
    operator,
    printed,
    quoted,
    settings,
)
from db_workflow.models.writing.imports import Imports
from db_workflow.models.writing.tables import Table, place

_DIALECT = "postgresql"
_CLASSES = {"unique": "UniqueConstraint", "primary key": "PrimaryKeyConstraint"}


class Constraints:
    """Writes constraints and indexes.

    Args:
        naming: what the metadata's convention makes of names.
        imports: what they need is imported there.
        schemas: the first is the models' default.
        late: foreign keys to create after the tables, because they close a circle: table, name.

    """

    def __init__(
        self,
        *,
        naming: Naming,
        imports: Imports,
        schemas: Sequence[str],
        late: frozenset[tuple[str, str]],
    ) -> None:
        self._naming = naming
        self._imports = imports
        self._schemas = schemas
        self._late = late

    def constraint(
        self,
        table: Table,
        name: str,
        found: Mapping[str, Any],
        *,
        targets: Sequence[str] | None = None,
    ) -> Code:
        """Return a constraint; a foreign key of any number of columns.

        Args:
            table: that has it.
            name: the constraint's.
            found: its properties.
            targets: a foreign key's targets as code, where their names would not do.

        """
        kind = found["type"]
        if kind == "exclusion":
            return self._exclusion(name, found)
        columns = found.get("columns") or []
        named = self._naming.option(kind, table, columns, name, imports=self._imports)
        end = [*named, *_timing(found), *_comment(found)]
        if kind == "check":
            return call(self._imports("CheckConstraint"), sql(bare(found["expression"])), *end)
        if kind == "foreign key":
            targets = targets or [literal(one) for one in self._targets(found)]
            return call(
                self._imports("ForeignKeyConstraint"),
                sequence(*map(literal, columns)),
                sequence(*targets),
                *named,
                *self._actions(table, name, found),
                *end[len(named) :],
            )
        if found.get("nulls not distinct"):
            end.append(f"{_DIALECT}_nulls_not_distinct=True")
        return call(self._imports(_CLASSES[kind]), *map(literal, columns), *end, *_included(found))

    def column_key(self, table: Table, name: str, found: Mapping[str, Any]) -> Code:
        """Return a foreign key of one column, as it stands in `mapped_column`."""
        columns = found["columns"]
        named = self._naming.option("foreign key", table, columns, name, imports=self._imports)
        return call(
            self._imports("ForeignKey"),
            literal(self._targets(found)[0]),
            *named,
            *self._actions(table, name, found),
            *_timing(found),
            *_comment(found),
        )

    def index(self, table: Table, name: str, found: Mapping[str, Any]) -> Code:
        """Return an index."""
        elements = found["elements"]
        columns = [element.get("column") for element in elements]
        named = literal(name)
        if all(map(is_plain, elements)) and self._naming.gives("index", table, columns, name):
            named = "None"
        classes = {
            element["column"]: element["operator class"]
            for element in elements
            if has_class_only(element)
        }
        parts: list[Code] = [named, *map(self._element, elements)]
        if found.get("unique"):
            parts.append("unique=True")
        if found.get("method", "btree") != "btree":
            parts.append(f"{_DIALECT}_using={literal(found['method'])}")
        if classes:
            parts.append(option(f"{_DIALECT}_ops", mapping(classes)))
        parts += _included(found)
        if found.get("nulls not distinct"):
            parts.append(f"{_DIALECT}_nulls_not_distinct=True")
        if found.get("options"):
            parts.append(option(f"{_DIALECT}_with", settings(found["options"])))
        if found.get("predicate"):
            parts.append(option(f"{_DIALECT}_where", self._text(bare(found["predicate"]))))
        return call(self._imports("Index"), *parts)

    def has_explicit_key(self, table: Table) -> bool:
        """Tell whether `primary_key=True` on the columns would not give the primary key."""
        for name, found in table.constraints.items():
            if found["type"] == "primary key":
                columns = found["columns"]
                in_order = columns == [one for one in table.columns if one in columns]
                named = self._naming.option("primary key", table, columns, name, imports=Imports())
                more = any(found.get(one) for one in ("deferrable", "include", "comment"))
                return bool(named) or more or not in_order
        return False

    def is_column_index(self, table: Table, name: str, found: Mapping[str, Any]) -> bool:
        """Tell whether `index=True` on its one column gives an index, name included."""
        (first, *more) = found["elements"]
        others = ("unique", "include", "predicate", "nulls not distinct", "options")
        return (
            not more
            and is_plain(first)
            and found.get("method", "btree") == "btree"
            and not any(found.get(one) for one in others)
            and self._naming.gives("index", table, [first["column"]], name)
        )

    def _element(self, element: Mapping[str, Any]) -> Code:
        if is_plain(element) or has_class_only(element):
            return literal(element["column"])
        return self._text(printed(element))

    def _exclusion(self, name: str, found: Mapping[str, Any]) -> Code:
        elements = found["elements"]
        parts: list[Code] = [
            Group("(", (self._element(element), literal(operator(element["operator"]))))
            for element in elements
        ]
        classes = {
            element["column"]: element["operator class"]
            for element in elements
            if has_class_only(element)
        }
        parts += [f"name={literal(name)}", f"using={literal(found.get('method', 'gist'))}"]
        if classes:
            parts.append(option("ops", mapping(classes)))
        if found.get("predicate"):
            parts.append(option("where", self._text(bare(found["predicate"]))))
        timing = [one for one in _timing(found) if not one.startswith(_DIALECT)]
        return call(self._imports("ExcludeConstraint"), *parts, *timing)

    def _text(self, printed: str) -> Code:
        return call(self._imports("text"), sql(printed))

    def _targets(self, found: Mapping[str, Any]) -> list[str]:
        schema, table = place(found["references"], schemas=self._schemas)
        prefix = f"{schema}.{table}" if schema else table
        return [f"{prefix}.{name}" for name in found["referenced columns"]]

    def _actions(self, table: Table, name: str, found: Mapping[str, Any]) -> list[str]:
        parts = []
        if found.get("on update"):
            parts.append(f"onupdate={literal(found['on update'].upper())}")
        if found.get("on delete"):
            emptied = ", ".join(map(quoted, found.get("emptied columns") or ()))
            action = found["on delete"].upper() + (f" ({emptied})" if emptied else "")
            parts.append(f"ondelete={literal(action)}")
        if found.get("match") == "full":
            parts.append('match="FULL"')
        if (table.printed, name) in self._late:
            parts.append("use_alter=True")
        return parts


def _timing(found: Mapping[str, Any]) -> list[str]:
    """Return the arguments for when a constraint is checked, and for which rows."""
    parts = []
    if found.get("deferrable"):
        parts.append("deferrable=True")
    if found.get("deferrable") == "initially deferred":
        parts.append('initially="DEFERRED"')
    if found.get("validated") is False:
        parts.append(f"{_DIALECT}_not_valid=True")
    return parts


def _comment(found: Mapping[str, Any]) -> list[str]:
    return [f"comment={literal(found['comment'])}"] if found.get("comment") else []


def _included(found: Mapping[str, Any]) -> list[Code]:
    if not found.get("include"):
        return []
    return [option(f"{_DIALECT}_include", sequence(*map(literal, found["include"])))]
