"""What else names a column or a table that is called otherwise, and breaks with the old name."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from db_workflow.models.writing.columns import column_keys
from db_workflow.models.writing.elements import quoted
from db_workflow.models.writing.tables import Table, is_nameable


def entries_naming(table: Table, column: str) -> Iterator[tuple[str, str]]:
    """Yield what of a table names one of its columns, but not at that column: kind and name."""
    for name, found in table.constraints.items():
        # A primary key that columns say is said by the column itself.
        if name not in column_keys(table, column) and _names(found, column):
            yield "constraint", name
    for name, found in table.indexes.items():
        if _names(found, column):
            yield "index", name


def columns_naming(table: Table, column: str) -> list[str]:
    """Return a table's other columns that are computed from a column."""
    return [
        name
        for name, found in table.columns.items()
        if name != column and found.get("generated") and _is_in(found["generated"], column)
    ]


def keys_naming(
    tables: Mapping[str, Table], referenced: Table, column: str | None = None
) -> Iterator[tuple[Table, str]]:
    """Yield the foreign keys to a table, or to one of its columns: table and name.

    Those that no name can say are left out: they break by themselves with a KeyError.
    """
    for table in tables.values():
        for name, found in table.foreign_keys.items():
            if found["references"] != referenced.printed or not is_nameable(found):
                continue
            if column is None or column in found["referenced columns"]:
                yield table, name


def _names(found: Mapping[str, Any], column: str) -> bool:
    elements = found.get("elements") or []
    plain = [
        *(found.get("columns") or ()),
        *(found.get("include") or ()),
        *(element.get("column") for element in elements),
    ]
    sql = [
        found.get("expression"),
        found.get("predicate"),
        *(element.get("expression") for element in elements),
    ]
    return column in plain or any(_is_in(one, column) for one in sql if one)


def _is_in(sql: str, column: str) -> bool:
    """Tell whether SQL may name a column; too often rather than too seldom."""
    return bool(re.search(rf'(?<![\w"]){re.escape(quoted(column))}(?![\w"])', sql))
