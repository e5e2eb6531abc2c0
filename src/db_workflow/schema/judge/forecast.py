"""A preview as a person reads it, 100 columns wide at the most."""

import textwrap
from itertools import groupby
from typing import TYPE_CHECKING

from db_workflow.schema.run.measured import size_text

if TYPE_CHECKING:  # the preview prints itself through this
    from db_workflow.schema.judge.preview import PlannedStep, Preview
    from db_workflow.schema.judge.sizes import TableSize

_WIDTH = 100


def forecast_text(preview: "Preview") -> str:
    """Return a preview, version by version."""
    if not preview.steps:
        return _nothing(preview)
    lines: list[str] = []
    for version, group in groupby(preview.steps, key=lambda step: step.version):
        steps = list(group)
        begun = any(step.reason != "version not begun" for step in steps)
        lines += [f"version {version}" + (" (begun)" if begun else ""), *_table(steps), ""]
    running = len(preview.steps) - len(preview.left_out)
    lines.append(f"{running} to run, {preview.applied} in the ledger already")
    if preview.later:
        lines.append(f"{preview.later} more are pending behind --to")
    lines += _left_out(preview)
    if any(step.tables for step in preview.steps):
        lines += _wrapped(
            "Tables are those that a step's SQL names, with the server's estimates; what it locks"
            " is measured when it runs.",
            "",
        )
    return "\n".join(lines)


def _nothing(preview: "Preview") -> str:
    text = f"nothing to do: the ledger has {preview.applied} steps, and none is pending"
    return text + (f" up to there; {preview.later} are behind --to" if preview.later else "")


def _table(steps: "list[PlannedStep]") -> list[str]:
    how = [_how(step) for step in steps]
    room = _WIDTH - 6 - 2 - max(map(len, how)) - 2 - max(len(step.reason) for step in steps)
    width = min(max(len(step.name) for step in steps), room)
    lines = []
    for step, words in zip(steps, how, strict=True):
        name = _cut(step.name, width)
        wide = max(map(len, how))
        lines.append(
            f"{step.position:>4}  {name:<{width}}  {words:<{wide}}  {step.reason}".rstrip()
        )
        for table in step.tables:
            lines += _wrapped(_size_text(table), " " * 8)
        for note in step.notes:
            lines += _wrapped(f"note: {note}", " " * 8)
    return lines


def _how(step: "PlannedStep") -> str:
    if step.left_out:
        return f"{step.kind}, LEFT OUT"
    return step.kind if step.transaction else f"{step.kind}, no transaction"


def _size_text(table: "TableSize") -> str:
    rows = "rows unknown" if table.rows is None else f"about {table.rows:,} rows"
    return f"names {table.name}: {rows}, {size_text(table.bytes)}" + ("  BIG" if table.big else "")


def _left_out(preview: "Preview") -> list[str]:
    if not preview.left_out:
        return []
    text = (
        f"--sql-only leaves out {', '.join(preview.left_out)}: phase 1 does not hold without it,"
        " and only a reset brings it back once later steps have run"
    )
    if preview.needing:
        text += f"; {', '.join(preview.needing)} may need what it does"
    return _wrapped(f"{text}.", "")


def _wrapped(text: str, indent: str) -> list[str]:
    hanging = indent + "  " if indent else ""
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=hanging)


def _cut(name: str, width: int) -> str:
    """Return a name within a width; its end says more than its beginning."""
    return name if len(name) <= width else "…" + name[len(name) - width + 1 :]
