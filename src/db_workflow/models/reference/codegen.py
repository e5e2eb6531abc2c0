"""The migrated database as generated classes: a reference to read beside `models.py`.

sqlacodegen knows nothing of expression indexes, triggers, exclusion constraints or the
application's own names, so its output is never the models; it is where a person looks up what a
migration made of a table.
"""

import ast
import builtins
import os
import secrets
from pathlib import Path

from db_workflow.address import Address
from db_workflow.connection import connect
from db_workflow.console import Reporter, Silent
from db_workflow.errors import ModelsError
from db_workflow.settings import Settings

_HEADER = '''\
"""Generated from the migrated database by sqlacodegen: a reference, never a copy.

Read it beside the models and carry over what changed, by hand; then `invoke phase2` proves that
they agree with the database. Whatever is edited here is lost at the next `invoke codegen`.
"""

# ruff: noqa
# mypy: ignore-errors
'''


async def generate_reference(
    address: Address, *, settings: Settings, reporter: Reporter = Silent()
) -> Path:
    """Write the database's tables as SQLAlchemy classes into `codegen_reference`.

    The file is replaced as a whole once the code is complete and valid Python; no other file is
    touched. Views and the workflow's own schema are left out.

    Args:
        address: the migrated database; only read.
        settings: the repository.
        reporter: where sqlacodegen's remarks go, never into the file.

    Returns:
        The file.

    Raises:
        ModelsError: sqlacodegen is missing or failed, its code is no valid Python, or the
            setting names the models themselves.

    """
    target = settings.codegen_reference
    _refuse_models(target, settings)
    code, remarks = await _generate(address, settings)
    for remark in remarks:
        reporter.say(f"sqlacodegen: {remark}")
    text = f"{_HEADER}\n{code}"
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise ModelsError(
            f"sqlacodegen wrote invalid Python: line {error.lineno}: {error.msg}",
            why="a reference that cannot be read is none; the earlier one is unchanged",
            next="rename what the line shows (a column or type that is no Python name?),"
            " or report it to sqlacodegen",
        ) from error
    for name, line in _undefined(tree).items():
        reporter.say(
            f"sqlacodegen: line {line} of the reference uses {name}, which nothing there defines:"
            " it can be read, but not imported"
        )
    _replace(target, text)
    return target


def _undefined(tree: ast.Module) -> dict[str, int]:
    """Return the names that a module uses and nowhere binds, with the first line of each."""
    bound = set(dir(builtins))
    used: dict[str, int] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                bound |= {(one.asname or one.name).partition(".")[0] for one in names}
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.arg(arg=name):
                bound.add(name)
            case ast.Name(id=name, ctx=ast.Load(), lineno=line):
                used[name] = min(line, used.get(name, line))
            case ast.Name(id=name):
                bound.add(name)
    return {name: used[name] for name in sorted(used, key=used.__getitem__) if name not in bound}


def _refuse_models(target: Path, settings: Settings) -> None:
    """Refuse to write over the models, whichever setting is wrong."""
    for dotted in (settings.models.partition(":")[0], settings.enums):
        inside = Path(*dotted.split("."))
        for root in settings.import_paths:
            own = (root / inside).with_suffix(".py")
            if target.resolve() in {own.resolve(), (root / inside / "__init__.py").resolve()}:
                raise ModelsError(
                    f"`codegen_reference` names {settings.relative(own)}.",
                    why="the models are refined by hand; generated code would replace them",
                    next="let `codegen_reference` in pyproject.toml name another, git-ignored file",
                )


async def _generate(address: Address, settings: Settings) -> tuple[str, list[str]]:
    from sqlalchemy import NullPool
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.ext.asyncio import create_async_engine

    from db_workflow.models.reference.generator import generate_code

    # By a connection, not by a URL: no password passes through SQLAlchemy.
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: connect(address, purpose="codegen", read_only=True),
        poolclass=NullPool,
    )
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(generate_code, settings.schemas)
    except SQLAlchemyError as error:
        raise ModelsError(
            f"sqlacodegen could not read the database: {error}", next="invoke phase1"
        ) from error
    finally:
        await engine.dispose()


def _replace(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    half_done = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        half_done.write_text(text, encoding="utf-8")
        os.replace(half_done, target)  # noqa: PTH105 - a rename that replaces, on every system
    finally:
        half_done.unlink(missing_ok=True)
