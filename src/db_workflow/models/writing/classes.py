"""A class for a table that has a key, a Table for one that has none."""

from collections.abc import Mapping, Sequence

from db_workflow.models.writing.code import (
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
from db_workflow.models.writing.imports import Imports
from db_workflow.models.writing.naming import Names
from db_workflow.models.writing.relationships import Relationships, Side
from db_workflow.models.writing.tables import Table, is_nameable, place
from db_workflow.models.writing.unsaid import unsaid_lines, unsaid_of


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

    def written(self, table: Table, *, sides: Sequence[Side] | None = None) -> str:
        """Return a table as code.

        Args:
            table: the table.
            sides: its relationships, if not all of them.

        """
        if not table.identity:
            return self._table(table)
        return self._class(table, self._relationships.of_table(table) if sides is None else sides)

    def _class(self, table: Table, sides: Sequence[Side]) -> str:
        columns = [self._columns.attribute(table, name) for name in table.columns]
        unsaid = [*unsaid_of(table), *(said for one in columns for said in one.unsaid)]
        written = [
            f"class {self._names.tables[table.printed]}({self._names.base}):",
            f'    """A row of `{remark(table.name)}`."""',
            "",
            *unsaid_lines(unsaid, indent=4),
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
        if sides:
            written.append("")
        for side in sides:
            written += self.side(side, indent=4)
        return "\n".join(written)

    def _table(self, table: Table) -> str:
        columns = [self._columns.plain(table, name) for name in table.columns]
        unsaid = [*unsaid_of(table), *(said for one in columns for said in one.unsaid)]
        parts = [
            literal(table.name),
            f"{self._names.base}.metadata",
            *(one.code for one in columns),
        ]
        options = [option(name, value) for name, value in self._options(table)]
        code = assigned(
            self._names.tables[table.printed],
            call(self._imports("Table"), *parts, *self._entries(table), *options),
        )
        written = [*unsaid_lines(unsaid, indent=0), *lines(code)]
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
        annotated = f"{side.name}: {self._imports('Mapped')}[{side.annotation}]"
        if not self._with_helpers:
            return lines(assigned(annotated, self._relationship(side)), indent=indent)
        name = "_to_one" if side.holds_key else "_to_many"
        options = (option(key, value) for key, value in side.options.items())
        return lines(assigned(annotated, call(name, literal(side.other), *options)), indent=indent)

    def side_below(self, side: Side) -> list[str]:
        """Return a side of a relationship as lines that add it to a class that there is."""
        options = [literal(side.target)]
        if not side.holds_key and not side.many:
            options.append("uselist=False")
        owner = self._names.tables[side.owner]
        return [
            f"# inside class {owner} this may be {side.name}: Mapped[{side.annotation}]",
            *lines(assigned(f"{owner}.{side.name}", self._relationship(side, *options))),
        ]

    def _relationship(self, side: Side, *first: str) -> Code:
        options: dict[str, str] = dict(side.options)
        if not side.holds_key:
            options["passive_deletes"] = '"all"'
        return call(
            self._imports("relationship"),
            *first,
            f"back_populates={literal(side.other)}",
            'lazy="raise_on_sql"',
            *(option(key, value) for key, value in options.items()),
        )

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
                and table.is_sayable(found)
                and (found["type"] != "foreign key" or is_nameable(found))
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
        if found.get("comment"):
            options.append(("comment", literal(found["comment"])))
        return options

    def _parents(self, table: Table) -> list[str]:
        return [name for name in table.properties.get("parents") or () if name in self._tables]

    def afterwards(self, table: Table) -> list[str]:
        """Return what stands below all classes: what SQLAlchemy cannot say within one."""
        here = self._of_metadata(table)
        # PostgreSQL's inheritance is no key, but parents come first all the same.
        parents = [
            call(f"{here}.add_is_dependent_on", self._of_metadata(self._tables[name]))
            for name in self._parents(table)
        ]
        keys = [
            self.later_key(table, name)
            for name, found in table.foreign_keys.items()
            if not is_nameable(found) and found["references"] in self._tables
        ]
        return [line for code in (*parents, *keys) for line in lines(code)]

    def later_key(self, table: Table, name: str) -> Code:
        """Return what adds a foreign key to columns that only themselves can name."""
        found = table.foreign_keys[name]
        there = self._of_metadata(self._tables[found["references"]])
        targets = [f"{there}.c[{literal(one)}]" for one in found["referenced columns"]]
        key = self._constraints.constraint(table, name, found, targets=targets)
        return call(f"{self._of_metadata(table)}.append_constraint", key)

    def _of_metadata(self, table: Table) -> str:
        key = f"{table.schema}.{table.name}" if table.schema else table.name
        return f"{self._names.base}.metadata.tables[{literal(key)}]"
