"""The digest of a custom rule takes in what its function uses, and nothing of the machine."""

import re
import textwrap

import pytest

from db_workflow.errors import WorkflowError
from db_workflow.modules import load_file
from db_workflow.settings import Settings
from db_workflow.testdata import rules
from db_workflow.testdata.rules.functions import what_it_does

MODULE = """
    import functools
    import re
    from dataclasses import dataclass
    from datetime import date
    from enum import StrEnum
    from pathlib import Path

    from db_workflow.testdata import rules

    HERE = Path(__file__).parent
    WORDS = {"one", "two", "three"}
    LENGTHS = {"short": [3, 4]}
    PATTERN = re.compile("[a-z]+")
    EPOCH = date(2000, 1, 1)
    UNUSED = 1

    class Kind(StrEnum):
        SMALL = "small"

    @dataclass(frozen=True)
    class Limits:
        most: int = 9

        def cut(self, value):
            return value[: self.most + EXTRA]

    LIMITS = Limits(most=7)
    EXTRA = 1

    @functools.cache
    def helper(value):
        return deeper(value) if HERE else value

    def deeper(value):
        return value.upper()

    def made_with(count):
        def inside(value):
            return value * count
        return inside

    TWICE = made_with(2)

    def odd(value, pseudonyms, end="."):
        if value in WORDS or len(value) in LENGTHS["short"] or PATTERN.match(value):
            return [helper(word) for word in TWICE(value)][0]
        return LIMITS.cut(value) + str(EPOCH) + Kind.SMALL + end

    RULE = rules.custom(odd)
"""


def digest(folder, text=MODULE):
    """Return what the rule of a module says about itself, loaded as the workflow loads it."""
    folder.mkdir(exist_ok=True)
    path = folder / "generate_test_data.py"
    path.write_text(textwrap.dedent(text))
    settings = Settings(
        root=folder,
        project="functions",
        sql=folder,
        runners="{version}",
        models="m:Base",
        enums="e",
        test_data=folder,
        codegen_reference=folder,
    )
    return str(load_file(path, settings=settings).RULE)


def test_it_is_the_same_in_every_checkout(tmp_path):
    assert digest(tmp_path / "one") == digest(tmp_path / "two")


def test_it_shows_nothing_of_what_the_function_holds(tmp_path):
    assert re.fullmatch(r"custom\(odd, [0-9a-f]{16}\)", digest(tmp_path))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"two", ', ""),
        ("[3, 4]", "[3, 5]"),
        ('compile("[a-z]+")', 'compile("[A-Z]+")'),
        ('compile("[a-z]+")', 'compile("[a-z]+", re.DOTALL)'),
        ("date(2000, 1, 1)", "date(2000, 1, 2)"),
        ('SMALL = "small"', 'SMALL = "tiny"'),
        ("most=7", "most=8"),
        ("[: self.most", "[1: self.most"),
        ("EXTRA = 1", "EXTRA = 2"),
        ("if HERE else value", "if HERE else value + '!'"),
        ("value.upper()", "value.lower()"),
        ("made_with(2)", "made_with(3)"),
        ("value * count", "value + count"),
        ('end="."', 'end="!"'),
    ],
)
def test_what_the_function_uses_changes_it(tmp_path, old, new):
    assert MODULE.count(old) == 1
    assert digest(tmp_path, MODULE.replace(old, new)) != digest(tmp_path)


def test_what_it_does_not_use_changes_nothing(tmp_path):
    assert digest(tmp_path, MODULE.replace("UNUSED = 1", "UNUSED = 2")) == digest(tmp_path)


def test_a_name_that_is_defined_below_the_rule_is_refused(tmp_path):
    with pytest.raises(WorkflowError, match="odd uses EXTRA, which is not defined above the rule"):
        digest(
            tmp_path,
            """
            from db_workflow.testdata import rules
            def odd(value, pseudonyms):
                return value + EXTRA
            RULE = rules.custom(odd)
            EXTRA = "!"
            """,
        )


@pytest.mark.parametrize("function", [str.upper, len, "no function"], ids=str)
def test_what_has_no_source_is_refused(function):
    with pytest.raises(ValueError, match="source in a file"):
        rules.custom(function)


def test_constants_that_hold_themselves_come_to_an_end():
    ring = [1]
    ring.append(ring)

    def odd(value, _pseudonyms):
        return value + str(ring)

    assert what_it_does(odd).endswith("ring = [1, …]")
