"""A preview as a person reads it on a terminal of some width."""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a size is printed without what a preview needs
    from db_workflow.testdata.extraction.preview import Preview, Row
    from db_workflow.testdata.extraction.subset import Chosen

_NARROWEST = 40
_LONGEST_NAME = 24
_ARROW = "  →  "
_CUT = "…"
# A letter with more accents than this is no letter of a language.
_LONGEST_SIGN = 4
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def screen(preview: "Preview", *, width: int) -> str:
    """Return rows before and after, side by side, and the report. Holds the rows' values.

    Args:
        preview: what to show.
        width: the terminal's columns; longer values are cut.

    """
    width = max(width, _NARROWEST)
    return "\n".join((*_rows(preview, width), *_rules(preview, width), "", *_report(preview)))


def visible(value: str | None) -> str:
    """Return a value as it can be shown: NULL and the empty text to be told from other texts.

    What would move the cursor, turn the direction of writing, or clear the screen is spelled out.
    """
    if value is None:
        return "NULL"
    if value in {"", "NULL"}:
        return f"'{value}'"
    if value.isprintable():
        return value
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in value
    )


def cut(text: str, width: int) -> str:
    """Return a text that takes exactly so many columns of a terminal."""
    if len(text) <= width * _LONGEST_SIGN and _width(text) <= width:
        return text + " " * (width - _width(text))
    kept = ""
    for sign in text:
        if _width(kept) + _columns(sign) >= width:
            break
        kept += sign
    return kept + _CUT + " " * (width - _width(kept) - 1)


def _rows(preview: "Preview", width: int) -> Iterator[str]:
    shown, taken = len(preview.before), preview.chosen.taken
    if not shown:
        yield f"{preview.table}: no row would be written"
        yield ""
        return
    yield f"{preview.table}: {shown:,} of {taken:,} rows, as they are and as they would be written"
    names = [name for name, _, _ in preview.columns]
    for number, (before, after) in enumerate(zip(preview.before, preview.after, strict=True), 1):
        yield ""
        yield f"row {number}"
        yield from _row(names, before, after, preview.kept, width)
    yield ""


def _row(
    names: Sequence[str], before: "Row", after: "Row", kept: frozenset[str], width: int
) -> Iterator[str]:
    label = min(max(map(_width, names), default=0), _LONGEST_NAME)
    room = width - label - 4
    half = (room - len(_ARROW)) // 2
    for name, was, now in zip(names, before, after, strict=True):
        value = cut(visible(was), room)
        if name not in kept:
            value = f"{cut(visible(was), half)}{_ARROW}{cut(visible(now), half)}"
        yield f"  {cut(visible(name), label)}  {value}".rstrip()


def _rules(preview: "Preview", width: int) -> Iterator[str]:
    names, types, _ = zip(*preview.columns, strict=True) if preview.columns else ((), (), ())
    name = min(max(map(_width, ("column", *names))), _LONGEST_NAME)
    type_ = min(max(map(_width, ("type", *types))), _LONGEST_NAME)
    widths = (name, type_, max(width - name - type_ - 4, _LONGEST_NAME))
    ruled = ("─" * name, "─" * type_, "────")
    for line in (("column", "type", "rule"), ruled, *preview.columns):
        cells = (cut(visible(cell), size) for cell, size in zip(line, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _report(preview: "Preview") -> Iterator[str]:
    chosen = preview.chosen
    yield f"rows      {chosen.taken:,} of {chosen.total:,}{_closure(chosen)}"
    if left := chosen.total - chosen.taken:
        yield f"left out  {left:,} rows that nobody asked for, and that no taken row refers to"
    about = "" if preview.looked_at >= chosen.taken else f"about, by {preview.looked_at:,} rows: "
    yield f"size      {about}{size_of(preview.bytes)}; pseudonyms made with key {preview.key_id}"
    if preview.unsearched:
        listed = ", ".join(f"{name} {count:,}" for name, count in preview.unsearched.items())
        yield f"not searched for by the leak gate, too short or in everybody's data: {listed}"
    for warning in preview.warnings:
        yield f"WARNING: {warning}"
    yield "Nothing was written."


def _closure(chosen: "Chosen") -> str:
    if chosen.asked == chosen.total:
        return ": the whole table"
    return (
        f": {chosen.asked:,} asked for, {chosen.parents:,} because others refer to them,"
        f" {chosen.children:,} because they refer to others"
    )


def size_of(count: int) -> str:
    """Return a number of bytes as a person says it: 1.2 MB."""
    size = float(count)
    for unit in _UNITS:
        if size < 1000 or unit == _UNITS[-1]:
            break
        size /= 1000
    return f"{count:,} {unit}" if unit == _UNITS[0] else f"{size:.1f} {unit}"


def _width(text: str) -> int:
    return sum(map(_columns, text))


def _columns(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1
