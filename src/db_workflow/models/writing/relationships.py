"""Both sides of every foreign key as relationships, with names of their own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from db_workflow.models.naming.names import attribute, snake_case, unique
from db_workflow.models.writing.keys import Key, keys_between_classes, pairs
from db_workflow.models.writing.naming import Names
from db_workflow.models.writing.tables import Table
from db_workflow.nouns import plural


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a relationship.

    Attributes:
        owner: the printed table of the class that has it.
        name: the attribute.
        target: the other class.
        other: the attribute there.
        many: whether it is a list.
        optional: whether it may be None.
        holds_key: whether its table has the foreign key.
        key: the foreign key's name.
        options: further arguments of `relationship`, by name, as code.

    """

    owner: str
    name: str
    target: str
    other: str
    many: bool
    optional: bool
    holds_key: bool
    key: str
    options: Mapping[str, str]

    @property
    def annotation(self) -> str:
        """The type of the attribute."""
        if self.many:
            return f'list["{self.target}"]'
        return f'"{self.target} | None"' if self.optional else f'"{self.target}"'


class Relationships:
    """All relationships of a schema.

    Args:
        tables: by printed name.
        names: of classes and attributes.
        late: foreign keys that close a circle: table, name.

    """

    def __init__(
        self, tables: Mapping[str, Table], names: Names, *, late: frozenset[tuple[str, str]]
    ) -> None:
        self._names = names
        self._late = late
        self._keys = [
            key for table in tables.values() for key in keys_between_classes(table, tables)
        ]
        self._of_table: dict[str, list[Key]] = {}
        self._to_table: dict[str, list[Key]] = {}
        for key in self._keys:
            self._of_table.setdefault(key.table.printed, []).append(key)
            self._to_table.setdefault(key.target.printed, []).append(key)
        self._taken = {
            table.printed: set(names.attributes(table).values()) for table in tables.values()
        }
        # Names first, all of them: `overlaps` names other relationships.
        holders = [self._to_one_name(key) for key in self._keys]
        others = [self._other_name(key) for key in self._keys]
        self._sides = {
            (key.table.printed, key.name): (holder, other)
            for key, holder, other in zip(self._keys, holders, others, strict=True)
        }

    def of_table(self, table: Table) -> list[Side]:
        """Return a class's relationships: along its own foreign keys, then along others'."""
        mine = [self._holder(key) for key in self._of_table.get(table.printed, ())]
        others = [self._other(key) for key in self._to_table.get(table.printed, ())]
        return [*mine, *others]

    def of_key(self, table: Table, name: str) -> tuple[Side, Side] | None:
        """Return both sides of a foreign key; None if it is none between classes."""
        for key in self._of_table.get(table.printed, ()):
            if key.name == name:
                return self._holder(key), self._other(key)
        return None

    def _holder(self, key: Key) -> Side:
        name, other = self._sides[key.table.printed, key.name]
        options = self._options(key)
        if key.table is key.target:
            columns = self._listed(key.target, key.found["referenced columns"])
            options = {"remote_side": columns, **options}
        nullable = any(key.table.columns[column].get("nullable") for column in key.columns)
        if (key.table.printed, key.name) in self._late and nullable:
            options["post_update"] = "True"
        return Side(
            owner=key.table.printed,
            name=name,
            target=self._names.tables[key.target.printed],
            other=other,
            many=False,
            optional=nullable,
            holds_key=True,
            key=key.name,
            options=options,
        )

    def _other(self, key: Key) -> Side:
        name, other = self._sides[key.table.printed, key.name]
        many = not key.table.is_unique(key.columns)
        return Side(
            owner=key.target.printed,
            name=other,
            target=self._names.tables[key.table.printed],
            other=name,
            many=many,
            optional=not many,
            holds_key=False,
            key=key.name,
            options=self._options(key),
        )

    def _options(self, key: Key) -> dict[str, str]:
        """Return what both sides need for SQLAlchemy to find their way, and to find it right."""
        options: dict[str, str] = {}
        ways = {
            (here.printed, pairs(found))
            for here, there in ((key.table, key.target), (key.target, key.table))
            for found in here.foreign_keys.values()
            if found["references"] == there.printed
        }
        if len(ways) > 1:
            options["foreign_keys"] = self._listed(key.table, key.columns)
        if self._has_rival(key):
            options["primaryjoin"] = self._join(key)
        if shared := sorted(set(self._sharing(key))):
            options["overlaps"] = f'"{",".join(shared)}"'
        return options

    def _keys_between(self, key: Key) -> list[Key]:
        both = [
            *self._of_table.get(key.table.printed, ()),
            *(self._of_table.get(key.target.printed, ()) if key.target is not key.table else ()),
        ]
        return [other for other in both if other.pair == key.pair]

    def _has_rival(self, key: Key) -> bool:
        """Tell whether the same columns point to other columns of the same table as well."""
        rivals = key.table.foreign_keys.values()
        return any(
            found["references"] == key.target.printed
            and set(found["columns"]) == set(key.columns)
            and pairs(found) != pairs(key.found)
            for found in rivals
        )

    def _sharing(self, key: Key) -> Iterable[str]:
        """Yield the relationships of other foreign keys that write one of the same columns."""
        for other in self._of_table[key.table.printed]:
            if other is not key and set(other.columns) & set(key.columns):
                yield from self._sides[other.table.printed, other.name]

    def _listed(self, table: Table, columns: Sequence[str]) -> str:
        cls = self._names.tables[table.printed]
        names = [f"{cls}.{self._names.attributes(table)[column]}" for column in columns]
        return f'"{names[0]}"' if len(names) == 1 else f'"[{", ".join(names)}]"'

    def _join(self, key: Key) -> str:
        here, there = (self._names.tables[table.printed] for table in (key.table, key.target))
        mine, theirs = self._names.attributes(key.table), self._names.attributes(key.target)
        conditions = [
            f"{here}.{mine[one]} == remote({there}.{theirs[other]})"
            if key.table is key.target
            else f"{here}.{mine[one]} == {there}.{theirs[other]}"
            for one, other in zip(key.columns, key.found["referenced columns"], strict=True)
        ]
        joined = conditions[0] if len(conditions) == 1 else f"and_({', '.join(conditions)})"
        return f'"{joined}"'

    def _to_one_name(self, key: Key) -> str:
        target = snake_case(self._names.tables[key.target.printed])
        column = attribute(key.columns[0] if len(key.columns) == 1 else key.name)
        wanted = key.role or (f"{column}_{target}" if self._is_one_of_several(key) else target)
        return self._free(key.table, wanted, f"{column}_{target}")

    def _other_name(self, key: Key) -> str:
        one = snake_case(self._names.tables[key.table.printed])
        wanted = one if key.table.is_unique(key.columns) else plural(one)
        role = key.role or attribute(key.columns[0] if len(key.columns) == 1 else key.name)
        if key.table is key.target and role == "parent" and wanted != one:
            wanted = "children"
        elif key.table is key.target or self._is_one_of_several(key):
            wanted = f"{role}_{wanted}"
        return self._free(key.target, wanted, f"{role}_{wanted}")

    def _is_one_of_several(self, key: Key) -> bool:
        """Tell whether a table has more foreign keys to the same one."""
        return sum(other.table is key.table for other in self._keys_between(key)) > 1

    def _free(self, table: Table, wanted: str, otherwise: str) -> str:
        taken = self._taken[table.printed]
        name = attribute(wanted)
        if name in taken:
            name = unique(attribute(otherwise), taken)
        taken.add(name)
        return name
