"""What is known of somebody: hidden values and parts of them, each as its own column treats it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from db_workflow.testdata.rules.pseudonyms import Pseudonyms
from db_workflow.testdata.rules.rule import Part, Rule
from db_workflow.testdata.rules.spelling import (
    NAME_WORD,
    WORD_OR_SIGN,
    long_numbers,
    plain_spellings,
    words_of,
)

# The leak gate looks for no more of a long value either.
_MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Known:
    """Something that is known.

    Attributes:
        text: what to look for: the value or a part of it, such as one word of a name.
        value: the whole value.
        rule: what its column has.
        instead: treats the text where that rule gives NULL.
        words: those of the text, folded and without accents.
        exact: whether it is so short that it counts only as it was written.

    """

    text: str
    value: str
    rule: Rule
    instead: Rule
    words: tuple[str, ...]
    exact: bool

    @property
    def is_number(self) -> bool:
        """Whether it has nothing but digits."""
        return all(map(str.isdecimal, self.words))

    def made(self, mention: str, by: Pseudonyms) -> str:
        """Return what stands in the place of a mention.

        What is between the words of a mention stays, if the rule leaves it, too: in "Omar. Ali"
        for "Omar Ali", but not in an address.
        """
        made = self.pseudonym(by)
        if len(self.words) == 1 or _between(made) != _between(self.text):
            return made
        rest = (other.group() for other in WORD_OR_SIGN.finditer(made))
        return WORD_OR_SIGN.sub(lambda _: next(rest), mention)

    def made_number(self, mention: str, by: Pseudonyms) -> str:
        """Return other digits in the places of a number's, the known ones from its end on."""
        made = list(by.same_shape("digits", mention))
        own, others = "".join(self.words), _digits(self.pseudonym(by))
        if len(own) == len(others):
            places = [place for place, sign in enumerate(mention) if sign.isdecimal()]
            behind = zip(reversed(places), reversed(_digits(mention)), strict=True)
            for (place, digit), old, new in zip(
                behind, reversed(own), reversed(others), strict=False
            ):
                if digit != old:
                    break
                made[place] = new
        return "".join(made)

    def pseudonym(self, by: Pseudonyms) -> str:
        """Return what its own column makes of it."""
        whole = self.rule.apply(self.value, by)
        if whole is None:
            return self.instead.apply(self.text, by) or ""
        if self.text == self.value:
            return whole
        name, at, _ = self.value.partition("@")
        if at and self.text in {name, name.partition("+")[0]}:
            return whole.partition("@")[0]
        if self.rule.name == "email":  # the address without what sorts the mail
            return whole
        # "Omar" of "Omar Ali" is what it is there: the first name of the pseudonym.
        words: list[str] = NAME_WORD.findall(self.value)
        others: list[str] = NAME_WORD.findall(whole)
        if len(words) == len(others) and self.text in words:
            return others[words.index(self.text)]
        return self.rule.apply(self.text, by) or ""


def known_values(pieces: Iterable[Part], instead: Rule) -> list[Known]:
    """Return what hidden values give to look for.

    Args:
        pieces: the values, each with the rule of its own column.
        instead: treats what such a rule makes NULL of.

    """
    found = [
        known
        for piece in pieces
        for part in piece.rule.parts(piece.text)
        if part.rule.transform is not None  # neither kept nor a text that is itself such a one
        for known in _parts(part, instead)
    ]
    # A value before a part of another one: a first name before the first half of an address.
    return sorted(found, key=lambda known: known.text != known.value)


def _parts(part: Part, instead: Rule) -> Iterator[Known]:
    for text in part.rule.secrets(part.text):
        words = tuple(words_of(text)[:_MOST_WORDS])
        length = sum(map(len, words))
        # The leak gate finds the others in any case, so they have to go in any case.
        exact = length < part.rule.shortest - (not text.isascii())
        if length > 1 and (text[:1].isupper() or not exact):
            # Without accents: first as they are left away, then as others are written for them.
            for spelled in [*plain_spellings(text)] or [text]:
                plain = tuple(words_of(spelled)[:_MOST_WORDS])
                yield Known(text, part.text, part.rule, instead, plain, exact)


def _between(text: str) -> list[str]:
    return WORD_OR_SIGN.split(text)


def _digits(text: str) -> str:
    return "".join(long_numbers(text))
