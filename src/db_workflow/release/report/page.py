"""The report: one file that needs nothing else, for whoever decides on a release."""

from collections.abc import Iterator
from importlib.resources import files

from db_workflow.catalog import differences
from db_workflow.catalog.report import grouped
from db_workflow.release.rehearsal.result import Rehearsal
from db_workflow.release.report.changes import changes
from db_workflow.release.report.diagram.figure import diagram
from db_workflow.release.report.items import items
from db_workflow.release.report.markup import Content, Markup, join, tag
from db_workflow.release.report.timeline import timeline
from db_workflow.release.report.verdict import header, pipeline
from db_workflow.release.report.volume import rows, totals
from db_workflow.release.result import Checklist

# Nothing is fetched and nothing runs: a name that is not escaped could still do neither.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_ABSENT = "There is no rehearsal for this evidence: it shows what would happen to production."
_Section = tuple[str, str, Content]


def html(checklist: Checklist, rehearsal: Rehearsal | None, *, schema: str = "public") -> str:
    """Return the report as one HTML file, the same for the same data.

    Args:
        checklist: what was checked.
        rehearsal: the run that belongs to it; None if there was none.
        schema: the one whose names are printed plain.

    """
    sections = [*_sections(checklist, rehearsal, schema)]
    style = files("db_workflow.release.report").joinpath("report.css").read_text("utf-8")
    page = tag(
        "html",
        tag(
            "head",
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="color-scheme", content="light dark"),
            tag("title", checklist.summary[:1].upper() + checklist.summary[1:]),
            tag("style", Markup(style)),
        ),
        tag(
            "body",
            tag("a", "To the checklist", href="#checklist", class_="skip"),
            header(checklist, rehearsal),
            _navigation(sections),
            tag("main", map(_section, sections)),
            tag("footer", tag("p", "Names, numbers and digests only: no row of the database.")),
        ),
        lang="en",
    )
    return f"<!doctype html>\n{page}\n"


def _sections(checklist: Checklist, rehearsal: Rehearsal | None, schema: str) -> Iterator[_Section]:
    yield "pipeline", "Pipeline", pipeline(checklist, rehearsal)
    yield "checklist", "Checklist", items(checklist)
    if rehearsal is None:
        yield "timeline", "Rehearsal", tag("p", _ABSENT)
        return
    before, after = rehearsal.before, rehearsal.after
    found = differences(before, after, renames=True)
    groups = grouped(found, before, after, schema=schema)
    steps = timeline(rehearsal.steps, total=rehearsal.migrate_seconds)
    yield "timeline", "Rehearsed steps", join(_problems(rehearsal), steps)
    yield "diagram", "Tables before and after", diagram(before, after, found)
    yield "difference", "Schema difference", changes(groups, found)
    yield "rows", "Rows", rows(rehearsal.rows_before, rehearsal.rows_after)
    yield "totals", "Time and size", totals(rehearsal)


def _problems(rehearsal: Rehearsal) -> Markup | None:
    if not rehearsal.problems:
        return None
    found = tag("ul", (tag("li", one) for one in rehearsal.problems))
    return tag("div", tag("h3", "What went wrong"), found, class_="problems")


def _navigation(sections: list[_Section]) -> Markup:
    links = (tag("li", tag("a", title, href=f"#{name}")) for name, title, _ in sections)
    return tag("nav", tag("ul", links), aria_label="Parts of the report")


def _section(section: _Section) -> Markup:
    name, title, content = section
    heading = tag("h2", title, id=f"{name}-title")
    return tag("section", heading, content, id=name, aria_labelledby=f"{name}-title")
