"""Dates by person and texts about persons, through a whole extraction and its leak gate."""

import datetime
import runpy
from pathlib import Path

import pytest

from db_workflow.errors import TestDataError
from db_workflow.testdata.files.reading import read_table

TinyRepository = runpy.run_path(str(Path(__file__).with_name("tiny_repository.py")))[
    "TinyRepository"
]


def rows(repository, table):
    return list(read_table(repository.settings.data, f"auto_{table}.py").rows)


SCHOOL = """
    CREATE TABLE users (
        id int PRIMARY KEY, first_name text NOT NULL, last_name text NOT NULL,
        email text NOT NULL, birth_date date
    );
    CREATE TABLE students (id int PRIMARY KEY REFERENCES users, phone text);
    CREATE TABLE lessons (
        id int PRIMARY KEY, student_id int REFERENCES students, starts_at timestamptz NOT NULL,
        ends_at timestamptz NOT NULL, note text
    );
    CREATE TABLE payments (
        id int PRIMARY KEY, lesson_id int NOT NULL REFERENCES lessons, paid_on date, remark text
    );
    INSERT INTO users VALUES
        (1, 'Omar', 'Fernsby', 'omar@corp.example', '2010-02-03'),
        (2, 'Omar', 'Kowalczyk', 'second@corp.example', '2011-05-06'),
        (3, 'Laila', 'Quillfeather', 'laila@corp.example', '2012-07-08');
    INSERT INTO students VALUES (1, '+20 100 123 4567'), (2, NULL), (3, NULL);
    INSERT INTO lessons VALUES
        (10, 1, '2024-03-05 10:00+00', '2024-03-05 11:30+00', 'Omar did well'),
        (11, 2, '2024-03-06 10:00+00', '2024-03-06 11:00+00', 'OMAR''s father: Mr. KOWALCZYK'),
        (12, 3, '2024-03-07 10:00+00', '2024-03-07 11:00+00', 'algebra'),
        (13, NULL, '2024-03-08 10:00+00', '2024-03-08 11:00+00', 'nobody came');
    INSERT INTO payments VALUES
        (20, 10, '2024-03-19', 'Fernsby, Omar (omar@corp.example, 0100-123-4567)'),
        (21, 11, '2024-04-02', 'receipt_omarkowalczyk.pdf'), (22, 13, 'infinity', NULL);
"""
BY_PERSON = {
    "users": {
        "first_name": "rules.first_name()",
        "last_name": "rules.last_name()",
        "email": "rules.email()",
        "birth_date": "rules.shift_days(by='id')",
    },
    "students": {"phone": "rules.phone()"},
    "lessons": {
        "starts_at": "rules.shift_days(by='student_id')",
        "ends_at": "rules.shift_days(by='student_id')",
        "note": "rules.scrub_known(of='student_id')",
    },
    "payments": {
        "paid_on": "rules.shift_days(by='lesson_id.student_id')",
        "remark": "rules.scrub_known(of='lesson_id.student_id')",
    },
}


@pytest.fixture
async def school(server, tiny_settings):
    repository = TinyRepository(server, tiny_settings)
    repository.columns = BY_PERSON
    await repository.create(SCHOOL)
    return repository


def instant(value):
    return datetime.datetime.fromisoformat(value)


async def test_order_and_intervals_of_a_person_survive_in_three_tables(school):
    await school.extract()
    people, lessons, payments = (
        {row["id"]: row for row in rows(school, table)}
        for table in ("users", "lessons", "payments")
    )
    source = {"1": ("2010-02-03", "10", "2024-03-05", "20", "2024-03-19")}
    source["2"] = ("2011-05-06", "11", "2024-03-06", "21", "2024-04-02")
    offsets = set()
    for person, (born, lesson, held, payment, paid) in source.items():
        starts, ends = (instant(lessons[lesson][name]) for name in ("starts_at", "ends_at"))
        moved = starts.date() - datetime.date.fromisoformat(held)
        assert moved.days % 7 == 0
        assert moved.days != 0
        assert str(starts.time()) == "10:00:00"
        assert (ends - starts).total_seconds() in {5400, 3600}
        for before, after in (
            (born, people[person]["birth_date"]),
            (paid, payments[payment]["paid_on"]),
        ):
            assert datetime.date.fromisoformat(after) - datetime.date.fromisoformat(before) == moved
        offsets.add(moved)
    assert len(offsets) == 2
    assert payments["22"]["paid_on"] == "infinity"


async def test_a_note_loses_what_is_known_of_its_student_in_every_form(school):
    await school.extract()
    people = {row["id"]: row for row in rows(school, "users")}
    one, other = people["1"], people["2"]
    lessons = {row["id"]: row["note"] for row in rows(school, "lessons")}
    assert lessons["10"] == f"{one['first_name']} did well"
    assert lessons["11"] == f"{other['first_name']}'s father: Mr. {other['last_name']}"
    assert (lessons["12"], lessons["13"]) == ("algebra", "nobody came")
    phone = next(row["phone"] for row in rows(school, "students") if row["id"] == "1")
    remarks = {row["id"]: row["remark"] for row in rows(school, "payments")}
    start, number = remarks["20"].rsplit(" ", 1)
    assert start == f"{one['last_name']}, {one['first_name']} ({one['email']},"
    digits = "".join(filter(str.isdecimal, number))
    assert "".join(filter(str.isdecimal, phone)).endswith(digits[1:])
    assert remarks["21"] == f"receipt_{other['first_name']}{other['last_name']}.pdf"
    assert remarks["22"] is None


async def test_a_note_about_another_student_is_a_leak_that_names_the_row(school):
    await school.sql("UPDATE lessons SET note = 'Omar sat beside Laila' WHERE id = 10")
    with pytest.raises(TestDataError) as caught:
        await school.extract()
    said = str(caught.value)
    assert "lessons.note, row 10: holds a value of users.first_name" in said
    assert "row 11" not in said
    assert "Laila" not in said
    assert not list(school.settings.data.glob("auto_*"))


async def test_two_runs_give_the_same_bytes(school):
    await school.extract()
    assert (await school.extract()).changed == ()


async def test_a_column_that_leads_nowhere_is_refused_and_nothing_is_written(school):
    school.columns = {**BY_PERSON, "lessons": {"note": "rules.scrub_known(of='starts_at')"}}
    await school.declare()
    with pytest.raises(TestDataError, match=r"lessons\.note: .*lessons\.starts_at is no foreign"):
        await school.extract()
    assert not list(school.settings.data.glob("auto_*"))
