"""What a rule is: how a column's values are treated, and how what it did is recognised."""

import re
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

from db_workflow.testdata.rules.pseudonyms import Pseudonyms, UnfitValueError
from db_workflow.testdata.rules.spelling import joined_signs, words_of

Transform = Callable[[str, Pseudonyms], str | None]

ANY = frozenset({"any"})
# The leak gate looks for short names too; other values of three letters are too often words.
SHORTEST = 4


def whole(value: str) -> Iterable[str]:
    """Return the value itself: what most rules hide."""
    return (value,)


def texts(found: Iterable[str]) -> list[str]:
    """Return what a rule calls secrets, which code of the repository's own may have found.

    Raises:
        TypeError: one of them is no text.

    """
    secrets = list(found)
    "".join(secrets)
    return secrets


@dataclass(frozen=True, slots=True)
class Beside:
    """What a rule wants to know of the row that its value stands in.

    Attributes:
        column: a column of the same table, or a path over foreign keys to one of another:
            `lesson_id.student_id`.
        known: not its value, but what TABLE_CONFIG hides in the row that it refers to: the name,
            the address and the telephone number of that person. A column of the own primary key
            that refers to nothing means the row itself.

    """

    column: str
    known: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to treat a column. Two rules are equal if they do the same.

    Attributes:
        name: the function that makes it.
        arguments: its arguments, as text.
        transform: what it does; None keeps the value.
        fits: kinds of type it may stand on (`structure.Column.kind`), or "any".
        vocabulary: folded words it may write by itself. The leak gate does not take them for
            somebody's data where this rule wrote them.
        secrets: the parts of a source value that must not be found in any file.
        shortest: the fewest letters of a secret that is worth a search; beyond ASCII one fewer.
        invented: what in its output is made up letter by letter, and so may be another row's value
            by chance; the leak gate does not search that.
        inside: for a rule that applies others: the pieces of a value, each with its rule.
        beside: for a rule that treats equal values otherwise in other rows: what it wants to know.
        given: makes the rule for one row; takes for each of `beside` the pieces found there, each
            with the rule that its own column has. The rule that it returns has no `beside`.
        settled: the same as `given`, for who has the pseudonyms' key at hand: one and the same rule
            for all findings that are treated alike. Optional; it saves time.
        may_stay: whether a value may come out as it went in (a rounded number, say).
        found: what `given` was called with, so that the rules of two rows are not equal; never
            printed.

    """

    name: str
    arguments: tuple[str, ...] = ()
    transform: Transform | None = field(default=None, compare=False, repr=False)
    fits: frozenset[str] = field(default=ANY, compare=False, repr=False)
    vocabulary: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    secrets: Callable[[str], Iterable[str]] = field(default=whole, compare=False, repr=False)
    shortest: int = field(default=SHORTEST, compare=False, repr=False)
    invented: re.Pattern[str] | None = field(default=None, compare=False, repr=False)
    inside: "Callable[[str], Iterable[Part]] | None" = field(
        default=None, compare=False, repr=False
    )
    beside: tuple[Beside, ...] = ()
    given: "Callable[[tuple[tuple[Part, ...], ...]], Rule] | None" = field(
        default=None, compare=False, repr=False
    )
    settled: "Callable[[tuple[tuple[Part, ...], ...], Pseudonyms], Rule] | None" = field(
        default=None, compare=False, repr=False
    )
    may_stay: bool = field(default=False, compare=False, repr=False)
    found: Hashable = field(default=None, repr=False)

    @property
    def keeps(self) -> bool:
        """Whether the values go into the files as they are."""
        return self.transform is None and self.given is None

    def apply(self, value: str, by: Pseudonyms) -> str | None:
        """Return what goes into the file for a value.

        Raises:
            UnfitValueError: the rule cannot treat the value, or hides nothing of it: it comes out
                as it went in. So a rule that does nothing is noticed where the leak gate does not
                search, too: among dates, numbers, and words that are short or common.

        """
        if self.transform is None:
            return value
        made = self.transform(value, by)
        if made == value and not self.may_stay and self._hides(value):
            raise UnfitValueError("it gives the value back as it was")
        return made

    def parts(self, value: str) -> "Iterable[Part]":
        """Return the pieces of a value, from before or after, each with the rule that treats it."""
        return (Part(value, self),) if self.inside is None else self.inside(value)

    def hidden(self, value: str) -> list[str]:
        """Return the parts of a source value that must not be found in any file."""
        return [
            secret
            for part in self.parts(value)
            if not part.rule.keeps
            for secret in texts(part.rule.secrets(part.text))
        ]

    def __str__(self) -> str:
        """Return the rule as one writes it."""
        return f"{self.name}({', '.join(self.arguments)})"

    def _hides(self, value: str) -> bool:
        """Tell whether a value has anything to hide that this rule does not write by itself."""
        if self.inside is not None:  # the rules of its pieces have looked
            return False
        return any(
            not set(joined_signs(words_of(secret))) <= self.vocabulary
            for secret in self.secrets(value)
        )


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a value, the rule that treats it, and whether it is a number of JSON."""

    text: str
    rule: Rule
    number: bool = False
