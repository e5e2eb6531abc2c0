"""What is taught to whom, and when students cannot come: the business as v0.1 writes it down."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from sample_business.chance import Chance, identifier
from sample_business.people import SUBJECTS, People, Student, Teacher

_SUBJECTS_TAKEN = ((1, 18), (2, 40), (3, 26), (4, 16))
_MOST_IN_A_GROUP = 4
_CENT = Decimal("0.01")
# Day, start, end, type, label.
_Block = tuple[int, time, time, str, str | None]

_LABELS = (
    "part-time job",
    "grandmother's",
    "Family lunch at uncle Basil's",
    "shift at the bakery",
    "doctor",
    "piano with Ms. Ottoline",
    "prayer",
    "?",
    None,
)


@dataclass(slots=True)
class Group:
    """Students who learn a subject together."""

    number: int
    teacher: Teacher
    subject: str
    lessons: int
    cost: Decimal
    members: list[Student] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tuition:
    """One of the lessons that a group has every week."""

    id: UUID
    number: int
    group: Group
    lesson_index: int
    shortest: int
    longest: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Lessons:
    """Every group and its weekly lessons."""

    groups: list[Group]
    tuitions: list[Tuition]


def price(group: Group, student: Student) -> Decimal:
    """Return what a student pays for a lesson: brothers and sisters pay a tenth less."""
    if not student.brothers_and_sisters_before:
        return group.cost
    return (group.cost * Decimal("0.90")).quantize(_CENT, ROUND_HALF_UP)


def invent_lessons(people: People) -> Lessons:
    """Put students into groups, and plan the groups' weeks."""
    groups = _Grouping(people).groups()
    chance, tuitions = Chance("tuitions"), list[Tuition]()
    for group in groups:
        shortest = chance.pick((45, 60, 60, 90))
        newest = max(student.person.created_at for student in group.members)
        for index in range(1, group.lessons + 1):
            number = len(tuitions)
            tuitions.append(
                Tuition(
                    identifier("tuition", number),
                    number,
                    group,
                    index,
                    shortest,
                    shortest + chance.pick((0, 15, 30, 30)),
                    newest + timedelta(days=1 + chance.below(20), seconds=chance.below(900)),
                )
            )
    return Lessons(groups, tuitions)


def student_subject_rows(lessons: Lessons) -> Iterator[tuple[object, ...]]:
    """Return rows of `student_subjects` at v0.1: the others are an array, with what it let in."""
    number = 0
    for group in lessons.groups:
        for student in group.members:
            others = [other.person.id for other in group.members if other is not student]
            if number % 11 == 0:
                others.append(student.person.id)
            if number % 19 == 0:
                others.append(_nobody(number))
            if number % 23 == 0:
                others += others[:1]
            yield (
                identifier("student subject", student.person.id, group.subject),
                student.person.id,
                group.teacher.person.id,
                group.subject,
                group.lessons,
                others,
            )
            number += 1


def tuition_rows(lessons: Lessons) -> Iterator[tuple[object, ...]]:
    """Return rows of `tuitions` at v0.1, two of them with nobody left to teach."""
    for tuition in lessons.tuitions:
        members = [student.person.id for student in tuition.group.members]
        if tuition.number % 13 == 0:
            members += members[:1]
        if tuition.number % 17 == 0:
            members.append(_nobody(tuition.number))
        yield _tuition_row(tuition, members)
    last = lessons.tuitions[-1]
    for index, members in ((8, [_nobody(-1)]), (9, [])):
        left = Tuition(
            identifier("tuition without students", index),
            -index,
            last.group,
            index,
            0,
            60,
            datetime(2023, 3, index, 16, tzinfo=UTC),
        )
        yield _tuition_row(left, members)


def interval_rows(people: People) -> Iterator[tuple[object, ...]]:
    """Return rows of `student_availability_intervals`: school, some nights, what else there is."""
    chance = Chance("intervals")
    for number, student in enumerate(people.students):
        workdays = (7, 1, 2, 3, 4) if student.level[0].startswith("National") else (1, 2, 3, 4, 5)
        blocks: list[_Block] = [
            (day, time(7, 45), time(14, 30), "school", None) for day in workdays
        ]
        night = chance.between(1, 6)
        blocks += [
            # A night is two intervals: none may end before it starts.
            (night, time(22, 30), time(23, 59), "sleep", None),
            (night + 1, time(0), time(6, 30), "sleep", None),
        ]
        if chance.often(0.5):
            blocks.append((chance.between(1, 7), time(16), time(17, 30), "sports", None))
        if chance.often(0.6):
            label = _LABELS[number % len(_LABELS)]
            blocks.append((chance.between(1, 7), time(19, 15), time(20), "others", label))
        for order, block in enumerate(blocks):
            yield (identifier("interval", number, order), student.person.id, *block)


def _tuition_row(tuition: Tuition, members: list[UUID]) -> tuple[object, ...]:
    group = tuition.group
    return (
        tuition.id,
        group.teacher.person.id,
        group.subject,
        tuition.lesson_index,
        tuition.shortest,
        tuition.longest,
        members,
        group.cost,
        tuition.created_at,
        tuition.created_at,
    )


def _nobody(number: int) -> UUID:
    """Return the identifier of a student who was deleted long ago."""
    return identifier("deleted student", number)


class _Grouping:
    """Finds each student a group: with a brother or sister, with the same level, or a new one."""

    def __init__(self, people: People) -> None:
        self._chance = Chance("groups")
        self._people = people
        self._groups: list[Group] = []
        self._teachers: dict[str, list[Teacher]] = defaultdict(list)
        for teacher in people.teachers:
            for subject in teacher.subjects:
                self._teachers[subject].append(teacher)
        # The newest group of a subject and level, and of a subject and family.
        self._newest: dict[object, Group] = {}

    def groups(self) -> list[Group]:
        for student in self._people.students:
            start, step = self._chance.below(6), self._chance.pick((1, 5))
            for order in range(self._chance.weighted(_SUBJECTS_TAKEN)):
                subject = SUBJECTS[(start + order * step) % 6]
                group = self._find(student, subject)
                group.members.append(student)
                for key in ((subject, student.level), (subject, student.parent.person.id)):
                    self._newest[key] = group
        return self._groups

    def _find(self, student: Student, subject: str) -> Group:
        family = self._newest.get((subject, student.parent.person.id))
        if family and len(family.members) < _MOST_IN_A_GROUP and self._chance.often(0.7):
            return family
        level = self._newest.get((subject, student.level))
        if level and len(level.members) < _MOST_IN_A_GROUP and self._chance.often(0.6):
            return level
        group = Group(
            len(self._groups),
            self._chance.pick(self._teachers[subject]),
            subject,
            self._chance.weighted(((1, 11), (2, 9))),
            student.cost,
        )
        self._groups.append(group)
        return group
