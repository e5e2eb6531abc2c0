"""A class for a table that has a key, a Table for one that has none."""

import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

from db_workflow.models.writing.code import (
    WIDTH,
    Code,
    Group,
    assigned,
    call,
    entry,
    lines,
    literal,
    option,
    remark,
    sequence,
)
from db_workflow.models.writing.columns import Columns, column_keys
from db_workflow.models.writing.constraints import Constraints
from db_workflow.models.writing.elements import settings
from db_workflow.models.writing.imports import Imports
from db_workflow.models.writing.naming import BASE, Names
from db_workflow.models.writing.relationships import Relationships, Side, writable
from db_workflow.models.writing.tables import Table, place

_UNSAID = ("row security", "replica identity")
_CONSTRAINT_UNSAID = {
    "enforced": "NOT ENFORCED",
    "inherited by none": "NO INHERIT",
    "without overlaps": "WITHOUT OVERLAPS",
    "options": "storage options",
    "disabled triggers": "disabled triggers",
    "replica triggers": "replica triggers",
    "always triggers": "triggers that always fire",
}


class Classes:
    """Writes classes.

    Args:
        columns: writes their columns.
        constraints: writes their constraints and indexes.
        relationships: what their relationships are.
        names: what they are called.
        tables: by printed name.
        imports: what they need is imported there.
        schemas: the first is the models' default.
        with_helpers: whether the module has `_to_one` and `_to_many`.

    """

    def __init__(
        self,
        *,
        columns: Columns,
        constraints: Constraints,
        relationships: Relationships,
        names: Names,
        tables: Mapping[str, Table],
        imports: Imports,
        schemas: tuple[str, ...],
        with_helpers: bool,
    ) -> None:
        self._columns = columns
        self._constraints = constraints
        self._relationships = relationships
        self._names = names
        self._tables = tables
        self._imports = imports
        self._schemas = schemas
        self._with_helpers = with_helpers

    def written(self, table: Table) -> str:
        """Return a table as code."""
        return self._class(table) if table.identity else self._table(table)

    def _class(self, table: Table) -> str:
        columns = [self._columns.attribute(table, name) for name in table.columns]
        unsaid = [*self._unsaid(table), *(said for one in columns for said in one.unsaid)]
        written = [
            f"class {self._names.tables[table.printed]}({BASE}):",
            f'    """A row of `{remark(table.name)}`."""',
            "",
            *_unsaid_lines(unsaid, indent=4),
            f"    __tablename__ = {literal(table.name)}",
        ]
        args = self.table_args(table)
        if args is not None:
            written += lines(assigned("__table_args__", args), indent=4)
        if not table.primary_key:
            attributes = self._names.attributes(table)
            key = sequence(*(literal(attributes[name]) for name in table.identity))
            options: Code = Group("{", ('"eager_defaults": True', entry('"primary_key"', key)), "}")
            if self._with_helpers:
                options = call("_mapper_args", option("primary_key", key))
            written += lines(assigned("__mapper_args__", options), indent=4)
        written.append("")
        for column in columns:
            written += lines(column.code, indent=4)
        sides = self._relationships.of_table(table)
        if sides:
            written.append("")
        for side in sides:
            written += self.side(side, indent=4)
        return "\n".join(written)

    def _table(self, table: Table) -> str:
        columns = [self._columns.plain(table, name) for name in table.columns]
        unsaid = [*self._unsaid(table), *(said for one in columns for said in one.unsaid)]
        parts = [literal(table.name), f"{BASE}.metadata", *(one.code for one in columns)]
        options = [option(name, value) for name, value in self._options(table)]
        code = assigned(
            self._names.tables[table.printed],
            call(self._imports("Table"), *parts, *self._entries(table), *options),
        )
        written = [*_unsaid_lines(unsaid, indent=0), *lines(code)]
        return "\n".join(written)

    def table_args(self, table: Table) -> Code | None:
        """Return the value of `__table_args__`, if it needs one."""
        entries = self._entries(table)
        options = self._options(table)
        mapping = Group("{", tuple(entry(literal(name), value) for name, value in options), "}")
        if not entries:
            return Group("(", (mapping,), ",)") if options else None
        parts = (*entries, *([mapping] if options else []))
        return Group("(", parts, ",)" if len(parts) == 1 else ")")

    def side(self, side: Side, *, indent: int = 0) -> list[str]:
        """Return a side of a relationship as lines."""
        options: dict[str, str] = dict(side.options)
        if self._with_helpers:
            name = "_to_one" if side.holds_key else "_to_many"
            parts: list[Code] = [literal(side.other)]
        else:
            name = self._imports("relationship")
            parts = [f"back_populates={literal(side.other)}", 'lazy="raise_on_sql"']
            if not side.holds_key:
                options["passive_deletes"] = '"all"'
        parts += [option(key, value) for key, value in options.items()]
        annotated = f"{side.name}: {self._imports('Mapped')}[{side.annotation}]"
        return lines(assigned(annotated, call(name, *parts)), indent=indent)

    def _entries(self, table: Table) -> list[Code]:
        """Return the constraints and indexes that stand at no column."""
        at_columns = {
            *(key for name in table.columns for key in column_keys(table, name)),
            *(index for name in table.columns for index in self._columns.indexes(table, name)),
        }
        explicit_key = self._constraints.has_explicit_key(table)
        return [
            *(
                self._constraints.constraint(table, name, found)
                for name, found in table.constraints.items()
                if name not in at_columns
                and _is_written(found)
                and (found["type"] != "primary key" or explicit_key)
            ),
            *(
                self._constraints.index(table, name, found)
                for name, found in table.indexes.items()
                if name not in at_columns
            ),
        ]

    def _options(self, table: Table) -> list[tuple[str, Code]]:
        """Return the table's own options by name."""
        found = table.properties
        options: list[tuple[str, Code]] = []
        if table.schema:
            options.append(("schema", literal(table.schema)))
        if found.get("persistence") == "unlogged":
            options.append(("prefixes", sequence('"UNLOGGED"')))
        if found.get("partitioned by"):
            options.append(("postgresql_partition_by", literal(found["partitioned by"])))
        if parents := self._parents(table):
            names = [
                literal(name)
                if schema is None
                else call(self._imports("quoted_name"), literal(printed), "quote=False")
                for printed in parents
                for schema, name in [place(printed, schemas=self._schemas)]
            ]
            options.append(("postgresql_inherits", sequence(*names)))
        if found.get("access method"):
            options.append(("postgresql_using", literal(found["access method"])))
        if found.get("options"):
            options.append(("postgresql_with", settings(found["options"])))
        if found.get("comment"):
            options.append(("comment", literal(found["comment"])))
        return options

    def _parents(self, table: Table) -> list[str]:
        return [name for name in table.properties.get("parents") or () if name in self._tables]

    def dependencies(self, table: Table) -> list[str]:
        """Return what makes a table's parents come first: PostgreSQL's inheritance is no key."""
        parents = [self._tables[name] for name in self._parents(table)]
        return [
            line
            for parent in parents
            for line in lines(
                call(f"{_of_metadata(table)}.add_is_dependent_on", _of_metadata(parent))
            )
        ]

    def _unsaid(self, table: Table) -> Iterable[str]:
        """Yield what a table has that SQLAlchemy has no words for."""
        yield from (name for name in _UNSAID if table.properties.get(name))
        if "grants" in table.properties:
            yield "grants"
        yield from table.others
        for name, found in table.constraints.items():
            if not _is_written(found):
                yield f"{found['type']} {name}: {found['definition']}"
            else:
                words = (said for one, said in _CONSTRAINT_UNSAID.items() if one in found)
                yield from (f"{said} of {name}" for said in words)
                if found["type"] == "exclusion":
                    yield from (
                        f"{one} of {name}" for one in ("comment", "include") if one in found
                    )
        for name, found in table.indexes.items():
            if found.get("comment"):
                yield f"comment of {name}"
            if found.get("valid") is False:
                yield f"{name} is not valid"


def _is_written(found: Mapping[str, Any]) -> bool:
    return found["type"] != "foreign key" or writable(found)


def _of_metadata(table: Table) -> str:
    key = f"{table.schema}.{table.name}" if table.schema else table.name
    return f"{BASE}.metadata.tables[{literal(key)}]"


def _unsaid_lines(said: Iterable[str], *, indent: int) -> list[str]:
    listed = "; ".join(" ".join(one.split()) for one in said)
    if not listed:
        return []
    text = f"Left to migrations, SQLAlchemy has no words for it: {listed}."
    start = " " * indent + "# "
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=start,
        subsequent_indent=start,
        break_long_words=False,
        break_on_hyphens=False,
    )
