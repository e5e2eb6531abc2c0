"""The diagram with what belongs to it: the two views, its legend, the tables that it leaves out."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from db_workflow.catalog import Difference, Snapshot
from db_workflow.catalog.vocabulary import name_parts
from db_workflow.release.report.diagram.choice import Choice, choose
from db_workflow.release.report.diagram.drawing import svg
from db_workflow.release.report.diagram.entities import Entities, Table
from db_workflow.release.report.diagram.placing import place
from db_workflow.release.report.diagram.reading import entities
from db_workflow.release.report.diagram.routing import route
from db_workflow.release.report.marks import CLASSES, WORDS, mark
from db_workflow.release.report.markup import Markup, join, tag
from db_workflow.release.report.words import counted

_VIEWS = (("both", "Both, changes marked"), ("before", "Before"), ("after", "After"))
_OTHERS = "others"


def diagram(before: Snapshot, after: Snapshot, found: Sequence[Difference]) -> Markup:
    """Return how the tables refer to one another, before and after.

    Args:
        before: the one schema.
        after: the other.
        found: the differences between them, renames told.

    """
    shown = entities(before, after, found)
    choice = choose(shown)
    return join(
        tag("p", _told(shown, choice)),
        _figure(shown, choice) if choice.boxes else None,
        _listed(shown, choice) if choice.listed else None,
    )


def _told(shown: Entities, choice: Choice) -> str:
    counts = Counter(CLASSES[table.mark] or "as before" for table in shown.tables)
    order = ("new", "changed", "gone", "as before")
    told = ", ".join(f"{counts[kind]} {kind}" for kind in order if counts[kind])
    told = counted(len(shown.tables), "table") + (f": {told}." if told else ".")
    if not choice.listed:
        return told
    return f"{told} Drawn are {len(choice.boxes)} of them: {choice.why}. The others are listed."


def _figure(shown: Entities, choice: Choice) -> Markup:
    changed = ", ".join(table.name for table in shown.changed) or "none"
    lines = counted(len(choice.references), "foreign key")
    picture = svg(
        route(choice, place(choice)),
        title="Entity-relationship diagram",
        description=f"{counted(len(choice.boxes), 'table')} and {lines}. Changed: {changed}.",
    )
    return tag(
        "div",
        _views() if shown.changed else None,
        tag("figure", _scrolled(picture), tag("figcaption", _legend(choice))),
        class_="views",
    )


def _scrolled(picture: Markup) -> Markup:
    return tag(
        "div",
        picture,
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label="Entity-relationship diagram, can be scrolled",
    )


def _views() -> Markup:
    """Return the switch: it hides what was not there yet, or is no more, without a script."""
    choices = (
        tag(
            "label",
            tag("input", type="radio", name="er", id=f"er-{name}", checked=name == "both"),
            f" {text}",
        )
        for name, text in _VIEWS
    )
    return tag("fieldset", tag("legend", "Show", class_="unseen"), choices)


def _legend(choice: Choice) -> Markup:
    marks = {box.table.mark for box in choice.boxes}
    marks |= {column.mark for box in choice.boxes for column in box.columns}
    keys = "PK primary key, FK foreign key, ? may be null"
    return tag(
        "ul",
        [tag("li", mark(sign)) for sign in WORDS if sign in marks],
        tag("li", _sample("M0 1L9 5L0 9M24 1v8"), " many rows refer to one"),
        tag("li", _sample("M6 1v8M24 1v8"), " at most one row refers to one"),
        tag("li", keys),
        class_="legend",
    )


def _sample(ends: str) -> Markup:
    lines = (tag("path", class_="way", d="M0 5H30"), tag("path", class_="ends", d=ends))
    picture = tag("g", lines, class_="line")
    return tag("svg", picture, width=30, height=10, aria_hidden="true", class_="er")


def _listed(shown: Entities, choice: Choice) -> Markup:
    """Return the tables that are not drawn, in groups of those that begin with the same word."""
    parents: dict[str, set[str]] = defaultdict(set)
    for one in shown.references:
        parents[one.child].add(one.parent)
    groups = _groups(choice.listed)
    return tag(
        "div",
        tag("h3", f"Not drawn: {counted(len(choice.listed), 'table')}"),
        (_listed_group(name, tables, parents) for name, tables in groups),
        class_="listed",
    )


def _listed_group(name: str, tables: Sequence[Table], parents: Mapping[str, set[str]]) -> Markup:
    heading = tag("h4", f"{name} ", tag("span", len(tables), class_="count"))
    return tag("section", heading, tag("ul", (tag("li", *_entry(one, parents)) for one in tables)))


def _entry(table: Table, parents: Mapping[str, set[str]]) -> list[Markup | str | None]:
    to = sorted(parents[table.name] - {table.name}) if table.name in parents else []
    return [
        tag("code", table.name, class_="name"),
        mark(table.mark) if table.mark else None,
        tag(
            "span",
            counted(len(table.columns), "column") + (f" → {', '.join(to)}" if to else ""),
            class_="text",
        ),
    ]


def _groups(tables: Sequence[Table]) -> list[tuple[str, list[Table]]]:
    words: dict[str, list[Table]] = defaultdict(list)
    for table in tables:
        words[_first_word(table.name)].append(table)
    found: dict[str, list[Table]] = defaultdict(list)
    for word, mine in words.items():
        found[word if len(mine) > 1 else _OTHERS] += mine
    return sorted(found.items(), key=lambda item: (item[0] == _OTHERS, item[0]))


def _first_word(name: str) -> str:
    """Return a name's schema, if it is printed with one, or else its first word."""
    parts = name_parts(name)
    return parts[0] if len(parts) > 1 else name.split("_", maxsplit=1)[0]
