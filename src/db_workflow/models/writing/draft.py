"""One piece of code under way: what writes its parts, and what it imports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db_workflow.catalog import Snapshot
from db_workflow.models.writing.circles import late_keys
from db_workflow.models.writing.classes import Classes
from db_workflow.models.writing.columns import Columns
from db_workflow.models.writing.constraints import Constraints
from db_workflow.models.writing.conventions import Naming
from db_workflow.models.writing.definitions import Definitions
from db_workflow.models.writing.imports import Imports
from db_workflow.models.writing.naming import Names
from db_workflow.models.writing.relationships import Relationships
from db_workflow.models.writing.surroundings import NOWHERE, Surroundings
from db_workflow.models.writing.tables import Table, joined_columns, read_tables
from db_workflow.models.writing.types import Types


class Schema:
    """What is decided once for a whole schema: names, relationships, circles."""

    def __init__(
        self,
        database: Snapshot,
        *,
        enums: Mapping[str, str],
        classes: Mapping[str, str],
        schemas: Sequence[str],
        base: str,
    ) -> None:
        self.schemas = tuple(schemas)
        self.tables: Mapping[str, Table] = read_tables(database, schemas=self.schemas)
        self.labels: Mapping[str, Sequence[str]] = {
            found.name: found.properties.get("labels") or () for found in database.of_kind("enum")
        }
        self.domains: Mapping[str, Mapping[str, Any]] = {
            found.name: found.properties for found in database.of_kind("domain")
        }
        self.names = Names(
            self.tables,
            # Without labels there is nothing that a class could have.
            [name for name, labels in self.labels.items() if labels],
            schemas=self.schemas,
            classes=classes,
            enum_classes=enums,
            base=base,
        )
        # The tables whose classes there are already.
        self.existing: frozenset[str] = frozenset(classes) & self.tables.keys()
        self.late = late_keys(self.tables)
        self.relationships = Relationships(self.tables, self.names, late=self.late)
        self.joined = joined_columns(self.tables.values())


@dataclass(frozen=True, slots=True)
class Draft:
    """What writes the parts of one piece of code, all with the same imports."""

    imports: Imports
    definitions: Definitions
    types: Types
    constraints: Constraints
    columns: Columns
    classes: Classes


def draft(
    schema: Schema,
    *,
    naming: Mapping[str, Any],
    known_enums: Mapping[str, str],
    enums_module: str | None,
    usual: Mapping[str, str] | None = None,
    surroundings: Surroundings = NOWHERE,
) -> Draft:
    """Begin a piece of code.

    Args:
        schema: what it is about.
        naming: the metadata's naming convention.
        known_enums: enum classes that exist where the code will stand.
        enums_module: where enum classes are imported from; None: they are written.
        usual: the type map of the module that is written as a whole; None: the code is for
            another module, and says everything.
        surroundings: what that module has.

    """
    imports = Imports(schema.names.taken | surroundings.taken, there=surroundings.imported)
    definitions = Definitions(
        imports, labels=schema.labels, known_enums=known_enums, enums_module=enums_module
    )
    types = Types(
        names=schema.names,
        domains=schema.domains,
        imports=imports,
        definitions=definitions,
        schemas=schema.schemas,
    )
    constraints = Constraints(
        naming=Naming(naming), imports=imports, schemas=schema.schemas, late=schema.late
    )
    columns = Columns(
        types=types,
        constraints=constraints,
        names=schema.names,
        tables=schema.tables,
        joined=schema.joined,
        imports=imports,
        usual=usual,
    )
    classes = Classes(
        columns=columns,
        constraints=constraints,
        relationships=schema.relationships,
        names=schema.names,
        tables=schema.tables,
        imports=imports,
        schemas=schema.schemas,
        with_helpers=usual is not None,
    )
    return Draft(imports, definitions, types, constraints, columns, classes)
