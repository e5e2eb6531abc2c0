"""The report in a real browser: readable, quiet, and the same to every kind of reader."""

import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db_workflow.catalog import Snapshot
from db_workflow.release.report import html
from db_workflow.settings import Settings, load_settings
from db_workflow.steps.judge import schema_diff

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
Browser = runpy.run_path(str(TESTS / "report_browser.py"))["Browser"]
find_browser = runpy.run_path(str(TESTS / "report_chromium.py"))["find_browser"]
samples = runpy.run_path(str(TESTS / "report_samples.py"))
rehearsal, checklist = samples["rehearsal"], samples["checklist"]

WIDTHS = (390, 1280)
# What is read on a ground: the colour of the letters, and that of what lies below them.
CONTRASTS = """
(() => {
  const channels = text => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const isSeen = colour => colour.startsWith('rgb') && (channels(colour)[3] ?? 1) > 0;
  const light = colour => {
    const [r, g, b] = channels(colour).slice(0, 3).map(
      value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = element => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (isSeen(colour)) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const below = text => {
    const box = text.getBoundingClientRect();
    const x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
    let found = ground(text);
    for (const shape of text.closest('svg').querySelectorAll('rect, path')) {
      if (!(shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)) break;
      const area = shape.getBoundingClientRect(), fill = getComputedStyle(shape).fill;
      if (isSeen(fill) && area.left <= x && x <= area.right && area.top <= y && y <= area.bottom)
        found = fill;
    }
    return found;
  };
  const bad = [];
  let count = 0;
  const look = (element, colour, under) => {
    const [low, high] = [light(colour), light(under)].sort((a, b) => a - b);
    const contrast = (high + 0.05) / (low + 0.05);
    count += 1;
    if (contrast < 4.5)
      bad.push([element.textContent.slice(0, 40), colour, under, contrast.toFixed(2)]);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.getClientRects().length) continue;
    if (element.closest('title, desc')) continue;
    const style = getComputedStyle(element);
    if (element.closest('svg')) look(element, style.fill, below(element));
    else look(element, style.color, ground(element));
  }
  return {count, bad};
})()
"""
# Of every table of the diagram, the texts that stick out of it.
STICKING_OUT = """
[...document.querySelectorAll('.er .table')].flatMap(table => {
  const box = table.querySelector('.outline').getBoundingClientRect();
  return [...table.querySelectorAll('text')].filter(text => {
    const found = text.getBoundingClientRect();
    return found.left < box.left || found.right > box.right + 1 || found.bottom > box.bottom + 1;
  }).map(text => text.textContent);
})
"""
# What is wider than the page, but for what can be scrolled.
TOO_WIDE = """
[...document.querySelectorAll('body *')].filter(
  element => !element.closest('.scroll, pre, .patterns, .skip, .unseen')
    && getComputedStyle(element).visibility === 'visible'
    && !element.closest('thead') && element.getClientRects().length
    && element.getBoundingClientRect().right > innerWidth + 1
).map(element => element.outerHTML.slice(0, 120))
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = find_browser(ROOT / ".db_workflow" / "browser")
    with Browser(*program) as found:
        yield found


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(ROOT)


@pytest.fixture(scope="module")
async def pages(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return reports: of this repository's own lists, and of two hundred tables."""
    folder = tmp_path_factory.mktemp("reports")
    lists = await schema_diff(settings, "0.1", "0.4")
    objects = samples["schema"](200)
    before, after = Snapshot.of(objects), samples["changed"](objects)
    texts = {
        "lists": html(checklist(), rehearsal(lists.old, lists.new)),
        "hundreds": html(checklist("phase-3"), rehearsal(before, after, count=300)),
        "unrehearsed": html(checklist("rehearsal"), None),
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, "utf-8")
    return {name: folder / f"{name}.html" for name in texts}


@pytest.mark.parametrize("name", ["lists", "hundreds", "unrehearsed"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_page(
    browser: Any, pages: dict[str, Path], name: str, width: int
) -> None:
    browser.open(pages[name], width=width)
    browser.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert browser.evaluate(TOO_WIDE) == []
    assert browser.evaluate("document.scrollingElement.scrollWidth") <= width


@pytest.mark.parametrize("name", ["lists", "hundreds", "unrehearsed"])
@pytest.mark.parametrize("dark", [False, True])
def test_everything_can_be_read_on_its_ground(
    browser: Any, pages: dict[str, Path], name: str, dark: bool
) -> None:
    browser.open(pages[name], width=1280, dark=dark)
    browser.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = browser.evaluate(CONTRASTS)
    assert found["bad"] == []
    assert found["count"] > 50
    ground = browser.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") is not dark


@pytest.mark.parametrize("name", ["lists", "hundreds"])
def test_no_text_sticks_out_of_its_table(browser: Any, pages: dict[str, Path], name: str) -> None:
    browser.open(pages[name], width=1280)
    assert browser.evaluate(STICKING_OUT) == []


@pytest.mark.parametrize("name", ["lists", "hundreds", "unrehearsed"])
def test_the_page_asks_for_nothing_and_the_browser_has_no_complaint(
    browser: Any, pages: dict[str, Path], name: str
) -> None:
    browser.open(pages[name], width=1280)
    assert browser.requested() == [pages[name].as_uri()]
    assert browser.complaints() == []


def test_the_switch_shows_what_was_and_what_is(browser: Any, pages: dict[str, Path]) -> None:
    browser.open(pages["hundreds"], width=1280)
    seen = {}
    for view in ("both", "before", "after"):
        browser.evaluate(f"document.getElementById('er-{view}').click()")
        seen[view] = {
            kind: browser.evaluate(
                f"getComputedStyle(document.querySelector('.er {kind}')).visibility === 'visible'"
            )
            for kind in (".table.new", ".table.gone", ".was", ".now", ".past")
        }
    kinds = (".table.new", ".table.gone", ".was", ".now", ".past")
    assert {view: tuple(found[kind] for kind in kinds) for view, found in seen.items()} == {
        "both": (True, True, False, True, True),
        "before": (False, True, True, False, False),
        "after": (True, False, False, True, False),
    }


def test_whoever_cannot_see_hears_names_of_tables_pictures_and_parts(
    browser: Any, pages: dict[str, Path]
) -> None:
    browser.open(pages["lists"], width=1280)
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    named: dict[str, list[str]] = {}
    for node in nodes:
        if not node.get("ignored"):
            role = str(node.get("role", {}).get("value"))
            named.setdefault(role, []).append(str(node.get("name", {}).get("value", "")))
    for role in ("banner", "navigation", "main", "contentinfo"):
        assert len(named[role]) == 1, role
    assert all(named["table"])
    assert named["image"] == ["The whole run, in proportion", "Entity-relationship diagram"]
    assert "Checklist" in named["region"]
    assert "Both, changes marked" in " ".join(named["radio"])


def test_the_first_key_leads_past_the_links_and_is_seen(
    browser: Any, pages: dict[str, Path]
) -> None:
    browser.open(pages["lists"], width=1280)
    for kind in ("keyDown", "keyUp"):
        browser.call("Input.dispatchKeyEvent", type=kind, key="Tab", windowsVirtualKeyCode=9)
    assert browser.evaluate("document.activeElement.className") == "skip"
    assert browser.evaluate("document.activeElement.getBoundingClientRect().left >= 0")
    assert browser.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_on_paper_everything_that_is_folded_is_there(browser: Any, pages: dict[str, Path]) -> None:
    browser.open(pages["lists"], width=1280)
    hidden = (
        "[...document.querySelectorAll('.items details > p')].filter("
        "one => !one.checkVisibility({contentVisibilityAuto: true})).length"
    )
    assert browser.evaluate(hidden) > 0
    browser.open(pages["lists"], width=1280, dark=True, media="print")
    assert browser.evaluate(hidden) == 0
    assert browser.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    # Ink on white, whatever the screen was.
    assert browser.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert browser.paper().startswith(b"%PDF")
