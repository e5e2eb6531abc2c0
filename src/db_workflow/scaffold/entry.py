"""The entry of TABLE_CONFIG: suggested rules, each marked so that somebody still has to decide."""

import ast
import json
import re
import textwrap
from collections.abc import Iterator, Mapping

from db_workflow.scaffold.imports import Imports
from db_workflow.scaffold.splice import indented, laid_out
from db_workflow.testdata.declared.suggestions import Suggestion
from db_workflow.testdata.declared.tables import Table
from db_workflow.testdata.structure import Column

_INDENT = "    "
_PLAIN = re.compile(r"'([^'\"\\]*)'")


def entry_code(
    table: Table,
    suggested: Mapping[str, tuple[Column, Suggestion]],
    *,
    imports: Imports,
    width: int,
) -> str:
    """Return `Table(…)` in several lines.

    Args:
        table: its names.
        suggested: by column, the rule that it seems to need.
        imports: what the file calls things.
        width: how long a line may be; the entry itself stands four blanks in.

    """
    fields = [
        f"{json.dumps(table.name, ensure_ascii=False)},",
        *(f'{field}="{getattr(table, field)}",' for field in ("file", "variable", "factory")),
    ]
    if suggested:
        rules = imports.name("db_workflow.testdata", "rules")
        columns = "\n".join(
            line
            for column, found in suggested.values()
            for line in _column(column, found, rules, width)
        )
        fields.append(f"columns={{\n{indented(columns, _INDENT)}\n}},")
    body = indented("\n".join(fields), _INDENT)
    return f"{imports.name('db_workflow.testdata', 'Table')}(\n{body}\n)"


def _column(column: Column, found: Suggestion, rules: str, width: int) -> Iterator[str]:
    why = f"{column.type}: {found.why}" if found.why else column.type
    yield from textwrap.wrap(
        why, width - 3 * len(_INDENT), initial_indent="# ", subsequent_indent="# "
    )
    rule = re.sub(r"\brules\.", f"{rules}.", _PLAIN.sub(r'"\1"', found.rule))
    name = json.dumps(column.name, ensure_ascii=False)
    opening = f"{name}: {rules}.undecided("
    room = width - 3 * len(_INDENT)
    if len(opening + rule + "),") > room or "\n" in rule:
        rule = _in_lines(rule, room - len(_INDENT))
    yield laid_out(opening, (rule,), "),", width=room, indent="", last_comma=False)


def _in_lines(rule: str, width: int) -> str:
    """Return `json({…})` with a line for each path; any other rule as it is."""
    call = ast.parse(rule, mode="eval").body
    if not (isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Dict)):
        return rule
    paths = call.args[0]
    pairs = [f"{_code(rule, key)}: {_code(rule, value)}" for key, value in _pairs(paths)]
    opening = f"{_code(rule, call.func)}("
    flat = f"{opening}{{{', '.join(pairs)}}})"
    if len(flat) <= width:
        return flat
    body = laid_out("{", pairs, "}", width=0, indent="")
    return f"{opening}\n{indented(body, _INDENT)}\n)"


def _pairs(found: ast.Dict) -> Iterator[tuple[ast.expr, ast.expr]]:
    for key, value in zip(found.keys, found.values, strict=True):
        if key is not None:
            yield key, value


def _code(text: str, node: ast.expr) -> str:
    return ast.get_source_segment(text, node) or ""
