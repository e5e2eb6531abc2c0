"""The order of a table's rows in its files, and which of them come first where some are left."""

from db_workflow.connection import quoted
from db_workflow.testdata.declared.tables import Classified
from db_workflow.testdata.declared.virtual_keys import names
from db_workflow.testdata.rules.pseudonyms import Pseudonyms
from db_workflow.testdata.structure import TableStructure


def sort_key(structure: TableStructure) -> str:
    """Return what to sort a table `t` by: its primary key, or all columns as text without one."""
    return structure.key_order


def file_order(entry: Classified, by: Pseudonyms) -> str:
    """Return what to sort a table `t` by in its files.

    By its key, as `sort_key` does, if that is kept. Not by what is hidden: in the order of their
    real addresses, whoever knows all of them would know whose row is whose. Such rows come in an
    order that the holder of the pseudonyms' key alone can tell, each time the same.
    """
    structure = entry.structure
    key = structure.primary_key or structure.written
    if all(name in entry.rules and entry.rules[name].keeps for name in key):
        return sort_key(structure)
    salt = by.digest("order of rows", structure.name).hex()
    columns = ", ".join(f"t.{quoted(name)}" for name in key)
    return f"sha256(textsend('{salt}' || ROW({columns})::text))"


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
