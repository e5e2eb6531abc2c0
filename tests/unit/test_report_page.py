"""The report as a file: whole, self-contained, and the same for the same data."""

import re
import runpy
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from db_workflow.catalog import Snapshot
from db_workflow.release.report import html
from db_workflow.release.report.scale import Scale

samples = runpy.run_path(str(Path(__file__).parents[1] / "report_samples.py"))
table, schema, changed = samples["table"], samples["schema"], samples["changed"]
rehearsal, checklist = samples["rehearsal"], samples["checklist"]

_VOID = {"meta", "input", "wbr", "br"}


class Page(HTMLParser):
    """Every element of a page, with what closes it looked after."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts, self._open = [], [], []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), tuple(self._open)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if "style" not in self._open:
            self.texts.append(data)

    def all(self, name):
        return [attributes for tag, attributes, _ in self.elements if tag == name]

    @property
    def text(self):
        return " ".join(self.texts)


def report(tables=20, *failing, count=11):
    objects = schema(tables)
    found = rehearsal(Snapshot.of(objects), changed(objects), count=count)
    return html(checklist(*failing), found)


CASES = {
    "twenty": report(20),
    "two hundred": report(200, "phase-2", "changelog", count=300),
    "one step": report(4, count=1),
    "no step": report(4, count=0),
    "no rehearsal": html(checklist("rehearsal"), None),
    "nothing before": html(checklist(), rehearsal(Snapshot(()), Snapshot.of(schema(60)), count=3)),
}


@pytest.fixture(params=CASES, scope="module")
def page(request):
    return Page(CASES[request.param])


def test_every_element_is_closed_where_it_was_opened(page):
    assert page.all("html") == [{"lang": "en"}]


def test_names_of_places_are_unique_and_every_link_leads_to_one(page):
    places = [found["id"] for _, found, _ in page.elements if "id" in found]
    assert len(places) == len(set(places))
    links = {found["href"] for found in page.all("a")}
    assert links <= {f"#{one}" for one in places}
    for _, found, _ in page.elements:
        for name in ("aria-labelledby", "aria-describedby"):
            assert set(found.get(name, "").split()) <= set(places)
        used = re.match(r"url\(#(.*)\)", found.get("fill", ""))
        assert used is None or used[1] in places


def test_nothing_is_fetched_and_nothing_runs(page):
    names = {tag for tag, _, _ in page.elements}
    assert names.isdisjoint({"script", "link", "img", "iframe", "object", "embed", "base", "form"})
    for _, found, _ in page.elements:
        assert found.keys().isdisjoint({"src", "srcset", "style", "action"})
        assert not any(name.startswith("on") for name in found)
    policy = next(one["content"] for one in page.all("meta") if "http-equiv" in one)
    assert policy.startswith("default-src 'none'")


def test_the_style_fetches_nothing():
    style = re.search("<style>(.*)</style>", CASES["twenty"], re.DOTALL)[1]
    assert "url(" not in style
    assert "@import" not in style


def test_headings_leave_out_no_level_and_there_is_one_of_the_first(page):
    levels = [int(tag[1]) for tag, _, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_table_has_a_caption_and_every_heading_cell_a_scope(page):
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(found.get("scope") in {"row", "col"} for found in page.all("th"))


def test_every_picture_has_a_name_and_a_description_or_is_none(page):
    pictures = page.all("svg")
    assert all(
        found.get("aria-hidden") == "true"
        or {"aria-labelledby", "aria-describedby"} <= found.keys()
        for found in pictures
    )


def test_there_is_a_landmark_for_each_part(page):
    names = [tag for tag, _, _ in page.elements]
    assert [names.count(name) for name in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]


def test_the_parts_come_in_the_order_in_which_a_release_is_decided():
    found = Page(CASES["twenty"])
    parts = [one["id"] for one in found.all("section") if "id" in one]
    assert parts == ["pipeline", "checklist", "timeline", "diagram", "difference", "rows", "totals"]


def test_the_verdict_names_version_digest_time_and_backup():
    text = Page(CASES["twenty"]).text
    for told in (
        "0.4",
        "releasable",
        "9f" * 32,
        "2026-11-23 13:05 UTC",
        "tutoring.dump",
        "cd" * 32,
    ):
        assert told in text
    assert "not releasable" in Page(CASES["two hundred"]).text


def test_what_fails_is_open_and_the_rest_is_folded():
    found = Page(CASES["two hundred"])
    items = [one for one in found.all("details") if one.get("id", "").startswith("item-")]
    assert {one["id"] for one in items if "open" in one} == {"item-phase-2", "item-changelog"}
    assert len(items) == 8


def test_of_the_phases_only_the_first_that_does_not_hold_fails_and_the_next_waits():
    page = html(checklist("phase-2", "phase-3"), None)
    pipeline = page[page.index('<ol class="pipeline">') : page.index("</ol>")]
    stands = re.findall(r'<li class="([\w-]+)">', pipeline)
    assert stands == ["pass", "fail", "waiting", "pass", "waiting", "fail"]


@pytest.mark.parametrize("count", [1, 2, 40, 41, 300])
def test_every_step_is_told_however_many_there_are(count):
    text = Page(report(4, count=count)).text
    assert all(f"{number:02d}_user_devices.sql" in text for number in range(count))
    # A chart of three hundred bars would not be read.
    assert ("The 40 longest of" in text) == (count > 40)


def test_one_step_that_takes_nearly_all_the_time_does_not_hide_the_others():
    scale = Scale.of([0.001, 0.002, 0.003, 60])
    assert scale.logarithmic
    assert scale.percent(0.002) > 5
    assert scale.percent(60) <= 100
    assert not Scale.of([1, 2, 3]).logarithmic


@pytest.mark.parametrize("durations", [[0.0], [1e-9, 5], [0.5], [59.9, 60], [86_400, 0.001, 0.002]])
def test_a_scale_has_one_to_seven_round_times_and_keeps_within_its_width(durations):
    scale = Scale.of(durations)
    assert 1 <= len(scale.ticks) <= 7
    assert all(0 <= scale.percent(one) <= 100.001 for one in (*durations, *scale.ticks))


def test_the_strongest_lock_is_told_in_words():
    text = Page(report(4, count=40)).text
    assert "ACCESS EXCLUSIVE on public.users, ≤\N{NO-BREAK SPACE}" in text
    assert "nobody else reads or writes" in text


def test_names_that_are_markup_stay_names():
    hostile = '"><script>alert(1)</script>\u202e'
    objects = [*table("users"), *table(f'"{hostile}"', hostile, keys=["users"])]
    found = rehearsal(Snapshot.of(table("users")), Snapshot.of(objects))
    steps = tuple(replace(step, name=hostile) for step in found.steps)
    found = replace(found, steps=steps, database=hostile, problems=(hostile,))
    page = html(checklist("lists", evidence=hostile), found)
    assert "<script" not in page
    assert "\u202e" not in page
    assert "<script>alert(1)</script>" in Page(page).text


def test_problems_of_the_rehearsal_are_told_first():
    found = rehearsal(Snapshot(()), Snapshot(()))
    page = Page(html(checklist("rehearsal"), replace(found, problems=("a row is missing",))))
    assert page.text.index("a row is missing") < page.text.index("Every step")


def test_the_same_data_gives_the_same_bytes():
    assert report(20) == CASES["twenty"]
    assert CASES["twenty"].encode("utf-8")


def test_rows_that_changed_are_in_the_table_and_the_others_folded():
    before, after = {"a": 5, "b": 1}, {"a": 12, "b": 1, "c": 3}
    found = replace(rehearsal(Snapshot(()), Snapshot(())), rows_before=before, rows_after=after)
    page = html(checklist(), found)
    rows = page[page.index('id="rows"') : page.index('id="totals"')]
    assert rows.index("+7") < rows.index(">new<") < rows.index("<details>")
    assert "1 table with as many rows as before" in rows
