"""Lock modes: what each keeps others from, and the pattern it is drawn with."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from db_workflow.release.report.markup import Markup, tag

# Of a step with transactions of its own only what was seen from beside it is known.
NO_LOCK = "none noted"
# What others can still do: nothing, read, or all.
Left = Literal["nothing", "reading", "everything"]
_MEANINGS: dict[Left, str] = {
    "nothing": "nobody else reads or writes",
    "reading": "others only read",
    "everything": "others read and write",
}


@dataclass(frozen=True, slots=True)
class _Mode:
    """How a mode is drawn: strokes of a thickness, a distance apart, at an angle."""

    left: Left
    angle: int = 0
    apart: int = 8
    thick: float = 0
    crossed: bool = False


# From the strongest to the weakest.
_MODES = {
    "ACCESS EXCLUSIVE": _Mode("nothing", 0, 4, 4),
    "EXCLUSIVE": _Mode("reading", 45, 6, 1.5, crossed=True),
    "SHARE ROW EXCLUSIVE": _Mode("reading", 45, 5, 2.5),
    "SHARE": _Mode("reading", -45, 6, 2),
    "SHARE UPDATE EXCLUSIVE": _Mode("everything", 90, 5, 1.5),
    "ROW EXCLUSIVE": _Mode("everything", 0, 5, 1.5),
    "ROW SHARE": _Mode("everything", 90, 8, 1),
    "ACCESS SHARE": _Mode("everything", 0, 8, 1),
    NO_LOCK: _Mode("everything"),
}


def left_to_others(mode: str) -> Left:
    """Return what others can still do while somebody has a lock."""
    return _MODES[mode].left if mode in _MODES else "everything"


def bar(mode: str, *, x: str = "0", width: str, height: int) -> Markup:
    """Return a bar with a lock's pattern; `patterns` has to be on the page."""
    return tag(
        "rect",
        x=x,
        width=width,
        height=height,
        fill=f"url(#{_id(mode)})",
        class_=f"bar {left_to_others(mode)}",
    )


def patterns() -> Markup:
    """Return the patterns that tell the strengths apart without a colour."""
    found = tag("defs", (_pattern(name, mode) for name, mode in _MODES.items()))
    return tag("svg", found, width=0, height=0, aria_hidden="true", class_="patterns")


def legend(used: Collection[str]) -> Markup:
    """Return what the patterns of some modes mean, the strongest first."""
    return tag("ul", (_entry(name) for name in _MODES if name in used), class_="legend")


def _entry(name: str) -> Markup:
    swatch = tag("svg", bar(name, width="100%", height=14), width=28, height=14, aria_hidden="true")
    meaning = _MEANINGS[_MODES[name].left]
    if name == NO_LOCK:
        meaning = "no lock was seen on what was there before"
    return tag("li", swatch, " ", tag("b", name), f": {meaning}")


def _pattern(name: str, mode: _Mode) -> Markup:
    strokes = [f"M0 {mode.thick / 2}H{mode.apart}"] if mode.thick else []
    if mode.crossed:
        strokes.append(f"M{mode.thick / 2} 0V{mode.apart}")
    return tag(
        "pattern",
        tag("rect", width=mode.apart, height=mode.apart, class_="ground"),
        tag("path", d="".join(strokes), stroke_width=float(mode.thick)) if strokes else None,
        id=_id(name),
        width=mode.apart,
        height=mode.apart,
        patternUnits="userSpaceOnUse",
        patternTransform=f"rotate({mode.angle})",
        class_=mode.left,
    )


def _id(mode: str) -> str:
    known = mode if mode in _MODES else NO_LOCK
    return "lock-" + known.lower().replace(" ", "-")
