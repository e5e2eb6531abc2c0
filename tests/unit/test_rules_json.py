"""Leaves and keys of JSON are treated by paths; the text stays what PostgreSQL writes."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from db_workflow.testdata import rules
from db_workflow.testdata.rules.key import Key
from db_workflow.testdata.rules.pseudonyms import Pseudonyms, UnfitValueError

BY = Pseudonyms(Key("one", b"1" * 32))


def made(rule, value):
    return rule.apply(value, BY)


def secrets(rule, value):
    return [
        secret
        for part in rule.parts(value)
        if not part.rule.keeps
        for secret in part.rule.secrets(part.text)
    ]


JSON = rules.json(
    {
        "solver": rules.keep(),
        "students[].name": rules.first_name(),
        "students[].limits.*": rules.keep(),
        "students[].limits.*~": rules.keep(),
        "load.*": rules.keep(),
        "load.*~": rules.first_name(),
    }
)


def test_json_is_treated_leaf_by_leaf_and_key_by_key():
    text = (
        '{"load": {"Omar": 1.10, "Laila": 2}, "solver": "a \\"b\\" ∂",'
        ' "students": [{"name": "Omar", "limits": {"day": 3}}, {"name": null}]}'
    )
    omar, laila = BY.first_name("Omar"), BY.first_name("Laila")
    assert made(JSON, text) == (
        f'{{"load": {{"{omar}": 1.10, "{laila}": 2}}, "solver": "a \\"b\\" ∂",'
        f' "students": [{{"name": "{omar}", "limits": {{"day": 3}}}}, {{"name": null}}]}}'
    )
    assert set(secrets(JSON, text)) == {"Laila", "Omar"}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"secret": 1}', "(top)"),
        ('{"students": [{"age": 7}]}', "students[]"),
        ('{"solver": {"deep": 1}}', "solver"),
        ('{"students": "Omar"}', "students"),
        ("[true]", "[]"),
    ],
)
def test_a_json_path_that_nobody_decided_about_is_refused_without_showing_the_value(text, path):
    with pytest.raises(UnfitValueError) as caught:
        made(JSON, text)
    assert path in str(caught.value)
    assert "Omar" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_json_keys_that_would_become_one_are_numbered():
    rule = rules.json({"*": rules.keep(), "*~": rules.constant("Ida")})
    assert made(rule, '{"Omar": 1, "Laila": 2, "Karim": 3}') == '{"Ida": 1, "Ida 2": 2, "Ida 3": 3}'
    # A name that the declaration spells out, or that another key has, is not free either.
    rule = rules.json({"Ida": rules.keep(), "*": rules.keep(), "*~": rules.constant("Ida")})
    assert made(rule, '{"Omar": 1, "Ida": 2}') == '{"Ida 2": 1, "Ida": 2}'
    assert made(rule, '{"Omar": 1}') == '{"Ida 2": 1}'


def test_spellings_of_one_name_stay_two_json_keys():
    zoe, ida = BY.first_name("Zoë"), BY.first_name("Omar")
    rule = rules.json({"*": rules.keep(), "*~": rules.first_name()})
    assert made(rule, '{"Zoë": 1, "Zoe\u0308": 2}') == f'{{"{zoe}": 1, "{zoe} 2": 2}}'
    # json, unlike jsonb, may repeat a key: it stays repeated.
    assert made(rule, '{"Omar": 1, "Omar": 2}') == f'{{"{ida}": 1, "{ida}": 2}}'


def test_a_json_key_cannot_become_null():
    rule = rules.json({"*": rules.keep(), "*~": rules.null()})
    with pytest.raises(UnfitValueError, match="gives NULL"):
        made(rule, '{"Omar": 1}')


def sorted_as_jsonb(value):
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
        return {key: sorted_as_jsonb(value[key]) for key in keys}
    return [sorted_as_jsonb(one) for one in value] if isinstance(value, list) else value


KEYS = st.text(st.characters(exclude_characters=".[*", exclude_categories=["Cs"]))
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]))
)


@hypothesis_settings(deadline=None)
@given(st.dictionaries(KEYS, LEAVES | st.lists(LEAVES)))
def test_what_is_kept_comes_back_as_jsonb_writes_it(value):
    written = json.dumps(sorted_as_jsonb(value), ensure_ascii=False)
    rule = rules.json({"*": rules.keep(), "*~": rules.keep(), "*[]": rules.keep()})
    assert made(rule, written) == written


@hypothesis_settings(deadline=None)
@given(st.dictionaries(KEYS, st.integers()))
def test_other_keys_come_in_the_order_of_jsonb_if_the_old_ones_did(value):
    rule = rules.json({"*": rules.keep(), "*~": rules.first_name()})
    found = made(rule, json.dumps(sorted_as_jsonb(value), ensure_ascii=False))
    keys = list(json.loads(found))
    assert len(keys) == len(value)
    assert keys == sorted(keys, key=lambda key: (len(key.encode()), key.encode()))


def test_numbers_have_no_largest():
    rule = rules.json({"*": rules.keep(), "*~": rules.keep()})
    number = "9" * 5_000
    text = f'{{"a": {number}, "b": 1e400, "c": -0.0, "d": 1.10}}'
    assert made(rule, text) == text
    assert re.fullmatch(
        r'\{"a": \d{5000}\}', made(rules.json({"a": rules.digits()}), f'{{"a": {number}}}')
    )


def test_booleans_stay_booleans():
    rule = rules.json({"[]": rules.choice(("true", "false"))})
    assert made(rule, "[true, false]") == "[false, true]"


@pytest.mark.parametrize("depth", [201, 1_000, 100_000])
@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"a": ', "}")])
def test_what_is_nested_too_deeply_is_refused(depth, begin, end):
    text = begin * depth + "1" + end * depth
    for use in (made, secrets):
        with pytest.raises(UnfitValueError, match="deeper than 200 levels"):
            use(rules.json({"a": rules.keep()}), text)


def test_two_hundred_levels_are_treated():
    rule = rules.json({"[]" * 200: rules.first_name()})
    assert made(rule, "[" * 200 + '"Omar"' + "]" * 200) == (
        "[" * 200 + f'"{BY.first_name("Omar")}"' + "]" * 200
    )
    # Brackets inside of texts are none.
    text = '["' + "[" * 1_000 + '"]'
    assert made(rules.json({"[]": rules.keep()}), text) == text


def test_escapes_are_read_and_written_as_postgresql_does():
    rule = rules.json({"[]": rules.keep()})
    assert made(rule, r'["\u00e9", "\u0001\b\f\n\r\t", "\/", "\ud83d\ude00"]') == (
        '["é", "\\u0001\\b\\f\\n\\r\\t", "/", "😀"]'
    )
    assert secrets(rules.json({"[]": rules.first_name()}), r'["\u004fmar"]') == ["Omar"]


def test_what_no_text_can_hold_stays_escaped():
    rule = rules.json({"[]": rules.keep()})
    assert made(rule, r'["\ud800", "\u0000"]') == r'["\ud800", "\u0000"]'
    assert made(rules.json({"[]": rules.first_name()}), r'["\ud800"]') != r'["\ud800"]'


@pytest.mark.parametrize("text", ["", "Omar", '{"a": Omar}', "[NaN]", '{"a": Infinity}', '["a'])
def test_what_is_no_json_is_refused_without_showing_it(text):
    with pytest.raises(UnfitValueError, match="not JSON") as caught:
        made(rules.json({"a": rules.keep(), "[]": rules.keep()}), text)
    assert "Omar" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("key", ["a.b", "*", "a[]", "*~", "a.*~"])
def test_a_key_that_looks_like_a_path_is_none(key):
    rule = rules.json({"a.b": rules.keep(), "a[]": rules.keep(), "a.*~": rules.keep()})
    with pytest.raises(UnfitValueError, match="a key that no path names"):
        made(rule, json.dumps({key: "Omar"}))
