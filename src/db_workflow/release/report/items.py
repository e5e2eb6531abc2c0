"""The checklist: what must be true, what was found, and the command that shows it."""

import json
from collections.abc import Mapping
from typing import Any

from db_workflow.release.report.markup import Content, Markup, tag
from db_workflow.release.report.verdict import badge
from db_workflow.release.result import Checklist, Item


def items(checklist: Checklist) -> Markup:
    """Return every item, its evidence folded; of those that fail it is open."""
    return tag("ul", (tag("li", _item(item)) for item in checklist.items), class_="items")


def _item(item: Item) -> Markup:
    return tag(
        "details",
        tag("summary", badge(item.state), " ", tag("span", item.title, class_="title")),
        tag("ul", (tag("li", sentence) for sentence in item.evidence)) if item.evidence else None,
        _data(item.data) if item.data else None,
        tag("p", "Shown by ", tag("code", item.command), class_="shown"),
        id=f"item-{item.name}",
        open=item.state == "fail",
    )


def _data(data: Mapping[str, Any]) -> Markup:
    """Return what a check measured: numbers and words as a list, the rest as JSON."""
    pairs = (
        tag("div", tag("dt", name.replace("_", " ")), tag("dd", _value(value)))
        for name, value in data.items()
    )
    return tag(
        "details",
        tag("summary", "What was measured"),
        tag("dl", pairs, class_="data"),
        class_="measured",
    )


def _value(value: Any) -> Content:
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.6g}"
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple) and value and all(isinstance(one, str) for one in value):
        return tag("ul", (tag("li", one) for one in value))
    return tag("pre", json.dumps(value, indent=1, ensure_ascii=False, default=str))
