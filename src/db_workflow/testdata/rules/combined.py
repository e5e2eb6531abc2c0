"""Rules that apply others: what those want to know of the row, the outer one has to ask for."""

from collections.abc import Callable, Sequence

from db_workflow.testdata.rules.rule import Beside, Part, Rule

Found = tuple[tuple[Part, ...], ...]
Given = Callable[[Found], Rule]


def asked(
    rules: Sequence[Rule], make: Callable[[Sequence[Rule]], Rule]
) -> tuple[tuple[Beside, ...], Given | None]:
    """Return `beside` and `given` of a rule that applies others.

    Args:
        rules: the inner rules.
        make: makes the outer rule from as many others, which ask for nothing any more.

    """
    beside = tuple(wanted for rule in rules for wanted in rule.beside)
    if not beside:
        return (), None

    def given(found: Found) -> Rule:
        rest = iter(found)
        return make([_settled(rule, tuple(next(rest) for _ in rule.beside)) for rule in rules])

    return beside, given


def _settled(rule: Rule, found: Found) -> Rule:
    return rule if rule.given is None else rule.given(found)
