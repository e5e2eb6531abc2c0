"""What the fields of a table in TABLE_CONFIG may hold, each judged by itself."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from db_workflow.testdata.declared.values import are_names, is_count, is_name, shown, sql_problems
from db_workflow.testdata.declared.virtual_keys import VirtualKey
from db_workflow.testdata.rules.rule import Rule

if TYPE_CHECKING:  # it is what asks
    from db_workflow.testdata.declared.tables import Table


def table_problems(table: "Table") -> list[str]:
    """Return what is wrong with the values of a table, field by field."""
    return [
        *(
            f"{field} {value!r} is no name"
            for field in ("name", "file", "variable", "factory")
            if not is_name(value := getattr(table, field))
        ),
        *_rules(table.columns),
        *sql_problems(where=table.where, order=table.order),
        *_limit(table),
        *_newest(table),
        *_children(table.children_of),
        *_references(table.references),
        *_truth(table.inherits),
    ]


def _rules(columns: Any) -> Iterator[str]:
    if not isinstance(columns, Mapping):
        yield f"columns {columns!r} is no dict of columns and their rules"
        return
    for name, rule in columns.items():
        if not is_name(name):
            yield f"columns has the key {name!r}, which is no column's name"
        if not isinstance(rule, Rule):
            hint = "; call it" if callable(rule) else ""
            yield f"columns[{name!r}] is {shown(rule)}, not a rule such as rules.keep(){hint}"


def _limit(table: "Table") -> Iterator[str]:
    limit: Any = table.limit
    if limit is None:
        return
    if not is_count(limit):
        yield f"limit {limit!r} is no number of rows"
    elif limit < 0:
        yield f"limit {limit} is below 0"


def _newest(table: "Table") -> Iterator[str]:
    newest: Any = table.newest
    if not is_name(newest) and not are_names(newest):
        yield f"newest {newest!r} is no column's name and no tuple of names"
    elif newest and table.order:
        yield "newest and order both say which rows come first"
    elif newest and table.limit is None and not table.children_of:
        yield "newest says which rows a limit leaves, and there is neither limit nor children_of"


def _children(children: Any) -> Iterator[str]:
    if not isinstance(children, Mapping):
        yield f"children_of {children!r} is no dict of foreign keys and numbers"
        return
    for key, count in children.items():
        if not key or not (is_name(key) or are_names(key)):
            yield f"children_of has the key {key!r}, which is no column's name and no tuple of them"
        if count is not None and (not is_count(count) or count < 0):
            yield f"children_of[{key!r}] is {count!r}, not a number of rows, nor None for all"


def _references(references: Any) -> Iterator[str]:
    if not isinstance(references, tuple | list):
        yield f"references is {shown(references)}, not a tuple of VirtualKey(…)"
        return
    for key in references:
        if not isinstance(key, VirtualKey):
            yield f"references has {shown(key)}, not a VirtualKey(…)"


def _truth(inherits: Any) -> Iterator[str]:
    if not isinstance(inherits, bool):
        yield f"inherits {inherits!r} is neither True nor False"
