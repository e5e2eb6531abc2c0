"""The rule for every element of an array."""

import re
from collections.abc import Iterable, Iterator

from db_workflow.testdata.rules.combined import asked
from db_workflow.testdata.rules.pseudonyms import Pseudonyms
from db_workflow.testdata.rules.rule import Part, Rule

# One element of PostgreSQL's array text: quoted, or bare; and what stands between elements.
_ELEMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|([^{},"]+)|([{},])', re.DOTALL)
_BOUNDS = re.compile(r"(?:\[-?\d+:-?\d+\])+=")
_NULL_ELEMENT = "NULL"


def each(rule: Rule) -> Rule:
    """Apply a rule to every element of an array, of any number of dimensions; NULL stays."""

    def transform(value: str, by: Pseudonyms) -> str:
        made = []
        for raw, element in _elements(value):
            if element is None:
                made.append(raw)
                continue
            other = rule.apply(element, by)
            made.append(_NULL_ELEMENT if other is None else _quoted(other))
        return "".join(made)

    def inside(value: str) -> Iterable[Part]:
        for _, element in _elements(value):
            if element is not None:
                yield from rule.parts(element)

    beside, given = asked([rule], lambda rules: each(rules[0]))
    return Rule(
        "each",
        (str(rule),),
        None if given or rule.keeps else transform,
        frozenset({"array"}),
        inside=inside,
        beside=beside,
        given=given,
        found=rule.found,
    )


def _elements(value: str) -> Iterator[tuple[str, str | None]]:
    """Yield (raw, element) for elements and (raw, None) for all between them and for NULL."""
    bounds = _BOUNDS.match(value)
    start = bounds.end() if bounds else 0
    if bounds:
        yield bounds.group(), None
    for match in _ELEMENT.finditer(value, start):
        if match[3] is not None or match.group() == _NULL_ELEMENT:
            yield match.group(), None
        elif match[2] is not None:
            yield match.group(), match[2]
        else:
            yield match.group(), re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL)


def _quoted(element: str) -> str:
    return '"' + element.replace("\\", "\\\\").replace('"', '\\"') + '"'
