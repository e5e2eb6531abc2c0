"""Rules that look at the row: whose dates they are, and of whom a text speaks."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cache, partial

from db_workflow.testdata.rules.dates import moved
from db_workflow.testdata.rules.known import known_values
from db_workflow.testdata.rules.mentions import Mentions
from db_workflow.testdata.rules.pseudonyms import Pseudonyms
from db_workflow.testdata.rules.rule import Beside, Part, Rule
from db_workflow.testdata.rules.spelling import TELLING_NUMBER

_INSTANTS = frozenset({"date", "text"})
# For each thing that a rule wants to know of the row: the pieces that were found.
_Found = tuple[tuple[Part, ...], ...]


def shift_days(most: int = 364, *, group: str = "", by: str = "") -> Rule:
    """Move dates and instants of a group, or of a person in it, by the same whole weeks.

    So order, intervals and weekdays survive: in a group in one table and between tables; by person
    among all that belongs to that person, and who knows one person's dates learns no other's.
    Infinity stays.

    Args:
        most: at most so many days, forwards or backwards; 7 and more.
        group: columns that share the offset.
        by: the column that says whose dates they are, or a path to it over foreign keys:
            `"student_id"` in lessons and `"lesson_id.student_id"` in what refers to lessons agree
            with `"id"` in students. Where it is NULL, the dates have the offset of the group.

    """
    if most < 7:
        raise ValueError("shift_days moves by whole weeks: at least 7 days")
    arguments = (str(most), f"group={group!r}", *((f"by={by!r}",) if by else ()))
    by_days: dict[int, Rule] = {}

    def days(whose: str, pseudonyms: Pseudonyms) -> int:
        weeks = most // 7
        offset = pseudonyms.number(f"shift:{group}", whose, 2 * weeks) - weeks
        return 7 * (offset if offset < 0 else offset + 1)

    def moving(days: Callable[[Pseudonyms], int], found: Hashable = None) -> Rule:
        def transform(value: str, pseudonyms: Pseudonyms) -> str:
            return moved(value, days(pseudonyms)) if value.strip() else value

        return Rule("shift_days", arguments, transform, _INSTANTS, secrets=_finite, found=found)

    def given(found: _Found) -> Rule:
        return moving(partial(days, _only(found)), found)

    def settled(found: _Found, pseudonyms: Pseudonyms) -> Rule:
        number = days(_only(found), pseudonyms)
        if number not in by_days:
            by_days[number] = moving(lambda _: number, number)
        return by_days[number]

    if not by:
        return moving(cache(partial(days, "")))
    return Rule(
        "shift_days",
        arguments,
        fits=_INSTANTS,
        secrets=_finite,
        beside=(Beside(by),),
        given=given,
        settled=settled,
    )


def scrub_known(*, of: str | Sequence[str], by: Rule | None = None) -> Rule:
    """Replace in a text what is known of the persons whom it is about; the rest stays.

    Known is what TABLE_CONFIG hides in their rows, in joined inheritance in the rows of all tables
    that share their keys. Each value becomes what it becomes in its own column: "Omar" in a note
    is the pseudonym of Omar's first name. Whole words in any case, parts of names, any order. What
    looks like an e-mail address or a link, and numbers of six digits and more, always go.

    What is known of nobody stays: the leak gate refuses the file if it is somebody else's name.

    Args:
        of: the foreign key that says whom a text is about, or several, or paths to them over
            foreign keys: `("student_id", "lesson_id.teacher_id")`. The table's own primary key
            means the row itself.
        by: the rule for known values of which their own rule makes NULL; `first_name()` if none.

    Raises:
        ValueError: `of` names nothing.

    """
    from db_workflow.testdata import rules  # here, because it gathers all rules, and so this one

    paths = (of,) if isinstance(of, str) else tuple(of)
    if not all(paths) or not paths:
        raise ValueError("scrub_known needs to know whom a text is about: of=…")
    instead, address, link = by or rules.first_name(), rules.email(), rules.url()
    names = rules.full_name().vocabulary
    arguments = (f"of={paths!r}", f"by={instead}")
    vocabulary = names | instead.vocabulary | address.vocabulary | link.vocabulary

    def given(found: _Found) -> Rule:
        known = known_values((piece for pieces in found for piece in pieces), instead)
        mentions = Mentions(known, address=address, link=link)
        return Rule(
            "scrub_known",
            arguments,
            mentions.replaced,
            frozenset({"text"}),
            vocabulary,
            mentions.secrets,
            instead.shortest,
            TELLING_NUMBER,
            found=found,
        )

    return Rule(
        "scrub_known",
        arguments,
        fits=frozenset({"text"}),
        vocabulary=vocabulary,
        shortest=instead.shortest,
        invented=TELLING_NUMBER,
        beside=tuple(Beside(path, known=True) for path in paths),
        given=given,
    )


def _only(found: _Found) -> str:
    """Return the one value that was found, or what stands for nobody."""
    return found[0][0].text if found[0] else ""


def _finite(value: str) -> Iterator[str]:
    # Infinity stays: it is no day of anybody's.
    if not value.endswith("infinity"):
        yield value
