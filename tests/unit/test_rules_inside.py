"""Rules that apply others, to elements, leaves or words, leave nothing of those out."""

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from db_workflow.testdata import Rule, rules
from db_workflow.testdata.rules.key import Key
from db_workflow.testdata.rules.pseudonyms import Pseudonyms, UnfitValueError
from db_workflow.testdata.rules.rule import Beside, Part

BY = Pseudonyms(Key("one", b"1" * 32))


def made(rule, value):
    return rule.apply(value, BY)


def test_every_element_of_an_array_is_treated_and_null_stays():
    rule = rules.each(rules.first_name())
    one, two, three = (BY.first_name(name) for name in ("Omar", "La", "ila"))
    written = '{Omar,NULL,"La\\"\\\\ila"}'
    assert made(rule, written) == f'{{"{one}",NULL,"{two}\\"\\\\{three}"}}'
    assert made(rule, '[0:1]={"NULL",""}') == f'[0:1]={{"{BY.first_name("NULL")}",""}}'
    parts = [secret for part in rule.parts(written) for secret in part.rule.secrets(part.text)]
    assert parts == ["Omar", 'La"\\ila', "La", "ila"]


def test_a_leaf_that_its_rule_gives_back_is_refused():
    lazy = rules.custom(give_back)
    for rule, value in ((rules.each(lazy), "{Omar}"), (rules.json({"a": lazy}), '{"a": "Omar"}')):
        with pytest.raises(UnfitValueError, match="gives the value back"):
            made(rule, value)
    assert made(rules.each(rules.custom(give_back, may_stay=True)), "{Omar}") == '{"Omar"}'


def give_back(value, _pseudonyms):
    return value


@hypothesis_settings(deadline=None)
@given(
    st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
)
def test_every_element_of_any_array_is_found(values):
    written = "{" + ",".join("NULL" if one is None else quoted(one) for one in values) + "}"
    rule = rules.each(rules.custom(backwards, may_stay=True))
    expected = ",".join("NULL" if one is None else quoted(one[::-1]) for one in values)
    assert made(rule, written) == "{" + expected + "}"


def quoted(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def backwards(value, _pseudonyms):
    return value[::-1]


# A rule that wants to know whose row it is, and then writes that.
ASKING = Rule(
    "asking",
    beside=(Beside("owner"),),
    given=lambda found: Rule(
        "asking", (), lambda _value, _by: found[0][0].text if found[0] else "nobody", found=found
    ),
)


def owner(name):
    return (Part(name, rules.keep()),)


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        (rules.each(ASKING), "{a,b}", '{"Ida","Ida"}'),
        (rules.scrub(keep=("x",), by=ASKING), "x Omar", "x Ida"),
    ],
    ids=str,
)
def test_what_an_inner_rule_wants_to_know_the_outer_one_asks_for(rule, value, expected):
    assert rule.beside == ASKING.beside
    assert not rule.keeps
    assert rule.transform is None
    assert made(rule.given((owner("Ida"),)), value) == expected
    assert rule.given((owner("Ida"),)) != rule.given((owner("Ola"),))


def test_every_inner_rule_of_json_gets_its_own_findings():
    rule = rules.json({"a": ASKING, "b": rules.keep(), "c": rules.each(ASKING), "d": ASKING})
    assert len(rule.beside) == 3
    settled = rule.given((owner("Ida"), owner("Ola"), ()))
    assert made(settled, '{"a": "x", "b": "y", "c": "{z}", "d": "x"}') == (
        '{"a": "Ida", "b": "y", "c": "{\\"Ola\\"}", "d": "nobody"}'
    )
