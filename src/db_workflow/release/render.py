"""A checklist as text, Markdown, JSON or HTML."""

import json

from db_workflow.release.checklist import Checked
from db_workflow.release.result import Checklist

STYLES = ("text", "md", "json", "html")
_MARKS = {"pass": "✓", "fail": "✗", "not applicable": "·"}
_BOXES = {"pass": "[x]", "fail": "[ ]", "not applicable": "[-]"}


def render(checked: Checked, *, style: str) -> str:
    """Return the checklist in one of `STYLES`; ends with a newline."""
    checklist = checked.checklist
    if style == "json":
        return json.dumps(checklist.to_json(), indent=2, ensure_ascii=False) + "\n"
    if style == "html":
        from db_workflow.release.report import html  # only this format pays for it

        return html(checklist, checked.rehearsal)
    return _markdown(checklist) if style == "md" else _text(checklist)


def _markdown(checklist: Checklist) -> str:
    lines = [f"# Release checklist, version {checklist.version}", "", f"{checklist.summary}", ""]
    for item in checklist.items:
        lines.append(f"- {_BOXES[item.state]} **{item.title}** ({item.state}; `{item.command}`)")
        lines += [f"  - {sentence}" for sentence in item.evidence]
    lines += ["", f"Evidence: `{checklist.digest}`"]
    return "\n".join(lines) + "\n"


def _text(checklist: Checklist) -> str:
    lines = []
    for item in checklist.items:
        lines.append(f"{_MARKS[item.state]} {item.title}")
        lines += [f"    {sentence}" for sentence in item.evidence]
        if item.state == "fail":
            lines.append(f"    shown by: {item.command}")
    lines += ["", f"evidence {checklist.digest[:12]}", checklist.summary]
    return "\n".join(lines) + "\n"
