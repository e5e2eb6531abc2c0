"""SQLAlchemy 2 models for a database, as a person would write them."""

import difflib
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from db_workflow.catalog import Difference, Snapshot
from db_workflow.errors import ModelsError
from db_workflow.models.writing.alone import alone
from db_workflow.models.writing.changes import Changes
from db_workflow.models.writing.conventions import fitting_convention
from db_workflow.models.writing.draft import Draft, Schema, draft
from db_workflow.models.writing.imports import MODULES
from db_workflow.models.writing.module import module
from db_workflow.models.writing.surroundings import NOWHERE, Surroundings
from db_workflow.models.writing.tables import Table


class Writer:
    """Writes models for a snapshot.

    Args:
        database: the migrated schema.
        enums: classes that enum types have already, by printed type; others are named here.
        classes: classes that tables have already, by printed table.
        naming: the metadata's naming convention; None: none for single pieces, and for a whole
            module the one that fits the schema's names best.
        schemas: the first is printed plain, and is the models' default.
        enums_module: where enum classes are imported from; None: they are written.
        surroundings: what the models' module has.

    """

    def __init__(
        self,
        database: Snapshot,
        *,
        enums: Mapping[str, str] | None = None,
        classes: Mapping[str, str] | None = None,
        naming: Mapping[str, Any] | None = None,
        schemas: Sequence[str] = ("public",),
        enums_module: str | None = None,
        surroundings: Surroundings = NOWHERE,
    ) -> None:
        self._database = database
        self._enums = dict(enums or {})
        self._naming = naming
        self._enums_module = enums_module
        self._surroundings = surroundings
        self._schema = Schema(
            database,
            enums=self._enums,
            classes=dict(classes or {}),
            schemas=schemas,
            base=surroundings.base,
        )

    def module(self) -> str:
        """Return a whole models file."""
        naming = self._naming
        if naming is None:
            naming = fitting_convention(self._schema.tables.values())
        return module(
            self._schema,
            sequences={
                found.name: found.properties for found in self._database.of_kind("sequence")
            },
            naming=naming,
            enums_module=self._enums_module,
        )

    def table(self, printed_table: str) -> str:
        """Return a table's class as a file that adds it to the models.

        Above it stands what it needs, the base included; below it, what it adds to other classes.

        Raises:
            ModelsError: there is no such table, or it is one that models do not have.

        """
        table = self._found(printed_table)
        piece = draft(
            self._schema,
            naming=self._naming or {},
            known_enums=self._enums,
            enums_module=self._enums_module,
        )
        return alone(self._schema, piece, table, self._surroundings)

    def change(self, difference: Difference) -> str:
        """Return what to write for one difference, or what to remove.

        It is Python that can stand where it belongs; a comment stands above what goes elsewhere.
        What it needs is added to `imports`.
        """
        return "\n".join(self._changes.lines(difference))

    def enum_name(self, printed: str) -> str:
        """Return what the class of an enum type is called, there or to be written."""
        return self._schema.names.enums[printed]

    def enum(self, printed: str, *, base: str) -> str:
        """Return an enum type's class, derived from what enum classes derive from here."""
        if base in MODULES and not self._enums:
            self._piece.imports(base)
        return "\n".join(self._changes.enum(printed, base=base))

    @property
    def imports(self) -> str:
        """What the changes written so far need, and the models' module does not have."""
        blocks = ["\n".join(self._piece.imports.lines()), *self._piece.definitions.classes()]
        return "\n\n\n".join(filter(None, blocks))

    @cached_property
    def _piece(self) -> Draft:
        # An enum type without a class is a difference too: its class will be there.
        return draft(
            self._schema,
            naming=self._naming or {},
            known_enums=self._schema.names.enums,
            enums_module=self._enums_module,
            surroundings=self._surroundings,
        )

    @cached_property
    def _changes(self) -> Changes:
        return Changes(self._schema, self._piece)

    def _found(self, printed: str) -> Table:
        table = self._schema.tables.get(printed)
        if table is not None:
            return table
        near = difflib.get_close_matches(printed, self._schema.tables, n=3, cutoff=0.5)
        listed = ", ".join(near) or "none is near"
        found = next((one for one in self._database.objects if one.name == printed), None)
        if found is None:
            raise ModelsError(
                f"There is no table {printed} in the database.",
                why="only a table can be written as a class",
                next=f"name one that there is: {listed}",
            )
        what = found.kind
        if found.kind == "table":
            foreign = found.properties.get("form") == "foreign"
            what = "foreign table" if foreign else "partition; its parent has its columns"
        raise ModelsError(
            f"{printed} is a {what}.",
            why="models are made of tables that a migration can create and change by themselves",
            next=f"name a table: {listed}",
        )
