"""The diagram as SVG."""

from collections.abc import Iterator, Sequence

from db_workflow.release.report.diagram.choice import Box
from db_workflow.release.report.diagram.entities import Column
from db_workflow.release.report.diagram.placing import HEADER, ROW, Place
from db_workflow.release.report.diagram.routing import WIDTH, Drawing, Line, Point
from db_workflow.release.report.marks import CLASSES, SIGNS, WORDS
from db_workflow.release.report.markup import Markup, number, tag
from db_workflow.release.report.words import counted

_LETTERS = 28  # of a monospaced name and type, in the width of a table
_TITLE_LETTERS = 29
_ROUND = 4.0
_HEAD = f"M0 {HEADER}V4a4 4 0 0 1 4-4H{WIDTH - 4}a4 4 0 0 1 4 4V{HEADER}z"
_END = 9.0  # how far the signs at a line's ends reach


def svg(drawing: Drawing, *, title: str, description: str) -> Markup:
    """Return the picture.

    Args:
        drawing: where everything is.
        title: its name.
        description: what it shows, for whoever cannot see it.

    """
    width, height = number(drawing.width), number(drawing.height)
    lines = sorted(drawing.lines, key=lambda line: bool(line.reference.mark))
    return tag(
        "svg",
        tag("title", title, id="er-title"),
        tag("desc", description, id="er-desc"),
        tag("g", *map(_line, lines), class_="lines"),
        *(_table(place, drawing.left[place.column]) for place in drawing.places.values()),
        class_="er",
        role="img",
        aria_labelledby="er-title",
        aria_describedby="er-desc",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
    )


def _table(place: Place, x: float) -> Markup:
    table = place.box.table
    names = _shortened(table.name, _TITLE_LETTERS - 2 * bool(table.mark))
    heading = f"{table.name} ({WORDS[table.mark]})" if table.mark else table.name
    if table.was:
        heading += f", until now {table.was}"
    sign = SIGNS.get(table.mark, "")
    return tag(
        "g",
        tag("title", heading),
        tag("rect", class_="box", width=WIDTH, height=place.height, rx=4),
        tag("path", class_="head", d=_HEAD),
        tag("text", f"{sign} {names}".strip(), class_="name", x=8, y=HEADER - 7),
        *_rows(place.box),
        # Last, or its upper part would lie below the head.
        tag("rect", class_="outline", width=WIDTH, height=place.height, rx=4),
        class_=f"table {place.box.part} {CLASSES[table.mark]}".strip(),
        transform=f"translate({number(x)} {number(place.y)})",
    )


def _rows(box: Box) -> Iterator[Markup]:
    y = HEADER
    for column in box.columns:
        yield _column(column, y)
        y += ROW * (1 + bool(column.was))
    if box.left_out:
        yield _text(counted(box.left_out, "more column"), x=10, y=y, class_="more")
    elif not box.columns:
        yield _text("no columns", x=10, y=y, class_="more")


def _column(column: Column, y: float) -> Markup:
    sign = SIGNS.get(column.mark, "")
    name, kind = _fitting(column.name, column.type)
    now = [_text(name, x=54, y=y), _text(kind, x=WIDTH - 8, y=y, class_="type")]
    if column.was:
        old_name, old_kind = _fitting(*column.was)
        now = [
            tag("g", *now, class_="now"),
            tag(
                "g",
                _text(old_name, x=54, y=y),
                _text(old_kind, x=WIDTH - 8, y=y, class_="type"),
                class_="was",
            ),
            _text(
                f"was {_shortened(' '.join(column.was), _LETTERS - 4)}",
                x=54,
                y=y + ROW,
                class_="past",
            ),
        ]
    return tag(
        "g",
        tag("title", f"{column.name} {column.type}{_told(column)}"),
        tag("rect", class_="row", x=1, y=y, width=WIDTH - 2, height=ROW * (1 + bool(column.was))),
        _text(sign, x=8, y=y, class_="sign") if sign else None,
        _text(column.keys.replace(" ", ""), x=20, y=y, class_="key") if column.keys else None,
        now,
        class_=f"column {CLASSES[column.mark]}".strip(),
    )


def _told(column: Column) -> str:
    told = f", {column.keys}" if column.keys else ""
    told += f", {WORDS[column.mark]}" if column.mark else ""
    return told + (f", was {' '.join(column.was)}" if column.was else "")


def _text(text: str, *, x: float, y: float, class_: str | None = None) -> Markup:
    return tag("text", text, x=x, y=y + ROW - 5, class_=class_)


def _fitting(name: str, kind: str) -> tuple[str, str]:
    """Return a column's name and type, shortened to stand side by side."""
    room = _LETTERS - 1
    kind = _shortened(kind, max(room - len(name), 9))
    return _shortened(name, room - len(kind)), kind


def _shortened(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def _line(line: Line) -> Markup:
    one = line.reference
    told = f" ({WORDS[one.mark]})" if one.mark else ""
    return tag(
        "g",
        tag("title", f"{one.child}.{one.column} → {one.parent}{told}: {one.definition}"),
        tag("path", d=_path(line.points), class_="way"),
        tag("path", d=_ends(line), class_="ends"),
        class_=f"line {CLASSES[one.mark]}".strip(),
    )


def _path(points: Sequence[Point]) -> str:
    """Return a line with its corners rounded."""
    parts = [f"M{_point(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        reach = min(_ROUND, _distance(before, corner) / 2, _distance(corner, after) / 2)
        start, end = _towards(corner, before, reach), _towards(corner, after, reach)
        parts.append(f"L{_point(start)}Q{_point(corner)} {_point(end)}")
    parts.append(f"L{_point(points[-1])}")
    return "".join(parts)


def _ends(line: Line) -> str:
    """Return the signs at both ends: a fork where there may be many rows, a bar where one is."""
    points = line.points
    (x, y), (parent_x, parent_y) = points[0], points[-1]
    out = _END if points[1][0] > x else -_END
    inwards = _END if points[-2][0] > parent_x else -_END
    bar = f"M{_point((parent_x + inwards * 0.7, parent_y - 4))}v8"
    if line.reference.single:
        return f"M{_point((x + out * 0.7, y - 4))}v8{bar}"
    tip = _point((x + out, y))
    return f"M{_point((x, y - 4))}L{tip}L{_point((x, y + 4))}{bar}"


def _point(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def _distance(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(start: Point, end: Point, reach: float) -> Point:
    """Return the point that lies `reach` from a point on its way to another one."""
    length = _distance(start, end) or 1
    return (
        start[0] + (end[0] - start[0]) / length * reach,
        start[1] + (end[1] - start[1]) / length * reach,
    )
