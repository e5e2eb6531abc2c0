"""The people: admins, teachers, and families of parents and students."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sample_business.chance import Chance, identifier
from sample_business.hashes import legacy_hash
from sample_business.names import CULTURES, Culture, Name

SUBJECTS = ("Math", "Physics", "Chemistry", "Biology", "IT", "Geography")

_CHILDREN = ((1, 51), (2, 34), (3, 11), (4, 4))
_STATUSES = (("NONE", 40), ("Alpha", 25), ("Omega", 18), ("Sigma", 12), ("HIM", 5))
_DOMAINS = ("example.com", "example.org", "mail.example.com", "school.example.org", "inbox.test")
# As the office typed them over the years; v0.3 has to read every one of these.
_SCHOOL_YEARS = {
    "IGCSE": ("IGCSE {}", "igcse year {}", "IGCSE {}", "  IGCSE   {} "),
    "SAT": ("SAT {}", "sat {}", "SAT"),
    "National-EG": ("National-EG {}", "EG {}", "eg grade {}"),
    "National-KW": ("National-KW {}", "KW {}", "kw {}"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """A row of `users`, and the name in plain letters that addresses are made of."""

    id: UUID
    email: str
    password_hash: str
    first_name: str
    last_name: str
    time_zone: str
    role: str
    is_active: bool
    is_first_sign_in: bool
    created_at: datetime
    updated_at: datetime
    plain: str

    @property
    def name(self) -> str:
        """First and last name as people write them."""
        return f"{self.first_name} {self.last_name}".rstrip()


@dataclass(frozen=True, slots=True)
class Teacher:
    """A teacher and what he or she teaches."""

    person: Person
    currency: str
    birth_date: date | None
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parent:
    """A parent, who pays."""

    person: Person
    currency: str


@dataclass(frozen=True, slots=True)
class Student:
    """A student as v0.1 knows one; `level` is what the school year means."""

    person: Person
    parent: Parent
    brothers_and_sisters_before: int
    status: str
    cost: Decimal
    min_lessons: int
    max_lessons: int
    generated_password: str | None
    school_year: str | None
    level: tuple[str, int]


@dataclass(slots=True)
class People:
    """Everyone in the business."""

    admins: list[Person] = field(default_factory=list)
    teachers: list[Teacher] = field(default_factory=list)
    parents: list[Parent] = field(default_factory=list)
    students: list[Student] = field(default_factory=list)

    def everyone(self) -> list[Person]:
        """Return all of them: admins, teachers, parents, students."""
        kinds = (self.teachers, self.parents, self.students)
        return [*self.admins, *(one.person for kind in kinds for one in kind)]


def invent_people(students: int) -> People:
    """Invent a business with so many students, and the people that go with them."""
    return _Inventor().people(students)


class _Inventor:
    def __init__(self) -> None:
        self._chance = Chance("people")
        self._addresses: Counter[str] = Counter()
        self._numbers: Counter[str] = Counter()

    def people(self, students: int) -> People:
        people = People()
        # The owner who signed up second comes first, so that «the first row» is not the Master.
        people.admins = [self._admin(position) for position in (1, 0, 2)]
        people.teachers = [self._teacher(number) for number in range(max(6, -(-students // 6)))]
        while len(people.students) < students:
            self._family(people, room=students - len(people.students))
        return people

    def _admin(self, position: int) -> Person:
        culture = CULTURES[position]
        first, last = self._chance.pick(culture.firsts), culture.lasts[-1 - position]
        created = datetime(2022, 8, 1 + position, 9, tzinfo=UTC)
        return self._person("admin", first, last, culture, created=created)

    def _teacher(self, number: int) -> Teacher:
        chance, culture = self._chance, CULTURES[(number * 3) % len(CULTURES)]
        created = chance.before(datetime(2023, 9, 1, tzinfo=UTC), days=330)
        last = culture.lasts[-1 - number // len(CULTURES) % len(culture.lasts)]
        person = self._person("teacher", chance.pick(culture.firsts), last, culture, created)
        born = date(1962, 1, 1) + timedelta(days=chance.below(13_000))
        subjects = {SUBJECTS[number % 6], chance.pick(SUBJECTS)}
        return Teacher(
            person,
            culture.currency,
            # One was born on a day that most years do not have; some never said.
            date(1980, 2, 29) if number == 0 else None if number % 5 == 4 else born,
            tuple(subject for subject in SUBJECTS if subject in subjects),
        )

    def _family(self, people: People, *, room: int) -> None:
        chance, number = self._chance, len(people.parents)
        culture = CULTURES[number % len(CULTURES)]
        last = culture.lasts[number // len(CULTURES) % len(culture.lasts)]
        created = chance.before(datetime(2025, 3, 1, tzinfo=UTC), days=900)
        # Every third family has one mailbox, and tells its members apart with tags.
        shared = f"{last[1]}.{chance.digits(2)}" if number % 3 == 0 else None
        payer, start = chance.pick(culture.firsts), chance.below(len(culture.firsts))
        parent = Parent(
            self._person("parent", payer, last, culture, created, mailbox=shared),
            culture.currency if number % 7 else "USD",
        )
        people.parents.append(parent)
        for order in range(min(room, chance.weighted(_CHILDREN))):
            first = culture.firsts[(start + order) % len(culture.firsts)]
            child = created + timedelta(minutes=7 * order + 3, seconds=chance.below(60))
            box = f"{shared}+{first[1]}" if shared else None
            people.students.append(
                self._student(first, last, culture, child, mailbox=box, parent=parent, order=order)
            )

    def _student(
        self,
        first: Name,
        last: Name,
        culture: Culture,
        created: datetime,
        *,
        mailbox: str | None,
        parent: Parent,
        order: int,
    ) -> Student:
        chance = self._chance
        generated = None
        if chance.often(0.3):
            generated = f"{chance.token(4)}-{chance.token(4)}-{chance.token(3)}".capitalize()
        person = self._person(
            "student", first, last, culture, created, mailbox=mailbox, password=generated
        )
        school_year, level = self._school_year(culture, self._numbers["student"])
        low = chance.weighted(((0, 6), (1, 3), (2, 1)))
        return Student(
            person,
            parent,
            order,
            chance.weighted(_STATUSES),
            Decimal(chance.between(12, 40) * 1000 + chance.pick((0, 0, 50, 75))).scaleb(-2),
            low,
            low + chance.between(2, 6),
            generated,
            school_year,
            level,
        )

    def _school_year(self, culture: Culture, number: int) -> tuple[str | None, tuple[str, int]]:
        if number % 12 == 5:
            return (None if number % 24 == 5 else ""), ("IGCSE", 10)
        # Some go to an international school, wherever they live.
        system = "IGCSE" if self._chance.often(0.3) else culture.system
        written = self._chance.pick(_SCHOOL_YEARS[system])
        grade = 12 if written == "SAT" else self._chance.between(8, 12)
        return written.format(grade), (system, grade)

    def _person(
        self,
        role: str,
        first: Name,
        last: Name,
        culture: Culture,
        created: datetime,
        *,
        mailbox: str | None = None,
        password: str | None = None,
    ) -> Person:
        chance = self._chance
        self._numbers[role] += 1
        number = self._numbers[role]
        everyone = self._numbers.total()
        new = password is not None or chance.often(0.05)
        return Person(
            id=identifier(role, number),
            email=self._address(first, last, mailbox, everyone),
            password_hash=legacy_hash(
                password or f"{first[0]}{chance.digits(4)}!", everyone, chance
            ),
            first_name=first[0],
            last_name=last[0],
            time_zone=chance.pick(culture.zones),
            role=role,
            # Whoever is an admin or has just been invited has not left.
            is_active=role == "admin" or new or not chance.often(0.06),
            is_first_sign_in=new,
            created_at=created,
            updated_at=created if new else created + timedelta(hours=chance.below(2000)),
            plain=f"{first[1]}.{last[1]}",
        )

    def _address(self, first: Name, last: Name, mailbox: str | None, number: int) -> str:
        """Return an address that nobody has, not even in other letters' case."""
        domain = _DOMAINS[number % len(_DOMAINS)]
        if mailbox:
            domain = "family.example.org"
        base = (
            mailbox
            or (
                f"{first[1]}.{last[1]}",
                f"{first[1][0]}{last[1]}",
                f"{first[1]}_{last[1]}+tutoring",
                f"{first[1].upper()}.{last[1].title()}",
                f"{first[0].lower().replace(' ', '')}.{last[1]}",  # in the owner's own script
                f"{last[1]}'{first[1]}",
            )[number % 6]
        )
        key = f"{base}@{domain}".lower()
        self._addresses[key] += 1
        if self._addresses[key] > 1:
            # Names hold no digits, so no other name's address ends like this.
            base = f"{base}.{self._addresses[key]}"
        return f"{base}@{domain.upper() if number % 12 == 3 else domain}"
