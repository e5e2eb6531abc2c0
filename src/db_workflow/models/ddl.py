"""The models as SQL, and that SQL in a database."""

from typing import TYPE_CHECKING, Any

import asyncpg

from db_workflow.catalog import Snapshot
from db_workflow.connection import quoted
from db_workflow.errors import ModelsError
from db_workflow.models.registry import Models
from db_workflow.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.schema import ExecutableDDLElement


def create_statements(models: Models) -> list[str]:
    """Return the statements that `metadata.create_all` sends to PostgreSQL, in order.

    Raises:
        ModelsError: a table or type of the models has no PostgreSQL form.

    """
    from sqlalchemy import create_mock_engine
    from sqlalchemy.exc import SQLAlchemyError

    statements: list[str] = []

    def keep(statement: "ExecutableDDLElement", *_: object, **__: object) -> None:
        statements.append(str(statement.compile(dialect=engine.dialect)).strip())

    engine = create_mock_engine("postgresql+asyncpg://", keep)
    try:
        models.base.metadata.create_all(engine, checkfirst=False)
    except (SQLAlchemyError, AttributeError, TypeError, ValueError) as error:
        raise ModelsError(
            f"The models cannot be written as SQL: {error}",
            why="they are compared with the database by creating them",
            next=f"mend {models.file.name}",
        ) from error
    return statements


async def create_models(
    connection: "asyncpg.Connection[Any]",
    models: Models,
    *,
    database: Snapshot,
    extensions: list[tuple[str, str]],
    settings: Settings,
) -> None:
    """Create the models in an empty database.

    What they may lean on but cannot create comes first: schemas, extensions, and functions that
    a default, a CHECK or an index may call.

    Args:
        connection: to the empty database.
        models: what to create.
        database: the migrated schema, for its functions.
        extensions: the migrated database's extensions with their schemas.
        settings: the repository.

    Raises:
        ModelsError: PostgreSQL refuses a statement; shows which.

    """
    for schema in {*settings.schemas, *(schema for _, schema in extensions)}:
        await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(schema)}")
    for name, schema in extensions:
        await connection.execute(
            f"CREATE EXTENSION IF NOT EXISTS {quoted(name)} SCHEMA {quoted(schema)} CASCADE"
        )
    await _create_functions(connection, database)
    statements = create_statements(models)
    if not statements:
        return
    try:
        await connection.execute(";\n".join(statements))
    except asyncpg.PostgresError:
        # All of it was one transaction and is gone; a second time, one by one, to find which.
        await _find_refused(connection, statements, models)
        raise
    await _invalidate(connection, models)


async def _invalidate(connection: "asyncpg.Connection[Any]", models: Models) -> None:
    """Make the constraints that the models call NOT VALID so.

    PostgreSQL takes the words in CREATE TABLE and ignores them: no row of a new table can break
    a constraint.
    """
    for table in models.base.metadata.tables.values():
        for constraint in table.constraints:
            if not constraint.dialect_kwargs.get("postgresql_not_valid"):
                continue
            found = await connection.fetchrow(
                "SELECT c.conrelid::regclass::text, pg_get_constraintdef(c.oid)"
                " FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid"
                " WHERE c.conname = $1 AND t.relname = $2 AND c.convalidated",
                str(constraint.name),
                table.name,
            )
            if found is not None:
                name = quoted(str(constraint.name))
                await connection.execute(
                    f"ALTER TABLE {found[0]} DROP CONSTRAINT {name},"
                    f" ADD CONSTRAINT {name} {found[1]} NOT VALID"
                )


async def _create_functions(connection: "asyncpg.Connection[Any]", database: Snapshot) -> None:
    await connection.execute("SET check_function_bodies = off")
    for found in database.of_kind("function"):
        definition = found.properties.get("definition")
        if definition is None:
            continue
        try:
            await connection.execute(definition)
        except asyncpg.PostgresError:
            continue  # it needs a type of the models; only what then calls it would notice
    await connection.execute("RESET check_function_bodies")


async def _find_refused(
    connection: "asyncpg.Connection[Any]", statements: list[str], models: Models
) -> None:
    for statement in statements:
        try:
            await connection.execute(statement)
        except asyncpg.PostgresError as error:
            raise ModelsError(
                f"PostgreSQL refuses what the models say: {error} ({error.sqlstate})\n"
                + "\n".join(f"    {line}" for line in statement.splitlines()),
                why="models that cannot be created cannot be the migrated schema",
                next=f"mend {models.file.name}, then invoke phase2",
                data={"statement": statement, "sqlstate": error.sqlstate},
            ) from error
