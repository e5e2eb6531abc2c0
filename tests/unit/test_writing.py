"""What is written for a schema is Python that gives the schema."""

import ast

import pytest

from db_workflow.catalog import SchemaObject, Snapshot, differences
from db_workflow.errors import ModelsError
from db_workflow.models.writing import Writer

NAMING = {
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
}


def table(name, columns, **parts):
    """Return a table's objects; `parts` are constraints, and indexes whose names begin with ix."""
    objects = [SchemaObject("table", name, None, {"form": "plain", "persistence": "permanent"})]
    for position, (column, said) in enumerate(columns.items(), 1):
        properties = {"type": "integer", "nullable": False, "position": position, **said}
        objects.append(SchemaObject("column", f"{name}.{column}", name, properties))
    for part, properties in parts.items():
        kind = "index" if part.startswith("ix") else "constraint"
        full = part if kind == "index" else f"{name}.{part}"
        objects.append(SchemaObject(kind, full, name, {"definition": "…", **properties}))
    return objects


def primary(*columns):
    return {"type": "primary key", "columns": list(columns)}


def foreign(column, target, **options):
    return {
        "type": "foreign key",
        "columns": [column],
        "references": target,
        "referenced columns": ["id"],
        **options,
    }


def index(*elements, **options):
    listed = [{"column": one} if isinstance(one, str) else one for one in elements]
    return {"method": "btree", "elements": listed, **options}


def written(objects, kind, name, *others, **options):
    """Return what is written for one object that the models do not have."""
    everything = Snapshot.of([*objects, *others])
    without = Snapshot.of(one for one in everything.objects if one.key != (kind, name))
    (found,) = differences(everything, without)
    code = Writer(everything, **options).change(found)
    ast.parse(code)
    return code


@pytest.mark.parametrize(
    ("properties", "line"),
    [
        ({"type": "text", "nullable": True}, "x: Mapped[str | None] = mapped_column(Text)"),
        ({"type": "uuid"}, "x: Mapped[uuid.UUID] = mapped_column(UUID(as_uuid=True))"),
        ({"type": "character varying(30)"}, "x: Mapped[str] = mapped_column(String(30))"),
        ({"type": "numeric(5,-2)"}, "x: Mapped[Decimal] = mapped_column(Numeric(5, -2))"),
        ({"type": "numeric(10,2)", "default": "0"},
         'x: Mapped[Decimal] = mapped_column(Numeric(10, 2), server_default=text("0"))'),
        ({"type": "interval day to second(3)"},
         'x: Mapped[timedelta] = mapped_column(INTERVAL(fields="day to second", precision=3))'),
        ({"type": "timestamp with time zone"},
         "x: Mapped[datetime] = mapped_column(DateTime(timezone=True))"),
        ({"type": "integer[]"}, "x: Mapped[list[int]] = mapped_column(ARRAY(Integer))"),
        ({"type": "integer", "identity": "always"},
         "x: Mapped[int] = mapped_column(Integer, Identity(always=True))"),
        ({"type": "integer", "identity": "by default",
          "sequence": {"type": "integer", "start": "-1", "increment": "-1", "minimum": "-9",
                       "maximum": "-1", "cache": "5", "cycles": True}},
         ("x: Mapped[int] = mapped_column("
         "Integer, Identity(increment=-1, minvalue=-9, cache=5, cycle=True))")),
        ({"type": "integer", "default": "nextval(own sequence)"},
         'x: Mapped[int] = mapped_column(PostgresType("serial"), FetchedValue())'),
        ({"type": "integer", "generated": "(a * 2)", "generated kind": "stored"},
         'x: Mapped[int] = mapped_column(Integer, Computed("(a * 2)", persisted=True))'),
        ({"type": "text", "collation": '"C"'},
         'x: Mapped[str] = mapped_column(Text(collation="C"))'),
        ({"type": "text[]", "collation": '"C"'},
         'x: Mapped[list[str]] = mapped_column(ARRAY(Text(collation="C")))'),
        ({"type": "point"}, 'x: Mapped[Any] = mapped_column(PostgresType("point"))'),
        ({"type": '"char"'}, "x: Mapped[Any] = mapped_column(PostgresType('\"char\"'))"),
        ({"type": "text", "comment": 'says "so"'},
         "x: Mapped[str] = mapped_column(Text, comment='says \"so\"')"),
        # text() takes a colon before a word for a parameter, and one after a backslash for none.
        ({"type": "text", "default": ":b \\:c ::d"},
         'x: Mapped[str] = mapped_column(Text, server_default=text("\\\\:b \\\\\\\\:c ::d"))'),
    ],
)  # fmt: skip
def test_columns_are_written_as_mapped_columns(properties, line):
    objects = table("t", {"id": {}, "x": properties}, pk_t=primary("id"))
    assert on_one_line(written(objects, "column", "t.x").splitlines()) == line


def test_sql_in_text_is_what_sqlalchemy_gives_back():
    from sqlalchemy import text
    from sqlalchemy.dialects import postgresql

    from db_workflow.models.writing.code import sql

    for said in (
        ":a",
        "a:b",
        " :a",
        "\\:a",
        "x\\: y",
        "::int",
        "'\\' :b",
        "':é'",
        "a = :b::c",
        ":",
    ):
        clause = text(ast.literal_eval(sql(said)))
        assert str(clause.compile(dialect=postgresql.asyncpg.dialect())) == said


@pytest.mark.parametrize(
    ("column", "line"),
    [
        ('"Weird Name"', 'Weird_Name: Mapped[int] = mapped_column("Weird Name", Integer)'),
        ("text", 'text_: Mapped[int] = mapped_column("text", Integer)'),
        ('"class"', 'class_: Mapped[int] = mapped_column("class", Integer)'),
        ("metadata", 'metadata_: Mapped[int] = mapped_column("metadata", Integer)'),
        ("__init__", '_init: Mapped[int] = mapped_column("__init__", Integer)'),
        ('"9"', '_9: Mapped[int] = mapped_column("9", Integer)'),
    ],
)
def test_an_attribute_hides_nothing_that_the_class_needs(column, line):
    objects = table("t", {"id": {}, column: {}}, pk_t=primary("id"))
    assert written(objects, "column", f"t.{column}") == line


def test_an_enum_column_sends_labels():
    enum = SchemaObject("enum", "user_role", None, {"labels": ["a"]})
    objects = table("t", {"id": {}, "role": {"type": "user_role"}}, pk_t=primary("id"))
    code = written(objects, "column", "t.role", enum, enums={"user_role": "Role"})
    assert code.splitlines()[0] == "role: Mapped[Role] = mapped_column("
    assert 'ENUM(Role, name="user_role", values_callable=lambda cls:' in code


def test_enum_members_have_names_of_their_own():
    labels = ["Ok", "ok", "", "a b", "1st", "class", "it's"]
    enum = SchemaObject("enum", "mood", None, {"labels": labels})
    code = written([enum], "enum", "mood")
    found = {}
    exec(f"from enum import StrEnum\n{code}", found)  # noqa: S102 - it is what is tested
    assert [one.value for one in found["Mood"]] == labels
    assert [one.name for one in found["Mood"]] == [
        "OK", "OK_2", "EMPTY", "A_B", "_1ST", "CLASS", "IT_S",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "properties", "line"),
    [
        ("n", {"type": "unique", "columns": ["a", "b"]}, 'UniqueConstraint("a", "b", name="n"),'),
        ("uq_t_a_b", {"type": "unique", "columns": ["a", "b"]}, 'UniqueConstraint("a", "b"),'),
        ("n", {"type": "unique", "columns": ["a"], "nulls not distinct": True, "include": ["b"]},
         ('UniqueConstraint("a", name="n", postgresql_nulls_not_distinct=True,'
         ' postgresql_include=["b"]),')),
        ("ck_t_positive", {"type": "check", "expression": "((a > 0) AND (b > 0))"},
         'CheckConstraint("(a > 0) AND (b > 0)", name="positive"),'),
        ("n", {"type": "check", "expression": "(a <> ')'::text)", "validated": False},
         'CheckConstraint("a <> \')\'::text", name=conv("n"), postgresql_not_valid=True),'),
        ("n", {"type": "exclusion", "method": "gist", "predicate": "(a > 0)",
               "elements": [{"column": "a", "operator": "=(integer,integer)"},
                            {"expression": "lower(b)", "operator": "other.&&(text,text)"}]},
         ('ExcludeConstraint(("a", "="), (text("lower(b)"), "OPERATOR(other.&&)"), name="n",'
         ' using="gist", where=text("a > 0")),')),
        ("n", {"type": "foreign key", "columns": ["a", "b"], "references": 'other."T"',
               "referenced columns": ["c", "d"], "on update": "cascade", "on delete": "set null",
               "emptied columns": ["b"], "match": "full", "deferrable": "initially deferred"},
         ('ForeignKeyConstraint(["a", "b"], ["other.T.c", "other.T.d"], name="n",'
         ' onupdate="CASCADE", ondelete="SET NULL (b)", match="FULL", deferrable=True,'
         ' initially="DEFERRED"),')),
    ],
)  # fmt: skip
def test_constraints_are_written_for_table_args(name, properties, line):
    objects = table("t", {"id": {}, "a": {}, "b": {}}, pk_t=primary("id"), **{name: properties})
    assert joined(written(objects, "constraint", f"t.{name}", naming=NAMING)) == line


@pytest.mark.parametrize(
    ("properties", "line"),
    [
        (index("a", {"column": "b", "order": "descending", "nulls": "last"}),
         'Index("ix", "a", text("b DESC NULLS LAST")),'),
        (index({"expression": "lower(a)"}, unique=True, predicate="(b = ',:x'::text)"),
         ('Index("ix", text("lower(a)"), unique=True,'
         ' postgresql_where=text("b = \',\\\\:x\'::text")),')),
        (index("a", method="gin"), 'Index("ix", "a", postgresql_using="gin"),'),
        (index("a", include=["b"], options=["fillfactor=70"]),
         'Index("ix", "a", postgresql_include=["b"], postgresql_with={"fillfactor": "70"}),'),
        (index({"column": "a", "operator class": "text_pattern_ops"}),
         'Index("ix", "a", postgresql_ops={"a": "text_pattern_ops"}),'),
        (index({"column": "b", "collation": '"C"', "operator class": "o",
                "operator class options": ["s=1"]}),
         "Index(\"ix\", text('b COLLATE \"C\" o (s=1)')),"),
    ],
)  # fmt: skip
def test_indexes_are_written_for_table_args(properties, line):
    objects = table("t", {"id": {}, "a": {}, "b": {}}, pk_t=primary("id"), ix=properties)
    assert joined(written(objects, "index", "ix")) == line


def joined(code):
    """Return what stands in `__table_args__` on one line."""
    first, *lines = code.splitlines()
    assert first == "# in __table_args__:"
    return on_one_line(lines)


def on_one_line(lines):
    text = " ".join(line.strip() for line in lines)
    for broken, whole in (("( ", "("), (", )", ")"), (" )", ")"), ("[ ", "["), (", ]", "]")):
        text = text.replace(broken, whole)
    return text


def test_a_foreign_key_is_written_with_both_sides_of_its_relationship():
    objects = [
        *table("users", {"id": {}}, pk_users=primary("id")),
        *table("messages", {"id": {}, "from_id": {}, "to_id": {"nullable": True}},
               pk_messages=primary("id"), one=foreign("from_id", "users"),
               two=foreign("to_id", "users", **{"on delete": "set null"})),
    ]  # fmt: skip
    code = written(objects, "constraint", "messages.two")
    assert code.splitlines() == [
        "to_id: Mapped[int | None] = mapped_column(",
        '    Integer, ForeignKey("users.id", name="two", ondelete="SET NULL")',
        ")",
        'to: Mapped["User | None"] = relationship(',
        '    back_populates="to_messages", lazy="raise_on_sql", foreign_keys="Message.to_id"',
        ")",
        "# and in class User:",
        '# to_messages: Mapped[list["Message"]] = relationship(',
        (
            '#     back_populates="to", lazy="raise_on_sql", foreign_keys="Message.to_id",'
            ' passive_deletes="all"'
        ),
        "# )",
    ]


def test_a_missing_table_is_written_as_a_whole_class():
    objects = table("user_devices", {"id": {"type": "uuid"}, "token": {"type": "text"}},
                    pk=primary("id"), uq=({"type": "unique", "columns": ["token"]}))  # fmt: skip
    database = Snapshot.of(objects)
    (found,) = differences(database, Snapshot.of([]))
    code = Writer(database, naming={"pk": "pk"}).change(found)
    assert code.splitlines() == [
        "class UserDevice(Base):",
        '    """A row of `user_devices`."""',
        "",
        '    __tablename__ = "user_devices"',
        '    __table_args__ = (UniqueConstraint("token", name="uq"),)',
        "",
        "    id: Mapped[uuid.UUID] = mapped_column(UUID(as_uuid=True), primary_key=True)",
        "    token: Mapped[str] = mapped_column(Text)",
    ]
    assert Writer(database, naming={"pk": "pk"}).table("user_devices").startswith("import uuid\n")


def test_two_tables_never_share_a_class():
    named = ("user", "users", 'other."users"', "statuses", "dates", "bases")
    database = Snapshot.of(
        one for name in named for one in table(name, {"id": {"type": "date"}}, pk=primary("id"))
    )
    code = Writer(database, schemas=("public", "other")).module()
    for name in ("UserRow", "User", "OtherUser", "Status", "Date", "BaseRow"):
        assert f"class {name}(Base):" in code
    assert "from sqlalchemy import Date as SqlDate" in code or "SqlDate" not in code
    ast.parse(code)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("userz", "There is no table userz"),
        ("seen", "seen is a view"),
        ("days_1", "days_1 is a partition"),
        ("remote", "remote is a foreign table"),
    ],
)
def test_what_is_no_table_of_models_is_refused_with_what_is_near(name, said):
    database = Snapshot.of(
        [
            *table("users", {"id": {}}, pk=primary("id")),
            SchemaObject("view", "seen", None, {"definition": "SELECT 1"}),
            SchemaObject("table", "days_1", None, {"form": "plain", "partition bound": "x"}),
            SchemaObject("table", "remote", None, {"form": "foreign"}),
        ]
    )
    with pytest.raises(ModelsError) as caught:
        Writer(database).table(name)
    assert said in caught.value.found
    if name == "userz":
        assert "users" in caught.value.next


def test_what_only_the_models_have_is_to_be_removed_or_migrated():
    column = SchemaObject("column", "t.x", "t", {"type": "text"})
    (one, *_) = table("t", {})
    (found,) = differences(Snapshot.of([one]), Snapshot.of([one, column]))
    assert Writer(Snapshot.of([one])).change(found) == (
        "# remove column x from the models, or add it to the database by a migration"
    )


def test_a_module_is_the_same_whatever_the_order_of_the_objects():
    objects = [
        *table("b", {"id": {}, "a_id": {}}, pk=primary("id"), fk=foreign("a_id", "a")),
        *table("a", {"id": {}, "b_id": {}}, pk=primary("id"), fk=foreign("b_id", "b")),
    ]
    code = Writer(Snapshot.of(objects)).module()
    assert Writer(Snapshot.of(reversed(objects))).module() == code
    assert code.count("use_alter=True") == 1
