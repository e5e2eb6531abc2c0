"""Generated rows on their way in: a temporary table beside each table, filled by COPY."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from db_workflow.connection import quoted
from db_workflow.errors import TestDataError
from db_workflow.testdata.files.reading import DataFile
from db_workflow.testdata.seeding.sending import chunks, require_columns
from db_workflow.testdata.structure import TableStructure

# The place of a row in its file. No column of an application is called this.
ROW = '"db_workflow row"'


@dataclass(slots=True)
class Stage:
    """The temporary copy of one file's rows.

    Attributes:
        structure: the table they are for.
        columns: the columns of the file.
        count: how many rows the file has.
        name: the temporary table.
        original: its copy from before the first change; the same table until then.
        rewritten: whether its foreign keys were changed to follow rows that gave way.

    """

    structure: TableStructure
    columns: tuple[str, ...]
    count: int
    name: str
    original: str = field(init=False)
    rewritten: bool = False

    def __post_init__(self) -> None:
        self.original = self.name

    async def keep_original(self, connection: "asyncpg.Connection[Any]") -> None:
        """Keep the rows as they came, before the first change to them."""
        if self.original == self.name:
            self.original = f"{self.name}_original"
            await connection.execute(
                f"CREATE TEMP TABLE {self.original} ON COMMIT DROP AS TABLE {self.name}"
            )


async def stage_file(
    connection: "asyncpg.Connection[Any]", structure: TableStructure, file: DataFile, number: int
) -> Stage:
    """Load a file's rows into a temporary table with the real table's types.

    Raises:
        TestDataError: the file has other columns than the table, a value does not fit, or the file
            was changed since it was proven.

    """
    require_columns(structure, file)
    columns = file.rows.columns
    stage = Stage(structure, columns, len(file.rows), f"db_workflow_stage_{number}")
    await connection.execute(
        # With the computed columns, because a unique index may stand on one.
        f"CREATE TEMP TABLE {stage.name} (LIKE {structure.sql} INCLUDING GENERATED,"
        f" {ROW} bigint GENERATED ALWAYS AS IDENTITY) ON COMMIT DROP"
    )
    try:
        await connection.copy_to_table(
            stage.name, source=chunks(file), columns=columns, format="text"
        )
    except asyncpg.PostgresError as error:
        raise TestDataError(
            f"{file.path.name} does not fit the table {structure.name}: {server_said(error)}",
            next="invoke generate",
        ) from error
    return stage


def listed(columns: Sequence[str], *, alias: str = "") -> str:
    """Return columns in quotes, separated by commas, each with an alias before it."""
    prefix = f"{alias}." if alias else ""
    return ", ".join(prefix + quoted(name) for name in columns)


def equal(left: str, left_columns: Sequence[str], right: str, right_columns: Sequence[str]) -> str:
    """Return the condition that columns of two aliases are the same."""
    return " AND ".join(
        f"{left}.{quoted(here)} = {right}.{quoted(there)}"
        for here, there in zip(left_columns, right_columns, strict=True)
    )


def server_said(error: BaseException) -> str:
    """Return what the server said about a refusal, on one line, with the values it names."""
    message = str(error.args[0] if error.args else type(error).__name__)
    detail = getattr(error, "detail", None)
    return f"{message} ({detail.rstrip('.')})" if detail else message
