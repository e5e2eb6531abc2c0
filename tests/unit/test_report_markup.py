"""Nothing that is text becomes markup."""

from hypothesis import given
from hypothesis import strategies as st

from db_workflow.release.report.markup import Markup, escape, join, tag
from db_workflow.release.report.words import counted, duration, growth, lock_name, moment, signed


def test_texts_are_escaped_and_elements_are_not():
    found = tag("p", "<b>", tag("b", "&"), ['"', None, 1])
    assert found == "<p>&lt;b&gt;<b>&amp;</b>&quot;1</p>"


def test_attributes_are_escaped_named_and_left_out():
    found = tag("a", "x", href='"><script>', class_="one", aria_label="l", open=True, id=None)
    assert found == ('<a href="&quot;&gt;&lt;script&gt;" class="one" aria-label="l" open>x</a>')


def test_what_nobody_would_see_is_spelt_out():
    assert escape("a\u202eb\x00c\ud800") == "a\\u202eb\\x00c\\ud800"


def test_markup_is_never_made_of_a_text_that_is_added_to_it():
    assert join(Markup("<b>"), "<i>") == "<b>&lt;i&gt;"


@given(st.text())
def test_no_text_opens_an_element_or_ends_an_attribute(text):
    found = escape(text)
    assert not set('<>"') & set(found)
    assert found.encode().decode() == found


def test_durations_are_told_in_the_unit_that_fits():
    told = [duration(one) for one in (0.00034, 0.0123, 0.9996, 2.314, 192, 3900)]
    assert told == ["340 µs", "12.3 ms", "1 s", "2.31 s", "3 min 12 s", "1 h 5 min"]


def test_numbers_carry_signs_and_units():
    assert counted(1, "step") == "1 step"
    assert counted(1200, "step") == "1,200 steps"
    assert [signed(one) for one in (12, -3, 0)] == ["+12", "\N{MINUS SIGN}3", "±0"]
    assert growth(100 * 1024**2, 104 * 1024**2) == "+4 MB (+4\N{NO-BREAK SPACE}%)"
    assert growth(5, 5) == "unchanged"


def test_times_and_lock_modes_are_told_as_a_person_writes_them():
    assert moment("2026-11-23T14:05:11+01:00") == "2026-11-23 13:05 UTC"
    assert moment("yesterday") == "yesterday"
    assert lock_name("ShareUpdateExclusiveLock") == "SHARE UPDATE EXCLUSIVE"
