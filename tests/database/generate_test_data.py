"""What may leave production, column by column: TABLE_CONFIG.

`python tests/database/generate_test_data.py` writes `data/auto_<table>.py` by it, as `invoke
generate` does. Every column is decided here, once: kept on purpose, or transformed. What needs no
line: enums, booleans and the UUIDs of primary keys, which name nobody, are kept; a foreign key
follows the column that it refers to. A column that nobody has decided about stops the run.

`invoke scaffold TABLE` writes a new table's entry at the end, with the rules that suggest
themselves, each as `rules.undecided(…)`: they stop the run, too, until somebody has taken that
away around what is right, or written another rule.

What is kept although it is about people: money, grades, numbers of lessons, time zones and the
hours of the week. Tests live on their sums, limits and overlaps, and without names, addresses and
dates they belong to nobody.
"""

import re
from collections.abc import Iterator

from db_workflow.scripts import run_generator
from db_workflow.testdata import Pseudonyms, Rule, Table, rules

# Public on purpose: everyone signs in to test data as "public-test-password". A real Argon2id hash
# of it, because the column accepts nothing else; the same as in factories.py.
TEST_PASSWORD = "public-test-password"
TEST_PASSWORD_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$TcBoZcce8idTi+8jI7duhA"
    "$y6f+11Ayz9PZ4NoCYiSMYxzgIrKmKNHfP0Q8hCJAu+I"
)

# The words that the timetable writes itself; every other word in its texts is somebody's name.
LESSON_WORDS = ("Math", "Physics", "Chemistry", "Biology", "IT", "Geography", "with")
BUSY_WORDS = ("sleep", "school", "sports", "others", "work", "personal")


_DERIVED_KEY = re.compile(r"tuition-[0-9a-f-]{36}")


def derived_or_token(value: str, pseudonyms: Pseudonyms) -> str:
    """Keep an event key that is derived from an id; replace one that a person has typed."""
    if _DERIVED_KEY.fullmatch(value):
        return value
    return f"typed-{pseudonyms.letters('event key', value)}"


def typed_key(value: str) -> Iterator[str]:
    """Yield what must not be found in the files: only what was typed."""
    if not _DERIVED_KEY.fullmatch(value):
        yield value


# One offset of whole weeks for every instant: a lesson stays on its weekday, after the sign-up and
# before the payment, and none is on the day on which it really was.
INSTANT = rules.shift_days()
CREATED = {"created_at": INSTANT}
STAMPS = {**CREATED, "updated_at": INSTANT}
SPAN = {"starts_at": INSTANT, "ends_at": INSTANT}
WEEKLY = {"day_of_week": rules.keep(), "start_time": rules.keep(), "end_time": rules.keep()}
MONEY = rules.keep()
NUMBER = rules.keep()
SLOT_NAME = rules.scrub(keep=(*LESSON_WORDS, *BUSY_WORDS))  # "Math 1: Omar, Laila with Karim"


def table(name: str, factory: str, columns: dict[str, Rule] | None = None) -> Table:
    """Return a table whose file and variable have the usual names."""
    return Table(
        name,
        file=f"auto_{name}.py",
        variable=f"AUTO_{name.upper()}_DATA",
        factory=factory,
        columns=columns or {},
    )


TABLE_CONFIG = (
    # --- People ---
    table(
        "users",
        "UserFactory",
        {
            "email": rules.email(),
            "password_hash": rules.constant(TEST_PASSWORD_HASH),
            "first_name": rules.first_name(),
            "last_name": rules.last_name(),
            "time_zone": rules.keep(),
            **STAMPS,
        },
    ),
    table("admins", "AdminFactory"),
    table(
        "teachers",
        "TeacherFactory",
        {
            "currency": rules.keep(),
            "birth_date": rules.birth_date(),
        },
    ),
    table("parents", "ParentFactory", {"currency": rules.keep()}),
    table(
        "students",
        "StudentFactory",
        {
            "cost": MONEY,
            "min_lessons_per_week": NUMBER,
            "max_lessons_per_week": NUMBER,
            # Who still has one signs in with it, so it has to be what the hash was made of.
            "generated_password": rules.constant(TEST_PASSWORD),
            "grade": NUMBER,
        },
    ),
    # --- Curriculum ---
    table("teacher_specialties", "TeacherSpecialtyFactory", {"grade": NUMBER}),
    table("student_subjects", "StudentSubjectFactory", {"lessons_per_week": NUMBER}),
    table("student_subject_sharings", "StudentSubjectSharingFactory"),
    # --- Tuitions ---
    table(
        "tuitions",
        "TuitionFactory",
        {
            "lesson_index": NUMBER,
            "min_duration_minutes": NUMBER,
            "max_duration_minutes": NUMBER,
            **STAMPS,
        },
    ),
    table("tuition_template_charges", "TuitionTemplateChargeFactory", {"cost": MONEY}),
    table(
        "meeting_links",
        "MeetingLinkFactory",
        {
            "url": rules.url(),
            "meeting_id": rules.digits(),
            "password": rules.token(length=8),
        },
    ),
    # --- Finance ---
    table("tuition_logs", "TuitionLogFactory", {"grade": NUMBER, **SPAN, **STAMPS}),
    table("tuition_log_charges", "TuitionLogChargeFactory", {"cost": MONEY}),
    table(
        "payment_logs",
        "PaymentLogFactory",
        {"amount": MONEY, "paid_at": INSTANT, "notes": rules.text(words=12), **STAMPS},
    ),
    # --- Notes ---
    table(
        "notes",
        "NoteFactory",
        {
            "name": rules.text(words=4),
            "description": rules.text(words=24),
            "url": rules.url(),
            **STAMPS,
        },
    ),
    # --- Timetable ---
    table("availability_intervals", "AvailabilityIntervalFactory", WEEKLY),
    table(
        "timetable_runs",
        "TimetableRunFactory",
        {
            "parameters": rules.json(
                {
                    "source": rules.keep(),
                    "requested_by": rules.full_name(),
                    "approved": rules.keep(),
                    "comment": rules.text(words=12),
                    "error": rules.text(words=12),
                    # The solver's knobs: their names are the program's.
                    "day.start": rules.keep(),
                    "day.end": rules.keep(),
                    "weights.*": rules.keep(),
                    "weights.*~": rules.keep(),
                    # What is said about people, under their names.
                    "teacher_load.*": NUMBER,
                    "teacher_load.*~": rules.first_name(),
                    "busy.*[][]": rules.keep(),
                    "busy.*~": rules.full_name(),
                    "contacts.*": rules.phone(),
                    "contacts.*~": rules.full_name(),
                    # A summary from the solver of v0.3, a list from those before it.
                    "unplaced.lessons": NUMBER,
                    "unplaced.examples[]": SLOT_NAME,
                    "unplaced[].lesson": SLOT_NAME,
                    "unplaced[].reason": rules.text(),
                    "moved[].by": rules.full_name(),
                    "moved[].slot": SLOT_NAME,
                    "moved[].day": rules.keep(),
                }
            ),
            "finished_at": INSTANT,
            **CREATED,
        },
    ),
    table("timetable_run_user_solutions", "TimetableRunUserSolutionFactory"),
    table(
        "timetable_solution_slots",
        "TimetableSolutionSlotFactory",
        {
            "name": SLOT_NAME,
            "participants": rules.keep(),  # keys of users, which are kept
            **WEEKLY,
        },
    ),
    table(
        "calendar_events",
        "CalendarEventFactory",
        {
            "event_key": rules.custom(derived_or_token, secrets=typed_key, vocabulary=("typed",)),
            "title": rules.scrub(keep=LESSON_WORDS),
            **SPAN,
        },
    ),
    # --- Devices ---
    table(
        "user_devices",
        "UserDeviceFactory",
        {"push_token": rules.token("device-", length=32), "last_seen_at": INSTANT, **CREATED},
    ),
)

if __name__ == "__main__":
    run_generator(__file__)
