"""What phase 2 says to write is Python that gives the object."""

import ast

import pytest

from db_workflow.catalog import SchemaObject, Snapshot, differences
from db_workflow.models.suggest import Suggestions

NAMING = {"ck": "ck_%(table_name)s_%(constraint_name)s"}


def suggestions(*objects, naming=None):
    return Suggestions(Snapshot.of(objects), naming=naming)


@pytest.mark.parametrize(
    ("properties", "line"),
    [
        ({"type": "text", "nullable": True}, "x: Mapped[str | None] = mapped_column(Text)"),
        ({"type": "uuid"}, "x: Mapped[uuid.UUID] = mapped_column(UUID(as_uuid=True))"),
        ({"type": "character varying(30)"}, "x: Mapped[str] = mapped_column(String(30))"),
        ({"type": "numeric(10,2)", "default": "0"},
         'x: Mapped[Decimal] = mapped_column(Numeric(10, 2), server_default=text("0"))'),
        ({"type": "timestamp with time zone"},
         "x: Mapped[datetime] = mapped_column(DateTime(timezone=True))"),
        ({"type": "integer[]"}, "x: Mapped[list[int]] = mapped_column(ARRAY(Integer))"),
        ({"type": "integer", "identity": "always"},
         "x: Mapped[int] = mapped_column(Integer, Identity(always=True))"),
        ({"type": "integer", "default": "nextval(own sequence)"},
         "x: Mapped[int] = mapped_column(Integer)"),
        ({"type": "integer", "generated": "(a * 2)", "generated kind": "stored"},
         'x: Mapped[int] = mapped_column(Integer, Computed("(a * 2)", persisted=True))'),
        ({"type": "text", "collation": '"C"'},
         'x: Mapped[str] = mapped_column(Text(collation="C"))'),
        ({"type": "character varying(9)", "collation": '"C"'},
         'x: Mapped[str] = mapped_column(String(9, collation="C"))'),
        ({"type": "geometry"},
         "x: Mapped[Any] = mapped_column(NullType())  # find the SQLAlchemy type for geometry"),
    ],
)  # fmt: skip
def test_columns_are_written_as_mapped_columns(properties, line):
    written = suggestions().column("t", "x", {"nullable": False, **properties})
    assert written == line
    ast.parse(written)


def test_an_enum_column_names_its_class():
    enum = SchemaObject("enum", "user_role", None, {"labels": ["a"]})
    written = suggestions(enum).column("t", "role", {"type": "user_role", "nullable": False})
    assert written.startswith(
        'role: Mapped[UserRole] = mapped_column(ENUM(UserRole, name="user_role"'
    )


def test_a_column_whose_name_is_no_attribute_keeps_its_name_in_the_database():
    written = suggestions().column("t", '"Weird Name"', {"type": "text", "nullable": False})
    assert written == 'Weird_Name: Mapped[str] = mapped_column("Weird Name", Text)'


@pytest.mark.parametrize(
    ("kind", "definition", "line"),
    [
        ("unique", "UNIQUE (a, b)", 'UniqueConstraint("a", "b", name="n")'),
        ("unique", "UNIQUE NULLS NOT DISTINCT (a)",
         'UniqueConstraint("a", name="n", postgresql_nulls_not_distinct=True)'),
        ("check", "CHECK (((a > 0) AND (b > 0)))",
         'CheckConstraint("(a > 0) AND (b > 0)", name="n")'),
        ("check", "CHECK ((a <> ')'::text)) NOT VALID",
         'CheckConstraint("a <> \')\'::text", name="n", postgresql_not_valid=True)'),
        ("primary key", "PRIMARY KEY (a, b)", 'PrimaryKeyConstraint("a", "b", name="n")'),
    ],
)  # fmt: skip
def test_constraints_are_written_for_table_args(kind, definition, line):
    written = suggestions().constraint("t", "n", {"type": kind, "definition": definition})
    assert written == line
    ast.parse(written)


def test_foreign_keys_are_written_with_their_actions_and_timing():
    definition = (
        "FOREIGN KEY (a, b) REFERENCES other.t(c, d) ON UPDATE CASCADE ON DELETE SET NULL"
        " DEFERRABLE INITIALLY DEFERRED"
    )
    properties = {"type": "foreign key", "definition": definition}
    assert suggestions().constraint("t", "n", properties) == (
        'ForeignKeyConstraint(["a", "b"], ["other.t.c", "other.t.d"], name="n",'
        ' onupdate="CASCADE", ondelete="SET NULL", deferrable=True, initially="DEFERRED")'
    )


def test_a_foreign_key_of_one_column_is_written_for_that_column():
    properties = {
        "type": "foreign key",
        "definition": "FOREIGN KEY (a_id) REFERENCES a(id) ON DELETE RESTRICT",
        "validated": True,
    }
    both = [SchemaObject("table", name, None, {}) for name in ("t", "a")]
    key = SchemaObject("constraint", "t.n", "t", properties)
    (found,) = differences(Snapshot.of([*both, key]), Snapshot.of(both))
    assert suggestions(*both, key).line(found) == (
        'a_id: mapped_column(ForeignKey("a.id", name="n", ondelete="RESTRICT"), …)'
    )


def test_a_check_is_named_as_the_naming_convention_expects():
    check = {"type": "check", "definition": "CHECK ((a > 0))"}
    with_convention = suggestions(naming=NAMING)
    assert 'name="positive"' in with_convention.constraint("t", "ck_t_positive", check)
    assert 'name=conv("t_a_check")' in with_convention.constraint("t", "t_a_check", check)


@pytest.mark.parametrize(
    ("definition", "line"),
    [
        ("CREATE INDEX i ON public.t USING btree (a, b DESC)", 'Index("i", "a", text("b DESC"))'),
        ("CREATE UNIQUE INDEX i ON public.t USING btree (lower(a)) WHERE (b = ','::text)",
         'Index("i", text("lower(a)"), unique=True, postgresql_where=text("b = \',\'::text"))'),
        ("CREATE INDEX i ON public.t USING gin (a)", 'Index("i", "a", postgresql_using="gin")'),
        ("CREATE INDEX i ON public.t USING btree (a) INCLUDE (b, c)",
         'Index("i", "a", postgresql_include=["b", "c"])'),
    ],
)  # fmt: skip
def test_indexes_are_written_for_table_args(definition, line):
    written = suggestions().index("i", {"definition": definition})
    assert written == line
    ast.parse(written)


def test_a_missing_table_is_written_as_a_whole_class():
    database = Snapshot.of(
        [
            SchemaObject("table", "user_devices", None, {"form": "plain"}),
            SchemaObject("column", "user_devices.id", "user_devices",
                         {"type": "uuid", "nullable": False, "position": 1}),
            SchemaObject("column", "user_devices.token", "user_devices",
                         {"type": "text", "nullable": False, "position": 2}),
            SchemaObject("constraint", "user_devices.pk", "user_devices",
                         {"type": "primary key", "definition": "PRIMARY KEY (id)"}),
            SchemaObject("constraint", "user_devices.uq", "user_devices",
                         {"type": "unique", "definition": "UNIQUE (token)"}),
        ]
    )  # fmt: skip
    (found,) = differences(database, Snapshot.of([]))
    written = Suggestions(database).line(found)
    ast.parse(written)
    assert written.splitlines()[:2] == [
        "class UserDevice(Base):",
        '    __tablename__ = "user_devices"',
    ]
    assert (
        "    id: Mapped[uuid.UUID] = mapped_column(UUID(as_uuid=True), primary_key=True)" in written
    )
    assert 'UniqueConstraint("token", name="uq")' in written


def test_what_only_the_models_have_is_to_be_removed_or_migrated():
    column = SchemaObject("column", "t.x", "t", {"type": "text"})
    table = SchemaObject("table", "t", None, {})
    (found,) = differences(Snapshot.of([table]), Snapshot.of([table, column]))
    assert suggestions(table).line(found) == (
        "remove column x from the models, or add it to the database by a migration"
    )
