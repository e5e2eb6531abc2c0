"""The models that are written for a schema import, agree with it, and keep the conventions."""

import ast
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from db_workflow.catalog import differences, read_snapshot
from db_workflow.connection import session
from db_workflow.databases import create_database
from db_workflow.models import compare_models
from db_workflow.models.created.ddl import define
from db_workflow.models.source.registry import load_models
from db_workflow.models.writing import Writer
from db_workflow.settings import load_settings

ROOT = Path(__file__).parents[2]
SCHEMAS = Path(__file__).parent / "written_models"
CASES = sorted(path.stem for path in SCHEMAS.glob("*.sql"))


def header(case, word):
    """Return what a schema's file says after `-- word:`."""
    for line in (SCHEMAS / f"{case}.sql").read_text("utf-8").splitlines():
        if line.startswith(f"-- {word}: "):
            return line.removeprefix(f"-- {word}: ").split()
    return []


class Library:
    """A repository whose models are written from its database."""

    def __init__(self, server, settings, *, schemas=("public",)):
        self.server = server
        models = f"{settings.project}_models"
        self.file = settings.root / f"{models}.py"
        self.settings = replace(settings, schemas=tuple(schemas), enums=models)

    async def create(self, sql):
        settings = self.settings
        await create_database(
            self.server, settings.test_database, project=settings.project, role="test"
        )
        async with session(settings.test_address, purpose="test") as connection:
            await connection.execute(sql)

    async def snapshot(self):
        async with session(self.settings.test_address, purpose="test") as connection:
            return await read_snapshot(connection, schemas=self.settings.schemas)

    async def compared(self, code):
        self.file.write_text(code, "utf-8")
        async with session(self.settings.test_address, purpose="test") as connection:
            return await compare_models(self.server, connection, settings=self.settings)

    async def write(self, **options):
        """Write the models, and return the code and what the comparison says."""
        writer = Writer(await self.snapshot(), schemas=self.settings.schemas, **options)
        code = writer.module()
        return code, await self.compared(code)


def ruff(*arguments, code):
    """Return what ruff says about code with this checkout's settings."""
    return subprocess.run(
        [sys.executable, "-m", "ruff", *arguments, "--stdin-filename", ROOT / "src/x.py", "-"],
        input=code,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    ).stdout


@pytest.mark.parametrize("case", CASES)
async def test_written_models_agree_with_their_schema(server, tiny_settings, case):
    library = Library(server, tiny_settings, schemas=header(case, "schemas") or ["public"])
    await library.create((SCHEMAS / f"{case}.sql").read_text("utf-8"))
    code, found = await library.write()
    shown = f"{found}\n{code}"
    assert not found.differences, shown
    assert not found.enums, shown
    assert not found.warnings, shown
    # What the schema itself breaks; nothing else may be.
    assert {breach.rule for breach in found.breaches} == set(header(case, "breaks")), shown
    if case != "names":  # names that fill a line leave nothing to format
        assert ruff("format", "--diff", code=code) == ""
        assert ruff("check", "--quiet", code=code) == ""


async def test_the_models_of_this_checkout_can_be_written_anew(server, tiny_settings):
    own = load_models(load_settings(ROOT, environment={}))
    library = Library(server, tiny_settings)
    found = define(own)
    await library.create(";\n".join([*found.types.values(), *found.tables, *found.own]))
    code, found = await library.write(naming=own.base.metadata.naming_convention)
    assert found.agrees, f"{found}\n{code}"
    assert not found.warnings
    assert ruff("format", "--diff", code=code) == ""
    assert ruff("check", "--quiet", code=code) == ""
    # The naming convention is found again, without being told.
    assert Writer(await library.snapshot()).module() == code


NAMING = {
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
}
NEW_IMPORTS = """
from datetime import *
from sqlalchemy import *
from sqlalchemy.dialects.postgresql import *
"""
# What is done to the database of shop.sql, and the class that then changes.
MUTATIONS = {
    "ALTER TABLE orders ADD due date NOT NULL DEFAULT '2030-01-01'": "Order",
    "ALTER TABLE customers ALTER name SET NOT NULL": "Customer",
    "ALTER TABLE products ADD CONSTRAINT priced CHECK (title <> ':x')": "Product",
    "CREATE INDEX ON invoices (paid_at)": "Invoice",
    "CREATE UNIQUE INDEX odd ON invoices (date_trunc('day', paid_at, 'UTC') DESC)": "Invoice",
    "ALTER TABLE products ADD CONSTRAINT odd EXCLUDE USING hash (title WITH =)": "Product",
}


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_what_is_written_for_a_change_closes_the_difference(server, tiny_settings, mutation):
    library = Library(server, tiny_settings)
    await library.create((SCHEMAS / "shop.sql").read_text("utf-8"))
    before = await library.snapshot()
    code = Writer(before, naming=NAMING).module()
    async with session(library.settings.test_address, purpose="test") as connection:
        await connection.execute(mutation)
    after = await library.snapshot()
    (one,) = differences(after, before)
    written = Writer(after, naming=NAMING).change(one)
    code = code.replace("import re\n", f"import re\n{NEW_IMPORTS}")
    code = _put(code, MUTATIONS[mutation], written)
    found = await library.compared(code)
    assert not found.differences, f"{found}\n{written}"


def _put(code, name, written):
    """Put written lines into a class, as the person who reads them would."""
    start = code.index(f"class {name}(Base):")
    head, body = code[:start], code[start:]
    if not written.startswith("# in __table_args__:"):
        attribute = written.partition(":")[0]
        end = body.find("\n\n\n") if "\n\n\n" in body else len(body)
        kept = _without(body[:end], attribute)
        indented = "\n".join(f"    {line}" for line in written.splitlines())
        return f"{head}{kept}\n{indented}\n{body[end:]}"
    entries = "\n".join(f"        {line}" for line in written.splitlines()[1:])
    table = body.index("    __tablename__")
    line_end = body.index("\n", table) + 1
    rest = body[line_end:]
    extra = f"    __table_args__ = (\n{entries}\n    )\n"
    if rest.startswith("    __table_args__ = ("):
        opening = len("    __table_args__ = (")
        rest = f"    __table_args__ = (\n{entries}{rest[opening:]}"
        extra = ""
    return f"{head}{body[:line_end]}{extra}{rest}"


def _without(body, attribute):
    """Return a class's code without one of its attributes."""
    tree = ast.parse(body)
    lines = body.splitlines()
    for node in tree.body[0].body:
        if isinstance(node, ast.AnnAssign) and node.target.id == attribute:
            del lines[node.lineno - 1 : node.end_lineno]
    return "\n".join(lines)
