"""Rules that look at the row: what they want to know is found, in the same snapshot, or refused."""

import runpy
from pathlib import Path

import pytest

from db_workflow.connection import session
from db_workflow.errors import TestDataError
from db_workflow.testdata import Table, rules
from db_workflow.testdata.declared.beside import companion_problems
from db_workflow.testdata.declared.tables import Classified, VirtualKey
from db_workflow.testdata.extraction.companions import array_elements, companions
from db_workflow.testdata.rules.key import Key
from db_workflow.testdata.rules.pseudonyms import Pseudonyms
from db_workflow.testdata.rules.rule import Part
from db_workflow.testdata.structure import read_structure

TinyRepository = runpy.run_path(str(Path(__file__).with_name("tiny_repository.py")))[
    "TinyRepository"
]
BY = Pseudonyms(Key("test", b"k" * 32))


class Looker:
    """Asks a database for what rules want to know, as an extraction does."""

    def __init__(self, repository):
        self.repository = repository

    async def classified(self, columns, references=()):
        """Return every table, with rules by "table.column" and virtual keys by table."""
        async with session(self.repository.address, purpose="look") as connection:
            structure = await read_structure(connection, schemas=("public",))
        references = dict(references)
        return [
            Classified(
                Table(
                    name,
                    file=f"auto_{name}.py",
                    variable="X",
                    factory="F",
                    references=references.get(name, ()),
                ),
                table,
                {column: columns.get(f"{name}.{column}", rules.keep()) for column in table.written},
            )
            for name, table in structure.items()
        ]

    async def problems(self, columns, references=()):
        tables = await self.classified(columns, references)
        return [problem for entry in tables for problem in companion_problems(entry, tables)]

    async def found(self, place, columns, references=()):
        """Return for each row of a table, by its key, the rule that a column has there."""
        table, column = place.split(".")
        tables = await self.classified(columns, references)
        entry = next(entry for entry in tables if entry.table.name == table)
        beside = companions(entry, tables, BY)
        query = f"SELECT t.id, {', '.join(beside.select)} FROM {entry.structure.source} AS t"
        received = bytearray()

        async def take(data):
            received.extend(data)

        async with session(self.repository.address, purpose="look", read_only=True) as connection:
            await connection.copy_from_query(query, output=take, format="text")
        lines = [line.split("\t") for line in received.decode().splitlines()]
        keys, *extra = zip(*lines, strict=True)
        return dict(zip(keys, beside.rules(column, extra), strict=True))

    async def moved(self, place, rule, references=(), others=()):
        """Return how a date is moved in each row."""
        found = await self.found(place, {place: rule, **dict(others)}, references)
        return {key: rule.apply("2024-03-05", BY) for key, rule in found.items()}


@pytest.fixture
async def looker(server, tiny_settings):
    return Looker(TinyRepository(server, tiny_settings))


LESSONS = """
    CREATE TABLE students (id int PRIMARY KEY, name text);
    CREATE TABLE lessons (
        id int PRIMARY KEY, student_id int REFERENCES students, held date, note text
    );
    CREATE TABLE payments (id int PRIMARY KEY, lesson_id int REFERENCES lessons, paid_on date);
    INSERT INTO students VALUES (1, 'Omar'), (2, 'Laila');
    INSERT INTO lessons VALUES (10, 1), (11, 2), (13, NULL);
    INSERT INTO payments VALUES (20, 10), (21, 11), (22, 13);
"""


async def test_a_row_without_person_and_a_path_that_ends_early_have_the_group_s_offset(looker):
    await looker.repository.create(LESSONS)
    common = rules.shift_days().apply("2024-03-05", BY)
    moved = await looker.moved("lessons.held", rules.shift_days(by="student_id"))
    assert moved["13"] == common
    assert moved["10"] != common
    paid = await looker.moved("payments.paid_on", rules.shift_days(by="lesson_id.student_id"))
    assert paid == {"20": moved["10"], "21": moved["11"], "22": common}


async def test_rows_of_one_person_share_one_rule(looker):
    await looker.repository.create(
        f"{LESSONS} INSERT INTO lessons SELECT n, 1 FROM generate_series(100, 199) n"
    )
    columns = {
        "students.name": rules.first_name(),
        "lessons.note": rules.scrub_known(of="student_id"),
    }
    found = await looker.found("lessons.note", columns)
    assert len({id(found[str(number)]) for number in (10, *range(100, 200))}) == 1
    assert found["11"] is not found["10"]


async def test_a_path_goes_along_composite_keys_and_self_references(looker):
    await looker.repository.create(
        """
        CREATE TABLE people (
            school int, id int, name text, boss int, PRIMARY KEY (school, id),
            FOREIGN KEY (school, boss) REFERENCES people
        );
        CREATE TABLE notes (
            id int PRIMARY KEY, school int, person int, words text,
            FOREIGN KEY (school, person) REFERENCES people
        );
        INSERT INTO people VALUES (1, 7, 'Fernsby', NULL), (1, 8, 'Omar', 7), (2, 7, 'Laila', NULL);
        INSERT INTO notes VALUES (1, 1, 8, ''), (2, 2, 7, ''), (3, 1, NULL, '');
        """
    )
    text = "Omar, Fernsby, Laila"
    omar, boss, laila = (rules.full_name().apply(name, BY) for name in text.split(", "))
    columns = {"people.name": rules.full_name()}
    found = await looker.found(
        "notes.words", {**columns, "notes.words": rules.scrub_known(of="person")}
    )
    assert [found[key].apply(text, BY) for key in "123"] == [
        f"{omar}, Fernsby, Laila",
        f"Omar, Fernsby, {laila}",
        text,
    ]
    found = await looker.found(
        "notes.words", {**columns, "notes.words": rules.scrub_known(of=("person", "person.boss"))}
    )
    assert found["1"].apply(text, BY) == f"{omar}, {boss}, Laila"


async def test_the_own_key_means_the_row_itself_and_all_that_share_it(looker):
    await looker.repository.create(
        """
        CREATE TABLE users (id uuid PRIMARY KEY, name text);
        CREATE TABLE students (id uuid PRIMARY KEY REFERENCES users, nick text, about text);
        CREATE TABLE teachers (id uuid PRIMARY KEY REFERENCES users, alias text);
        INSERT INTO users SELECT '11111111-2222-4333-8444-555555555555', 'Omar';
        INSERT INTO students SELECT id, 'Sunny', '' FROM users;
        INSERT INTO teachers SELECT id, 'Captain' FROM users;
        """
    )
    first = rules.first_name()
    columns = {
        "users.name": first,
        "students.nick": first,
        "teachers.alias": first,
        "students.about": rules.scrub_known(of="id"),
    }
    (rule,) = (await looker.found("students.about", columns)).values()
    names = ("Omar", "Sunny", "Captain")
    assert rule.apply(" ".join(names), BY) == " ".join(first.apply(name, BY) for name in names)


async def test_values_of_any_signs_arrive_exactly(looker):
    await looker.repository.create(
        """
        CREATE TABLE people (id int PRIMARY KEY, name text, aliases text[]);
        CREATE TABLE notes (id int PRIMARY KEY, person_id int REFERENCES people, words text);
        INSERT INTO people VALUES
            (1, E'O"Brien\\\\{}, \\t\\n', ARRAY['Null', 'NULL', 'a,"b\\c', '', NULL]),
            (2, NULL, NULL);
        INSERT INTO notes VALUES (1, 1, ''), (2, 2, '');
        """
    )
    rule = rules.scrub_known(of="person_id")
    columns = {
        "people.name": rules.text(),
        "people.aliases": rules.each(rules.text()),
        "notes.words": rule,
    }
    found = await looker.found("notes.words", columns)
    assert found["1"].found == (
        (
            Part('O"Brien\\{}, \t\n', columns["people.name"]),
            Part('{"Null","NULL","a,\\"b\\\\c","",NULL}', columns["people.aliases"]),
        ),
    )
    assert found["2"].found == ((),)


def test_arrays_are_read_as_the_server_prints_them():
    assert array_elements('{{a,NULL,"NULL"},{"","b\\"c\\\\d","{e,f}"}}') == [
        "a",
        None,
        "NULL",
        "",
        'b"c\\d',
        "{e,f}",
    ]
    assert array_elements("{}") == []


async def test_equal_keys_that_are_written_differently_are_one_person(looker):
    await looker.repository.create(
        """
        CREATE TABLE people (id numeric PRIMARY KEY, born date);
        CREATE TABLE lessons (id int PRIMARY KEY, person_id numeric REFERENCES people, held date);
        INSERT INTO people VALUES (1.0, '2001-02-03');
        INSERT INTO lessons VALUES (1, 1, '2024-03-05'), (2, 1.00, '2024-03-05');
        """
    )
    born = await looker.moved("people.born", rules.shift_days(by="id"))
    held = await looker.moved("lessons.held", rules.shift_days(by="person_id"))
    assert set(held.values()) == set(born.values())


async def test_keys_that_only_the_declaration_knows_are_followed(looker):
    await looker.repository.create(
        """
        CREATE TABLE people (id int PRIMARY KEY, name text);
        CREATE TABLE firms (id int PRIMARY KEY, name text);
        CREATE TABLE aliases (id int PRIMARY KEY, person int, alias text);
        CREATE TABLE notes (id int PRIMARY KEY, kind text, owner text, nick int, words text);
        INSERT INTO people VALUES (1, 'Omar');
        INSERT INTO firms VALUES (1, 'Fernsby');
        INSERT INTO aliases VALUES (1, 5, 'Sunny'), (2, 5, 'Captain');
        INSERT INTO notes VALUES (1, 'person', '1', NULL, ''), (2, 'firm', '1', NULL, ''),
            (3, 'x', '1', 5, '');
        """
    )
    references = {
        "notes": (
            VirtualKey("owner", "people", "id", where="kind = 'person'"),
            VirtualKey("owner", "firms", "id", where="kind = 'firm'"),
            VirtualKey("nick", "aliases", "person"),
        )
    }
    first = rules.first_name()
    columns = {
        "people.name": first,
        "firms.name": first,
        "aliases.alias": first,
        "notes.words": rules.scrub_known(of=("owner", "nick")),
    }
    found = await looker.found("notes.words", columns, references)
    names = ["Omar", "Fernsby", "Sunny", "Captain"]
    omar, firm, sunny, captain = (first.apply(name, BY) for name in names)
    assert [found[key].apply(" ".join(names), BY) for key in "123"] == [
        f"{omar} Fernsby Sunny Captain",
        f"Omar {firm} Sunny Captain",
        f"Omar Fernsby {sunny} {captain}",
    ]


async def test_names_that_need_quotes_and_columns_with_dots_are_found(looker):
    await looker.repository.create(
        """
        CREATE TABLE "Odd people" (id int PRIMARY KEY, "the.name" text, "select" date);
        CREATE TABLE notes (id int PRIMARY KEY, "of whom?" int REFERENCES "Odd people",
            held date);
        INSERT INTO "Odd people" VALUES (1, 'Omar', '2024-03-05');
        INSERT INTO notes VALUES (1, 1, '2024-03-05');
        """
    )
    held = await looker.moved("notes.held", rules.shift_days(by="of whom?.the.name"))
    whose = rules.shift_days(by="the.name")
    assert held == await looker.moved("Odd people.select", whose)


async def test_what_leads_nowhere_is_told_by_name(looker):
    await looker.repository.create(
        """
        CREATE TABLE people (id int PRIMARY KEY, grade int,
            twice int GENERATED ALWAYS AS (grade * 2) STORED);
        CREATE TABLE firms (id int PRIMARY KEY, grade int);
        CREATE TABLE notes (id int PRIMARY KEY, person_id int REFERENCES people, held date,
            words text);
        """
    )
    both = {"notes": (VirtualKey("person_id", "firms", "id"),)}
    for rule, references, problem in (
        (rules.shift_days(by="nobody"), {}, "notes has no column nobody"),
        (rules.shift_days(by="person_id.nobody"), {}, "people has no column nobody"),
        (rules.shift_days(by="held.id"), {}, "notes.held is no foreign key"),
        (rules.shift_days(by="person_id.twice"), {}, "people.twice has no rule"),
        (
            rules.shift_days(by="person_id.grade"),
            both,
            "notes.person_id may refer to firms or people",
        ),
        (rules.scrub_known(of="held"), {}, "notes.held is no foreign key"),
        (
            rules.scrub_known(of="person_id"),
            {},
            "nothing is hidden in the row that person_id refers to",
        ),
    ):
        columns = {"notes.words": rule}
        assert await looker.problems(columns, references) == [
            f"notes.words: {rule.name}(): {problem}"
        ]
        with pytest.raises(TestDataError, match="cannot be found"):
            await looker.found("notes.words", columns, references)
    assert await looker.problems({"notes.words": rules.shift_days(by="person_id.grade")}) == []


async def test_fifty_thousand_rows_of_five_hundred_persons_take_no_time(looker):
    await looker.repository.create(
        """
        CREATE TABLE people (id int PRIMARY KEY, name text);
        CREATE TABLE lessons (id int PRIMARY KEY, person_id int REFERENCES people, held date,
            words text);
        INSERT INTO people SELECT n, 'Name' || n FROM generate_series(1, 500) n;
        INSERT INTO lessons SELECT n, n % 500 + 1, '2024-03-05', 'about' FROM
            generate_series(1, 50000) n;
        """
    )
    columns = {
        "people.name": rules.first_name(),
        "lessons.words": rules.scrub_known(of="person_id"),
        "lessons.held": rules.shift_days(by="person_id"),
    }
    tables = await looker.classified(columns)
    entry = next(entry for entry in tables if entry.table.name == "lessons")
    beside = companions(entry, tables)
    persons = [str(number % 500 + 1) for number in range(50_000)]
    extra = [
        persons if expression == 't."person_id"::text' else [f"{{{{Name{p}}}}}" for p in persons]
        for expression in beside.select
    ]
    for column in ("held", "words"):
        assert len(set(map(id, beside.rules(column, extra)))) == 500
    found = await looker.found("lessons.words", columns)
    assert len(found) == 50_000
