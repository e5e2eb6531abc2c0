"""The rehearsed steps in time: how long each took, and whom it would have kept waiting."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from db_workflow.release.rehearsal.result import RehearsedStep
from db_workflow.release.report.locks import NO_LOCK, bar, left_to_others, legend, patterns
from db_workflow.release.report.markup import Markup, join, number, tag
from db_workflow.release.report.scale import Scale
from db_workflow.release.report.words import NONE, counted, duration, lock_name

# As many rows as a person compares; of more steps the others are in the folded table.
_CHARTED = 40


def timeline(steps: Sequence[RehearsedStep], *, total: float) -> Markup:
    """Return the steps as a chart, and all of them as a table.

    Args:
        steps: in the order in which they ran.
        total: seconds of the whole run.

    """
    if not steps:
        return tag("p", "There was no step to run: production has had them all.")
    shown = _charted(steps)
    scale = Scale.of([step.seconds for _, step in shown])
    longest = max(steps, key=lambda step: step.seconds)
    return join(
        tag(
            "p",
            f"{counted(len(steps), 'step')} took {duration(total)}; the longest, ",
            tag("code", longest.name),
            f", {duration(longest.seconds)}.",
        ),
        patterns(),
        _strip(steps),
        legend({strongest(step) for step in steps}),
        _chart(shown, len(steps), scale),
        _table(steps) if len(steps) > len(shown) else None,
    )


def strongest(step: RehearsedStep) -> str:
    """Return the mode of the strongest lock that a step took on what was there before."""
    return lock_name(str(step.locks[0].get("mode"))) if step.locks else NO_LOCK


def _charted(steps: Sequence[RehearsedStep]) -> list[tuple[int, RehearsedStep]]:
    """Return the steps that take longest, with their numbers, in the order in which they ran."""
    numbered = [*enumerate(steps, start=1)]
    if len(numbered) <= _CHARTED:
        return numbered
    slowest = sorted(numbered, key=lambda item: (-item[1].seconds, item[0]))
    return sorted(slowest[:_CHARTED], key=lambda item: item[0])


def _strip(steps: Sequence[RehearsedStep]) -> Markup:
    """Return all steps one after the other on one line, as long as they took."""
    whole = sum(step.seconds for step in steps) or 1
    blocked = sum(step.seconds for step in steps if left_to_others(strongest(step)) != "everything")
    picture = tag(
        "svg",
        tag("title", "The whole run, in proportion", id="strip-title"),
        tag(
            "desc",
            f"{counted(len(steps), 'step')} side by side, each as wide as the time it took.",
            id="strip-desc",
        ),
        _strip_bars(steps, whole),
        class_="strip",
        role="img",
        aria_labelledby="strip-title",
        aria_describedby="strip-desc",
        width="100%",
        height=26,
    )
    caption = (
        f"The whole run in proportion: {duration(blocked)} of {duration(whole)} in steps that"
        " keep others from writing, some from reading, too."
        if blocked
        else "The whole run in proportion: no step keeps others from reading or writing."
    )
    return tag("figure", picture, tag("figcaption", caption))


def _strip_bars(steps: Sequence[RehearsedStep], whole: float) -> Iterator[Markup]:
    x = 0.0
    for position, step in enumerate(steps, start=1):
        mode, width = strongest(step), 100 * step.seconds / whole
        told = f"{position}. {step.name}: {duration(step.seconds)}, {mode}"
        block = bar(mode, x=f"{number(x)}%", width=f"{number(width)}%", height=26)
        yield tag("g", tag("title", told), block)
        x += width


def _chart(shown: Sequence[tuple[int, RehearsedStep]], count: int, scale: Scale) -> Markup:
    which = f"The {len(shown)} longest of {count} steps" if len(shown) < count else "Every step"
    how = "a logarithmic scale, because few take most of the time"
    how = how if scale.logarithmic else "a linear scale"
    caption = f"{which}, in the order of the run, on {how}."
    return tag(
        "table",
        tag("caption", caption),
        tag(
            "thead",
            tag(
                "tr",
                _head("Step"),
                tag("th", "Time", _axis(scale), scope="col", class_="chart"),
                _head("Took", "number"),
                _head("Rows", "number"),
                _head("Strongest lock, and how long at most"),
            ),
        ),
        tag("tbody", (_charted_row(position, step, scale) for position, step in shown)),
        class_="timeline",
    )


def _head(text: str, class_: str | None = None) -> Markup:
    return tag("th", text, scope="col", class_=class_)


def _axis(scale: Scale) -> Markup:
    marks = [
        tag("text", duration(tick), x=f"{number(scale.percent(tick))}%", y=11)
        for tick in scale.ticks
    ]
    return tag("svg", marks, class_="axis", width="100%", height=14, aria_hidden="true")


def _charted_row(position: int, step: RehearsedStep, scale: Scale) -> Markup:
    mode = strongest(step)
    grid = [
        tag("line", x1=f"{at}%", x2=f"{at}%", y1=0, y2=18, class_="grid")
        for at in (number(scale.percent(tick)) for tick in scale.ticks)
    ]
    block = bar(mode, width=f"{number(scale.percent(step.seconds))}%", height=14)
    chart = tag("svg", grid, block, width="100%", height=18, aria_hidden="true")
    return tag(
        "tr",
        tag("th", f"{position}. ", _broken(step.name), scope="row"),
        tag("td", chart, class_="chart"),
        *_measured(step),
    )


def _measured(step: RehearsedStep) -> Iterator[Markup]:
    yield tag("td", duration(step.seconds), class_="number", data_label="took")
    rows = NONE if step.rows is None else f"{step.rows:,}"
    yield tag("td", rows, class_="number", data_label="rows")
    told = tag("span", _lock(step.locks[0]) if step.locks else NO_LOCK)
    more = f" and {len(step.locks) - 1} more" if len(step.locks) > 1 else None
    yield tag("td", told, more, class_="lock", data_label="lock")


def _lock(lock: Mapping[str, Any]) -> str:
    told = f"{lock_name(str(lock.get('mode')))} on {lock.get('relation')}"
    held = lock.get("held_ms")
    if held is None:
        return told
    return f"{told}, " + f"≤ {duration(held / 1000)}".replace(" ", "\N{NO-BREAK SPACE}")


def _broken(name: str) -> list[Markup | str]:
    """Return a path that may go on in the next line after a slash."""
    parts = name.split("/")
    return [*(join(f"{part}/", Markup("<wbr>")) for part in parts[:-1]), parts[-1]]


def _table(steps: Sequence[RehearsedStep]) -> Markup:
    rows = (
        tag("tr", tag("th", f"{position}. ", _broken(step.name), scope="row"), *_measured(step))
        for position, step in enumerate(steps, start=1)
    )
    numbers = (_head("Took", "number"), _head("Rows", "number"))
    return tag(
        "details",
        tag("summary", f"All {len(steps)} steps"),
        tag(
            "table",
            tag("caption", "Every step in the order in which it ran."),
            tag("thead", tag("tr", _head("Step"), *numbers, _head("Strongest lock"))),
            tag("tbody", rows),
            class_="timeline all",
        ),
    )
