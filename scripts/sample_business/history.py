"""The history that v0.2 made room for: lessons held, what they cost, payments, notes, links.

Rows are made while they are loaded and never kept: going over the lessons again is cheaper than
remembering those of twenty thousand students.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from sample_business.chance import TODAY, Chance, identifier
from sample_business.lessons import Lessons, Tuition, price
from sample_business.people import Parent, People, Student, Teacher
from sample_business.texts import meeting, note_texts, payment_note

_Row = tuple[object, ...]
_NOTE_TYPES = ("STUDY_NOTES", "HOMEWORK", "PAST_PAPERS")
_WHOLE, _CENT = Decimal(1), Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Held:
    """A lesson that took place: a row of `tuition_logs`, and who was there."""

    id: UUID
    tuition: Tuition
    planned: bool
    starts_at: datetime
    ends_at: datetime
    status: str
    creation: str
    corrected_from: UUID | None
    created_at: datetime
    present: tuple[Student, ...]

    def row(self) -> _Row:
        """Return the row of `tuition_logs`."""
        group = self.tuition.group
        return (
            self.id,
            self.tuition.id if self.planned else None,
            group.teacher.person.id,
            group.subject,
            self.starts_at,
            self.ends_at,
            self.status,
            self.creation,
            self.corrected_from,
            self.created_at,
            # Voiding is the last that happened to a log.
            self.created_at + timedelta(hours=4 if self.status == "VOID" else 0),
        )


def held(lessons: Lessons) -> Iterator[Held]:
    """Return the lessons of the last weeks, in the order of their plans."""
    chance = Chance("history")
    for tuition in lessons.tuitions:
        day, quarter = chance.below(7), chance.between(40, 60)
        for week in range(chance.between(3, 6), 0, -1):
            if week == 2 and chance.often(0.1):
                continue  # a holiday
            starts_at = TODAY - timedelta(weeks=week, hours=6) + timedelta(days=day)
            yield from _occurrence(
                tuition, week, starts_at + timedelta(minutes=15 * quarter), chance
            )


def log_rows(lessons: Lessons) -> Iterator[_Row]:
    """Return rows of `tuition_logs`."""
    return (lesson.row() for lesson in held(lessons))


def charge_rows(lessons: Lessons, people: People) -> Iterator[_Row]:
    """Return rows of `tuition_log_charges`: a copy of price and payer for each who was there."""
    for number, lesson in enumerate(held(lessons)):
        for student, payer, cost in _charges(number, lesson, people):
            yield (
                identifier("log charge", lesson.id, student.person.id),
                lesson.id,
                student.person.id,
                payer.person.id,
                cost,
            )


def payment_rows(lessons: Lessons, people: People) -> Iterator[_Row]:
    """Return rows of `payment_logs`: what the active charges of a month came to, more or less."""
    owed: dict[tuple[UUID, UUID, int], Decimal] = defaultdict(Decimal)
    payers: dict[UUID, Parent] = {}
    receivers: dict[UUID, Teacher] = {}
    for number, lesson in enumerate(held(lessons)):
        if lesson.status == "VOID" or lesson.starts_at.month == TODAY.month:
            continue  # nobody is asked to pay before the month is over
        teacher = lesson.tuition.group.teacher
        for _, payer, cost in _charges(number, lesson, people):
            owed[payer.person.id, teacher.person.id, lesson.starts_at.month] += cost
            payers[payer.person.id], receivers[teacher.person.id] = payer, teacher
    chance = Chance("payments")
    for (payer_id, teacher_id, month), amount in owed.items():
        yield from _payments(payers[payer_id], receivers[teacher_id], month, amount, chance)


def note_rows(lessons: Lessons) -> Iterator[_Row]:
    """Return rows of `notes`: one student of a group or the other has some."""
    chance = Chance("notes")
    for group in lessons.groups:
        for student in group.members:
            for order in range(chance.weighted(((0, 5), (1, 4), (2, 1)))):
                note_type = chance.pick(_NOTE_TYPES)
                created = chance.before(TODAY, days=80)
                yield (
                    identifier("note", group.number, student.person.id, order),
                    group.teacher.person.id,
                    student.person.id,
                    group.subject,
                    note_type,
                    *note_texts(student, group.teacher, group.subject, note_type, chance),
                    created,
                    created,
                )


def meeting_rows(lessons: Lessons) -> Iterator[_Row]:
    """Return rows of `meeting_links`: some lessons are held from afar."""
    chance = Chance("meetings")
    for tuition in lessons.tuitions:
        if tuition.number == 0 or chance.often(0.4):
            link_type = chance.pick(("GOOGLE_MEET", "ZOOM"))
            teacher = tuition.group.teacher.person
            yield (
                identifier("meeting", tuition.number),
                tuition.id,
                *meeting(teacher, link_type, chance),
            )


def _occurrence(tuition: Tuition, week: int, starts_at: datetime, chance: Chance) -> Iterator[Held]:
    """Return the log of one lesson, or the several that it took to get it right."""
    # The very first is corrected twice, so that even the smallest business has a chain.
    first = tuition.number == 0 and week == 3
    present = tuple(who for who in tuition.group.members if first or not chance.often(0.07))
    if not present:
        return
    minutes = chance.pick((tuition.longest, tuition.shortest))
    lesson = Held(
        id=identifier("log", tuition.number, week, 0),
        tuition=tuition,
        # Some plans were deleted since; the lesson stays, without its plan.
        planned=not chance.often(0.03),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=max(minutes, 30)),
        status="ACTIVE",
        creation="CUSTOM" if chance.often(0.08) else "SCHEDULED",
        corrected_from=None,
        created_at=starts_at + timedelta(hours=1, microseconds=chance.below(10**10)),
        present=present,
    )
    corrections = 2 if first else chance.weighted(((0, 90), (1, 6), (2, 1)))
    cancelled = not first and corrections == 0 and chance.often(0.03)
    for order in range(corrections + 1):
        wrong = order < corrections or cancelled
        yield _correction(lesson, tuition, week, order, "VOID" if wrong else "ACTIVE")


def _correction(lesson: Held, tuition: Tuition, week: int, order: int, status: str) -> Held:
    """Return the lesson as it was written the n-th time, a quarter of an hour later each time."""
    if order == 0:
        earlier, creation = None, lesson.creation
    else:
        earlier, creation = identifier("log", tuition.number, week, order - 1), "CUSTOM"
    return Held(
        id=identifier("log", tuition.number, week, order),
        tuition=tuition,
        planned=lesson.planned,
        starts_at=lesson.starts_at + timedelta(minutes=15 * order),
        ends_at=lesson.ends_at + timedelta(minutes=15 * order),
        status=status,
        creation=creation,
        corrected_from=earlier,
        created_at=lesson.created_at + timedelta(hours=4 * order),
        present=lesson.present,
    )


def _charges(
    number: int, lesson: Held, people: People
) -> Iterator[tuple[Student, Parent, Decimal]]:
    for student in lesson.present:
        payer, cost = student.parent, price(lesson.tuition.group, student)
        if number % 97 == 41:
            payer = people.parents[number % len(people.parents)]  # an aunt paid, this once
        if number % 61 == 7:
            cost = Decimal(0)  # a lesson to try out
        yield student, payer, cost


def _payments(
    payer: Parent, receiver: Teacher, month: int, amount: Decimal, chance: Chance
) -> Iterator[_Row]:
    habit = chance.weighted((("all", 80), ("part", 12), ("later", 8)))
    if habit == "later":
        return
    if habit == "part":
        amount = (amount / 2).quantize(_WHOLE, ROUND_HALF_UP)
    paid_at = datetime(TODAY.year, month, 1, 9, tzinfo=TODAY.tzinfo)
    paid_at += timedelta(days=24 + chance.below(6), seconds=chance.below(40_000))
    # Typing errors: one amount ten times what it was, and the correction names it.
    amounts = [amount * 10, amount] if chance.often(0.07) else [amount]
    earlier: UUID | None = None
    for order, written in enumerate(amounts):
        last = order == len(amounts) - 1
        this = identifier("payment", payer.person.id, receiver.person.id, month, order)
        created = paid_at + timedelta(hours=20 * order, microseconds=chance.below(10**9))
        yield (
            this,
            payer.person.id,
            receiver.person.id,
            written.quantize(_CENT),
            paid_at,
            "ACTIVE" if last and not chance.often(0.02) else "VOID",
            payment_note(payer, receiver, chance),
            earlier,
            created,
            created if last else created + timedelta(hours=20),
        )
        earlier = this
