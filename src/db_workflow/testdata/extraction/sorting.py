"""The order of a table's rows in its files, and which of them come first where some are left."""

from db_workflow.connection import quoted
from db_workflow.testdata.declared.tables import Classified
from db_workflow.testdata.declared.virtual_keys import names
from db_workflow.testdata.structure import TableStructure


def sort_key(structure: TableStructure) -> str:
    """Return what to sort a table `t` by: its primary key, or all columns as text without one."""
    parts = []
    for name in structure.primary_key or structure.written:
        column = structure.columns[name]
        if column.kind == "text" or not structure.primary_key:
            parts.append(f't.{quoted(name)}::text COLLATE "C"')
        else:
            parts.append(f"t.{quoted(name)}")
    return ", ".join(parts)


def first_rows(entry: Classified) -> str:
    """Return what to sort a table `t` by so that the rows to leave come first.

    The primary key decides between equal ones, so that the same rows are left each time.
    """
    key = sort_key(entry.structure)
    if entry.table.order:
        # The line's end: it may end in a comment.
        return f"{entry.table.order}\n, {key}"
    parts = []
    for name in names(entry.table.newest):
        # Nothing is as new as what has no date, says DESC; said only where it matters, because an
        # index does not sort so.
        last = "" if entry.structure.columns[name].not_null else " NULLS LAST"
        parts.append(f"t.{quoted(name)} DESC{last}")
    return ", ".join((*parts, key))
