"""sqlacodegen over an open connection: its code, its remarks, and what it leaves out silently."""

import contextlib
import io
import sys
import warnings
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from db_workflow.errors import ModelsError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Constraint, MetaData

# Joined inheritance would be guessed from shared primary keys, and two paths to one parent then
# give classes that do not configure.
_OPTIONS = ("nojoined",)

# Partitions are parts of their tables, and an extension's tables are the extension's.
_SKIPPED = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relispartition OR EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e'
)
"""
# SQLAlchemy's words on what nobody who reads the reference has done or can mend: options that it
# reflects itself and then does not know, and tables that reference each other in a circle.
_ASIDE = ("Can't validate argument", "Cannot correctly sort tables")
# What is in the tables, and that sqlacodegen leaves out, or writes so that it says something else.
_UNSAID = """
WITH mine AS (SELECT oid FROM pg_namespace WHERE nspname = ANY (:schemas))
SELECT 'expression index', indexrelid::regclass::text
FROM pg_index JOIN pg_class c ON c.oid = indexrelid
WHERE indexprs IS NOT NULL AND relnamespace IN (SELECT oid FROM mine) AND NOT relispartition
UNION ALL
SELECT 'exclusion constraint', quote_ident(conname)
FROM pg_constraint
WHERE contype = 'x' AND connamespace IN (SELECT oid FROM mine) AND conparentid = 0
UNION ALL
SELECT 'domain', oid::regtype::text
FROM pg_type WHERE typtype = 'd' AND typnamespace IN (SELECT oid FROM mine)
UNION ALL
SELECT 'enum of a name that two schemas have', quote_ident(typname)
FROM pg_type WHERE typtype = 'e' AND typnamespace IN (SELECT oid FROM mine)
GROUP BY typname HAVING count(*) > 1
ORDER BY 1, 2
"""


def generate_code(connection: "Connection", schemas: tuple[str, ...]) -> tuple[str, list[str]]:
    """Return the tables of some schemas as classes, and what a reader has to know besides.

    Raises:
        ModelsError: sqlacodegen is missing, or failed on this schema.

    """
    generator = _generator()
    printed = io.StringIO()
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(printed):
        warnings.simplefilter("always")
        try:
            metadata = _reflected(connection, schemas)
            with _in_one_order():
                code: str = generator(metadata, connection, _OPTIONS).generate()
        except Exception as error:
            raise ModelsError(
                f"sqlacodegen failed on this schema: {type(error).__name__}: {error}",
                why="its code is only for reading: phase 2 does without it",
                next="invoke phase2 --suggest TABLE writes a table without it",
            ) from error
    remarks = [" ".join(str(one.message).split()) for one in caught if _is_news(one)]
    remarks += printed.getvalue().splitlines()
    return code, [*dict.fromkeys(remarks), *_unsaid(connection, schemas)]


def _is_news(warning: warnings.WarningMessage) -> bool:
    """Tell whether a warning is about the database, and not about the libraries."""
    aside = str(warning.message).startswith(_ASIDE)
    return not aside and not issubclass(warning.category, DeprecationWarning)


def _reflected(connection: "Connection", schemas: tuple[str, ...]) -> "MetaData":
    from sqlalchemy import MetaData

    metadata = MetaData()
    default = connection.dialect.default_schema_name
    skipped = {tuple(row) for row in connection.exec_driver_sql(_SKIPPED)}
    for schema in schemas:
        without = {name for owner, name in skipped if owner == schema}
        metadata.reflect(
            connection,
            # The default schema's tables go without a prefix, as the models have them.
            schema=None if schema == default else schema,
            only=lambda name, _, without=without: name not in without,
        )
    return metadata


def _unsaid(connection: "Connection", schemas: tuple[str, ...]) -> list[str]:
    from sqlalchemy import text

    found: dict[str, list[str]] = {}
    for kind, name in connection.execute(text(_UNSAID), {"schemas": list(schemas)}):
        found.setdefault(kind, []).append(name)
    return [f"not as it is: {kind} {', '.join(names)}" for kind, names in found.items()]


def _generator() -> Any:
    try:
        with _inflect_on_demand():
            from sqlacodegen.generators import DeclarativeGenerator
    except ImportError as error:
        raise ModelsError(
            f"sqlacodegen cannot be used: {error}.", next="pip install 'sqlacodegen>=4.0'"
        ) from error
    return DeclarativeGenerator


@contextlib.contextmanager
def _in_one_order() -> Iterator[None]:
    """Let sqlacodegen write constraints on the same columns in the order of their names.

    Tables keep them in sets. It sorts these by kind and columns alone, so that what is like in
    both stood where its address in memory put it, and relationships were called after that.
    """
    generators: Any = import_module("sqlacodegen.generators")
    usual = generators.get_constraint_sort_key

    def with_name(constraint: "Constraint") -> str:
        return f"{usual(constraint)}\0{constraint.name}"

    generators.get_constraint_sort_key = with_name
    try:
        yield
    finally:
        generators.get_constraint_sort_key = usual


@contextlib.contextmanager
def _inflect_on_demand() -> Iterator[None]:
    """Let sqlacodegen be imported without inflect, which it asks only when told to (it is not).

    Importing it takes longer than everything else here together: type checks are compiled into
    its functions while it loads.
    """
    if "inflect" in sys.modules:
        yield
        return
    later = ModuleType("inflect")
    later.__dict__["engine"] = _Engine
    sys.modules["inflect"] = later
    try:
        yield
    finally:
        del sys.modules["inflect"]


class _Engine:
    """inflect's engine, made when it is first asked for something."""

    def __getattr__(self, name: str) -> Any:
        import inflect

        return getattr(inflect.engine(), name)
