"""The rule that is a function of the repository's own."""

import hashlib
from collections.abc import Callable, Collection, Iterable

from db_workflow.testdata.rules.functions import what_it_does
from db_workflow.testdata.rules.rule import SHORTEST, Rule, Transform, whole
from db_workflow.testdata.rules.spelling import folded_words


def custom(
    function: Transform,
    *,
    secrets: Callable[[str], Iterable[str]] = whole,
    vocabulary: Collection[str] = (),
    shortest: int = SHORTEST,
    may_stay: bool = False,
) -> Rule:
    """Treat values by a function of one's own.

    Its source, and that of the helpers and constants of the repository that it uses, is part of
    the rules' digest: see `functions.what_it_does`.

    Args:
        function: a pure function (value, pseudonyms) -> text or None.
        secrets: the parts of a value that must not be found in any file.
        vocabulary: words that the function writes by itself.
        shortest: the fewest letters of a secret that is worth a search.
        may_stay: whether a value may come out as it went in; otherwise one that does is refused,
            unless nothing of it is a secret.

    Raises:
        ValueError: it has no source, or uses what is defined only further down.

    """
    digest = hashlib.sha256(what_it_does(function).encode()).hexdigest()[:16]
    return Rule(
        "custom",
        (getattr(function, "__qualname__", "function"), digest),
        function,
        vocabulary=folded_words(vocabulary),
        secrets=secrets,
        shortest=shortest,
        may_stay=may_stay,
    )
