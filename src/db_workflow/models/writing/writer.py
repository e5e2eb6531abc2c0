"""SQLAlchemy 2 models for a database, as a person would write them."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from db_workflow.catalog import Difference, Snapshot
from db_workflow.errors import ModelsError
from db_workflow.models.writing.changes import Changes
from db_workflow.models.writing.conventions import fitting_convention
from db_workflow.models.writing.draft import Draft, Schema, draft
from db_workflow.models.writing.module import module
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
    ) -> None:
        self._database = database
        self._enums = dict(enums or {})
        self._naming = naming
        self._enums_module = enums_module
        self._schema = Schema(
            database, enums=self._enums, classes=dict(classes or {}), schemas=schemas
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
            known_enums=self._enums,
            enums_module=self._enums_module,
        )

    def table(self, printed_table: str) -> str:
        """Return a table's class, what it imports above it, the other sides below it.

        Raises:
            ModelsError: there is no such table, or it is one that models do not have.

        """
        table = self._found(printed_table)
        piece = self._draft()
        written = Changes(self._schema, piece).table(table)
        parts = [*piece.definitions.classes(), "\n".join(written)]
        return "\n".join(piece.imports.lines()) + "\n\n\n" + "\n\n\n".join(parts) + "\n"

    def change(self, difference: Difference) -> str:
        """Return what to write for one difference, or what to remove.

        It is Python that can stand where it belongs; what goes elsewhere is a comment.
        """
        return "\n".join(Changes(self._schema, self._draft()).lines(difference))

    def _draft(self) -> Draft:
        return draft(
            self._schema,
            naming=self._naming or {},
            known_enums=self._enums,
            enums_module=self._enums_module,
        )

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
