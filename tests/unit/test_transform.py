"""Blocks of rows through the rules: every distinct value once, NULL never, failures by place."""

import dataclasses
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db_workflow.errors import TestDataError
from db_workflow.testdata import rules
from db_workflow.testdata.declared.tables import Classified, Table
from db_workflow.testdata.extraction.lines import Lines
from db_workflow.testdata.extraction.transform import Transformer
from db_workflow.testdata.files.copytext import NULL, decode, encode
from db_workflow.testdata.gate.secrets import Secrets
from db_workflow.testdata.rules.key import Key
from db_workflow.testdata.rules.pseudonyms import Pseudonyms
from db_workflow.testdata.structure import Column, TableStructure, Unique

BY = Pseudonyms(Key("test", b"k" * 32))


def classified(kinds=None, **columns):
    """Return a table with an `id` and columns of some rules."""
    kinds = {"id": "number", **(kinds or {})}
    found = {
        name: Column(
            name, "text", kinds.get(name, "text"), kinds.get(name, "text"), None, False, False
        )
        for name in ("id", *columns)
    }
    key = Unique("t_pkey", ("id",), ("id",), None, True, True, False)
    structure = TableStructure("t", "public", "t", False, found, (key,), (), ())
    table = Table("t", file="auto_t.py", variable="AUTO_T_DATA", factory="TFactory")
    return Classified(table, structure, {"id": rules.keep(), **columns})


def shout(value, by):
    return value.upper() + "!"


SHOUT = rules.custom(shout)
# What is no code of the repository's own is not called once more to see whether it is pure.
BUILT_IN = dataclasses.replace(SHOUT, name="shout")


def test_a_column_is_treated_and_the_others_stay():
    transformer = Transformer(classified(a=SHOUT, b=rules.keep()), BY)
    assert transformer.block(["1\tx\tx", "2\ty\t"]) == ["1\tX!\tx", "2\tY!\t"]


def test_null_reaches_no_rule_and_stays_null():
    seen = []
    rule = dataclasses.replace(BUILT_IN, transform=lambda value, by: seen.append(value) or "made")
    assert Transformer(classified(a=rule), BY).block([f"1\t{NULL}", "2\tx"]) == [
        f"1\t{NULL}",
        "2\tmade",
    ]
    assert seen == ["x"]


def test_equal_values_are_treated_once_in_a_block():
    seen = []
    rule = dataclasses.replace(BUILT_IN, transform=lambda value, by: seen.append(value) or "made")
    Transformer(classified(a=rule), BY).block([f"{number}\tsame" for number in range(1000)])
    assert seen == ["same"]


def test_a_column_that_repeats_itself_is_treated_once_in_a_job():
    seen = []
    rule = dataclasses.replace(SHOUT, transform=lambda value, by: seen.append(value) or value + "!")
    noted = []
    transformer = Transformer(classified(a=rule), BY, note=lambda *one: noted.extend(one[3]))
    for block in (["x", "x", "y"], ["y", "z", "z", NULL], ["x", "z", NULL, NULL]):
        made = transformer.block([f"1\t{value}" for value in block])
        assert made == [f"1\t{value if value == NULL else value + '!'}" for value in block]
    assert sorted(noted) == sorted(set(seen)) == ["x", "y", "z"]
    assert len(seen) <= 6  # a rule of somebody's own is asked twice


def test_what_is_remembered_of_a_column_has_a_bound():
    transformer = Transformer(classified(a=SHOUT), BY)
    most = 0
    for block in range(100):
        values = [f"{block}.{number}" * 10 for number in range(500)] + ["same", "same"]
        made = transformer.block([f"1\t{value}" for value in values])
        assert made == [f"1\t{value.upper()}!" for value in values]
        most = max(most, len(transformer._transformed[0].known))
    assert 10_000 < most < 40_000


def test_a_rule_sees_values_and_not_escapes():
    block = Transformer(classified(a=SHOUT), BY).block(["1\ta\\tb\\\\n", "2\tplain"])
    assert block == ["1\tA\\tB\\\\N!", "2\tPLAIN!"]


def test_what_a_rule_makes_is_escaped():
    rule = rules.custom(lambda value, by: "two\nlines\tand \\N")
    assert Transformer(classified(a=rule), BY).block(["1\tx"]) == ["1\ttwo\\nlines\\tand \\\\N"]


def test_a_rule_may_make_null_of_some():
    rule = rules.custom(lambda value, by: None if value == "x" else "a" + value)
    assert Transformer(classified(a=rule), BY).block(["1\tx", "2\ty"]) == [f"1\t{NULL}", "2\tay"]


def test_rows_of_a_table_without_rules_pass_as_they_are():
    lines = ["1\tx", ""]
    assert Transformer(classified(a=rules.keep()), BY).block(lines) is lines


@given(st.lists(st.tuples(st.text(), st.none() | st.text(), st.text()), min_size=1))
def test_any_text_gets_through_as_if_alone(values):
    """Blocks are only a faster way to say: each value by itself."""
    values = [
        tuple(
            None if one is None else one.encode(errors="ignore").decode().replace("\0", "")
            for one in row
        )
        for row in values
    ]
    lines = ["\t".join(map(encode, row)) for row in values]
    made = Transformer(classified(a=SHOUT, b=rules.keep()), BY).block(lines)
    assert [tuple(map(decode, line.split("\t"))) for line in made] == [
        (key, None if value is None else shout(value, BY), kept) for key, value, kept in values
    ]


@pytest.mark.parametrize("made", ["\ud800", "a\0b"])
def test_what_is_no_text_to_postgresql_is_refused_by_its_place(made):
    rule = rules.custom(lambda value, by: made if value == "b" else "x")
    with pytest.raises(TestDataError, match=r"t\.a: it gives what is no text .*\(row 20\)"):
        Transformer(classified(a=rule), BY).block(["10\ta", "20\tb"])


@pytest.mark.parametrize(
    "raised",
    [
        *(ValueError("Philippa"), KeyError("Philippa"), TypeError("Philippa"), MemoryError()),
        SystemExit("Philippa"),
    ],
)
def test_whatever_a_rule_raises_is_told_by_place_and_never_shown(raised):
    def odd(value, by):
        if value == "Philippa":
            raise raised
        return "x"

    rule = dataclasses.replace(SHOUT, transform=odd)
    with pytest.raises(TestDataError) as caught:
        Transformer(classified(a=rule), BY).block(["7\tsomebody", "8\tPhilippa", "9\tPhilippa"])
    error = caught.value
    assert error.data == {"table": "t", "column": "a", "row": "row 8"}
    assert type(raised).__name__ in str(error)
    assert "Philippa" not in f"{error} {error.data} {error.__cause__!r}"
    assert error.__suppress_context__


def test_a_rule_that_gives_something_else_each_time_is_refused():
    numbers = itertools.count()
    rule = rules.custom(lambda value, by: "always the same" if value == "x" else str(next(numbers)))
    transformer = Transformer(classified(a=rule), BY)
    assert transformer.block(["1\tx"]) == ["1\talways the same"]
    with pytest.raises(TestDataError, match=r"t\.a: .* gives something else each time"):
        transformer.block(["2\tPhilippa"])


@pytest.mark.parametrize(
    "found", [lambda value: [value, 5], lambda value: None, lambda value: {}[value]]
)
def test_secrets_that_cannot_be_told_are_the_rules_failure(found):
    rule = rules.custom(shout, secrets=lambda value: found(value) if value == "b" else [value])
    noted = Secrets()
    with pytest.raises(TestDataError, match=r"t\.a: (Type|Key)Error \(row 20\)") as caught:
        Transformer(classified(a=rule), BY, note=noted.note).block(["10\ta", "20\tb"])
    assert caught.value.__suppress_context__


def test_a_row_is_told_by_its_number_where_its_key_may_name_somebody():
    def odd(value, by):
        raise ValueError

    rule = dataclasses.replace(SHOUT, transform=odd)
    entry = classified({"id": "text"}, a=rule)
    for first, told in ((0, "row number 2"), (100_000, "row number 100002")):
        with pytest.raises(TestDataError) as caught:
            Transformer(entry, BY, first=first).block([f"Philippa\t{NULL}", "Omar\tx"])
        assert caught.value.data["row"] == told


def test_a_rule_that_hides_nothing_is_refused():
    rule = rules.custom(lambda value, by: value)
    with pytest.raises(TestDataError, match="gives the value back"):
        Transformer(classified(a=rule), BY).block(["1\tPhilippa"])


def test_what_was_hidden_is_told_once_for_each_distinct_value():
    noted = []
    transformer = Transformer(
        classified(a=SHOUT, b=rules.keep()),
        BY,
        note=lambda origin, column, rule, values: noted.append(
            (origin, column.name, sorted(values))
        ),
    )
    transformer.block(["1\tx\\ty\tkept", "2\tx\\ty\tkept", f"3\t{NULL}\tkept"])
    transformer.block([f"4\t{NULL}\tkept"])
    assert noted == [("t.a", "a", ["x\ty"])]


def test_whoever_checks_gets_the_columns_before_and_after():
    checked = []
    transformer = Transformer(
        classified(a=SHOUT), BY, check=lambda before, after: checked.append((before, after))
    )
    transformer.block(["1\tx", "2\ty"])
    assert checked == [([["1", "2"], ["x", "y"]], [["1", "2"], ["X!", "Y!"]])]


class Beside:
    """Companions whose rules append what stands beside the row."""

    select = ("t.owner::text",)

    def __init__(self):
        self.made = {}

    def rules(self, column, extra):
        return [self.made.setdefault(owner, self._rule(owner)) for owner in extra[0]]

    @staticmethod
    def _rule(owner):
        def transform(value, by):
            if value == "odd" and owner == "two":
                raise ValueError
            return f"{value} of {owner}"

        return dataclasses.replace(SHOUT, transform=transform, found=owner)


def by_row():
    rule = dataclasses.replace(SHOUT, transform=None, given=lambda found: SHOUT)
    return classified(a=rule)


def test_equal_values_of_different_rows_may_be_treated_otherwise():
    block = Transformer(by_row(), BY, Beside()).block(["1\tx\tone", "2\tx\ttwo", f"3\t{NULL}\ttwo"])
    assert block == ["1\tx of one", "2\tx of two", f"3\t{NULL}"]


def test_a_failure_of_one_rows_rule_names_that_row():
    with pytest.raises(TestDataError) as caught:
        Transformer(by_row(), BY, Beside()).block(["1\todd\tone", "2\todd\ttwo"])
    assert caught.value.data["row"] == "row 2"


@pytest.mark.parametrize("size", [1, 7, 100_000])
async def test_lines_are_whole_wherever_the_bytes_are_cut(size):
    rows = [f"{number}\té{'x' * (number % 50)}" for number in range(5000)]
    data = "".join(f"{row}\n" for row in rows).encode()
    found = []
    lines = Lines(found.extend)
    for start in range(0, len(data), size):
        await lines.take(data[start : start + size])
    lines.finish()
    assert found == rows


async def test_an_empty_line_is_a_row():
    found = []
    lines = Lines(found.extend)
    await lines.take(b"\n\n")
    lines.finish()
    assert found == ["", ""]


async def test_no_failure_leaves_the_taking_of_bytes_before_its_end():
    def fails(block):
        raise ZeroDivisionError

    lines = Lines(fails)
    for _ in range(100):
        await lines.take(b"x" * 10_000 + b"\n")
    with pytest.raises(ZeroDivisionError):
        lines.finish()
