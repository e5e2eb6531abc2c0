"""The names of classes, attributes and enum classes, each chosen once for a whole schema."""

import keyword
from collections.abc import Mapping, Sequence

from db_workflow.models.naming.names import attribute, pascal_case, unique
from db_workflow.models.writing.imports import MODULES
from db_workflow.models.writing.surroundings import BASE
from db_workflow.models.writing.tables import Table, place
from db_workflow.nouns import singular

# What a module of models has beside its classes; an import can be renamed, these not.
ENUM_BASE = "DatabaseEnum"
OTHER_TYPE = "PostgresType"
_OWN = {BASE, ENUM_BASE, OTHER_TYPE, "_mapper_args", "_to_one", "_to_many", "re"}


class Names:
    """What things are called in Python.

    Args:
        tables: by printed name.
        enums: the printed names of enum types.
        schemas: the first is the models' default.
        classes: classes that tables have already, by printed name.
        enum_classes: classes that enum types have already.
        base: the declarative base.

    """

    def __init__(
        self,
        tables: Mapping[str, Table],
        enums: Sequence[str],
        *,
        schemas: Sequence[str],
        classes: Mapping[str, str],
        enum_classes: Mapping[str, str],
        base: str = BASE,
    ) -> None:
        self.base = base
        self._own = _OWN | {base}
        self.enums = {name: found for name, found in enum_classes.items() if name in enums}
        self.tables = {name: found for name, found in classes.items() if name in tables}
        self._choose_tables(tables)
        self._choose_enums(enums, schemas)
        self._attributes: dict[str, dict[str, str]] = {}

    @property
    def taken(self) -> frozenset[str]:
        """Every name that a class or a table has."""
        return frozenset({*self.tables.values(), *self.enums.values()})

    def attributes(self, table: Table) -> Mapping[str, str]:
        """Return the attributes of a table's columns, by column."""
        if table.printed not in self._attributes:
            chosen: dict[str, str] = {}
            for column in table.columns:
                name = attribute(column)
                if name in MODULES or name in self._own or name in self.enums.values():
                    name = f"{name}_"
                chosen[column] = unique(name, chosen.values())
            self._attributes[table.printed] = chosen
        return self._attributes[table.printed]

    def _choose_tables(self, tables: Mapping[str, Table]) -> None:
        """Name classes; where two would have one name, the plural in the first schema has it."""

        def rank(table: Table) -> tuple[bool, bool, str]:
            return table.schema is not None, singular(table.name) == table.name, table.printed

        for table in sorted(tables.values(), key=rank):
            if table.printed in self.tables:
                continue
            if not table.identity:
                self.tables[table.printed] = self._free(attribute(table.name), table)
                continue
            name = _class_name(pascal_case(singular(table.name)), "Table")
            self.tables[table.printed] = self._free(name, table)

    def _choose_enums(self, enums: Sequence[str], schemas: Sequence[str]) -> None:
        """Name enum classes; where two would have one name, the type in the first schema has it."""
        places = {printed: place(printed, schemas=schemas) for printed in enums}
        for printed in sorted(places, key=lambda one: (places[one][0] is not None, one)):
            if printed in self.enums:
                continue
            schema, plain = places[printed]
            name = _class_name(pascal_case(plain), "Enum")
            if not self._is_free(name):
                name = f"{pascal_case(schema)}{name}" if schema else f"{name}Enum"
                name = _class_name(name, "Enum")
            self.enums[printed] = unique(name, self.taken | self._own)

    def _free(self, name: str, table: Table) -> str:
        if self._is_free(name):
            return name
        if table.identity:
            name = f"{pascal_case(table.schema)}{name}" if table.schema else f"{name}Row"
            name = _class_name(name, "Table")
        else:
            name = attribute(f"{table.schema}_{name}") if table.schema else f"{name}_rows"
        return unique(name, self.taken | self._own)

    def _is_free(self, name: str) -> bool:
        return not (keyword.iskeyword(name) or name in self.taken or name in self._own)


def _class_name(name: str, kind: str) -> str:
    """Return a name that a class can have: not one that begins with a digit."""
    return name if name.isidentifier() else f"{kind}{name}"
