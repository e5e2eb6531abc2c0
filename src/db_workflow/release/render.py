"""A checklist as text, Markdown or JSON."""

import json
from dataclasses import asdict

from db_workflow.release.checklist import Checklist

_MARKS = {"pass": "✓", "fail": "✗", "not applicable": "·"}
_BOXES = {"pass": "[x]", "fail": "[ ]", "not applicable": "[-]"}


def render(checklist: Checklist, *, style: str) -> str:
    """Return the checklist as `text`, `md` or `json`; ends with a newline."""
    if style == "json":
        whole = {**asdict(checklist), "releasable": checklist.releasable}
        return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
    return _markdown(checklist) if style == "md" else _text(checklist)


def _markdown(checklist: Checklist) -> str:
    lines = [f"# Release checklist, version {checklist.version}", "", f"{checklist.summary}", ""]
    for item in checklist.items:
        lines.append(f"- {_BOXES[item.state]} **{item.title}** ({item.state}; `{item.command}`)")
        lines += [f"  - {sentence}" for sentence in item.evidence]
    return "\n".join(lines) + "\n"


def _text(checklist: Checklist) -> str:
    lines = []
    for item in checklist.items:
        lines.append(f"{_MARKS[item.state]} {item.title}")
        lines += [f"    {sentence}" for sentence in item.evidence]
        if item.state == "fail":
            lines.append(f"    shown by: {item.command}")
    return "\n".join([*lines, "", checklist.summary]) + "\n"
