"""What is written for a schema is Python that gives the schema."""

import ast

import pytest

from db_workflow.catalog import SchemaObject, Snapshot, differences
from db_workflow.errors import ModelsError
from db_workflow.models.writing import Surroundings, Writer, elements

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
    ("printed", "written"),
    [
        (("((a)::text = ANY (ARRAY[('x'::character varying)::text,"
          " ('it''s'::character varying)::text]))"),
         "(a IN ('x', 'it''s'))"),
        (("((\"A b\")::text <> ALL (ARRAY[('x'::character varying)::text,"
          " (E'\\\\'::character varying)::text]))"),
         "(\"A b\" NOT IN ('x', E'\\\\'))"),
        # Of one label IN makes a plain comparison.
        ("((a)::text = ANY (ARRAY[('x'::character varying)::text]))",) * 2,
        ("(a = ANY (ARRAY['x'::text, 'y'::text]))",) * 2,
    ],
)  # fmt: skip
def test_a_list_is_written_so_that_postgresql_prints_it_like_this_again(printed, written):
    assert elements.said(printed) == written


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
        'to_messages: Mapped[list["Message"]] = relationship(',
        # Inside a class this is a hundred characters long.
        '    back_populates="to",',
        '    lazy="raise_on_sql",',
        '    foreign_keys="Message.to_id",',
        '    passive_deletes="all",',
        ")",
    ]


def test_a_missing_table_is_written_as_a_whole_class():
    objects = table("user_devices", {"id": {"type": "uuid"}, "token": {"type": "text"}},
                    pk=primary("id"), uq=({"type": "unique", "columns": ["token"]}))  # fmt: skip
    database = Snapshot.of(objects)
    (found,) = differences(database, Snapshot.of([]))
    writer = Writer(database, naming={"pk": "pk"})
    code = writer.change(found)
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
    assert writer.imports.splitlines() == [
        "import uuid",
        "",
        "from sqlalchemy import UUID, Text, UniqueConstraint",
        "from sqlalchemy.orm import Mapped, mapped_column",
    ]
    assert writer.table("user_devices").endswith(f"\n\n\n{code}\n")


def test_the_other_sides_of_a_new_class_are_lines_for_the_other_classes():
    objects = [
        *table("users", {"id": {}}, pk=primary("id")),
        *table(
            "notes", {"id": {}, "user_id": {}}, pk=primary("id"), fk=foreign("user_id", "users")
        ),
    ]
    code = written(objects, "table", "notes", classes={"users": "Member"})
    mine, _, other = code.partition("\n\n\n")
    assert "class Note(Base):" in mine
    assert other.splitlines() == [
        '# inside class Member this may be notes: Mapped[list["Note"]]',
        "Member.notes = relationship(",
        '    "Note", back_populates="user", lazy="raise_on_sql", passive_deletes="all"',
        ")",
    ]


def test_a_foreign_key_that_no_name_can_say_stands_below_the_classes():
    key = {**foreign("b", "t"), "referenced columns": ["a."]}
    objects = [
        *table("t", {'"a."': {}}, pk=primary("a.")),
        *table("u", {"id": {}, "b": {}}, pk=primary("id"), fk=key),
    ]
    code = written(objects, "constraint", "u.fk")
    assert code.endswith(
        "# below the classes:\n"
        'Base.metadata.tables["u"].append_constraint(\n'
        '    ForeignKeyConstraint(["b"], [Base.metadata.tables["t"].c["a."]], name="fk")\n'
        ")"
    )


def test_an_enum_without_labels_needs_no_class():
    enum = SchemaObject("enum", "nothing", None, {"labels": []})
    objects = table("t", {"id": {}, "x": {"type": "nothing"}}, pk=primary("id"))
    code = written(objects, "column", "t.x", enum)
    assert code == 'x: Mapped[Any] = mapped_column(PostgresType("nothing"))'
    assert written(objects, "enum", "nothing", enum).startswith("# nothing has no labels")


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


def test_a_name_with_a_line_break_stays_inside_the_comment():
    name = '"b\nimport os; os.abort()"'
    column = SchemaObject("column", f"t.{name}", "t", {"type": "text", "position": 2})
    one = table("t", {"id": {}}, pk=primary("id"))
    here = Snapshot.of(one)
    others = [
        SchemaObject("enum", name, None, {"labels": []}),
        SchemaObject("extension", name, None, {}),
        SchemaObject("table", name, None, {"form": "foreign"}),
    ]
    found = [
        *((here, diff) for diff in differences(here, Snapshot.of([*one, column]))),
        *((Snapshot.of([*one, more]), diff)
          for more in others
          for diff in (*differences(Snapshot.of([*one, more]), here),
                       *differences(here, Snapshot.of([*one, more])))),
    ]  # fmt: skip
    assert len(found) == 7
    for database, difference in found:
        assert ast.parse(Writer(database).change(difference)).body == []


def test_a_comment_about_a_column_stays_one_line():
    name = "a\nimport os"
    objects = table("t", {"id": {}, f'"{name}"': {"not null": "not valid"}}, pk=primary("id"))
    code = written(objects, "column", f't."{name}"')
    assert len(ast.parse(code).body) == 1


def test_of_two_enums_of_one_name_the_one_in_the_first_schema_has_the_short_name():
    enums = [
        SchemaObject("enum", name, None, {"labels": ["a"]}) for name in ("audit.state", "state")
    ]
    writer = Writer(Snapshot.of(enums), schemas=("public", "audit"))
    assert writer.enum_name("state") == "State"
    code = writer.enum("audit.state", base="StrEnum")
    assert code.startswith("class AuditState(StrEnum):")
    assert 'return "audit.state"' in code
    assert writer.imports == "from enum import StrEnum"


def test_imports_are_told_once_and_not_where_the_module_has_them():
    objects = table("t", {"id": {}, "x": {"type": "point"}, "y": {}}, pk=primary("id"))
    everything = Snapshot.of(objects)
    found = differences(everything, Snapshot.of(objects[:2] + objects[4:]))
    surroundings = Surroundings(imported=frozenset({"Mapped", "Any"}), taken=frozenset({"Integer"}))
    writer = Writer(everything, surroundings=surroundings)
    x, y = map(writer.change, found)
    assert x == 'x: Mapped[Any] = mapped_column(PostgresType("point"))'
    assert y == "y: Mapped[int] = mapped_column(SqlInteger)"
    head, _, helper = writer.imports.partition("\n\n\n")
    assert head.splitlines() == [
        "from sqlalchemy import Integer as SqlInteger",
        "from sqlalchemy.orm import mapped_column",
        "from sqlalchemy.types import UserDefinedType",
    ]
    assert helper.startswith("class PostgresType(UserDefinedType[Any]):")


def test_a_class_that_is_itself_to_be_written_is_told_nothing_to_add():
    objects = [
        *table("users", {"id": {}}, pk=primary("id")),
        *table("notes", {"id": {}, "user_id": {}}, pk=primary("id"),
               fk=foreign("user_id", "users")),
        *table("old", {"id": {}, "note_id": {}}, pk=primary("id"), fk=foreign("note_id", "notes")),
    ]  # fmt: skip
    database = Snapshot.of(objects)
    old = [one for one in objects if "old" in (one.name, one.table) and one.name != "old.fk"]
    writer = Writer(database, classes={"old": "Old"})
    written = {one.name: writer.change(one) for one in differences(database, Snapshot.of(old))}
    assert sorted(written) == ["notes", "old.fk", "users"]
    code = "\n".join(written.values())
    assert "# and in class" not in code
    assert code.count("notes: Mapped") == code.count("olds: Mapped") == 1
    assert ".olds = " not in code


def test_a_renamed_column_brings_along_all_that_names_it():
    def objects(name):
        return [
            *table("t", {"id": {}, name: {}, "b": {}, "c": {"generated": f"({name} * 2)"}},
                   pk=primary("id"),
                   uq={"type": "unique", "columns": [name, "b"]},
                   ck={"type": "check", "columns": [name], "expression": f"({name} > 0)"},
                   other={"type": "check", "columns": ["b"], "expression": "(b > 0)"},
                   ix_b=index("b", predicate=f"({name} > 1)"),
                   ix_c=index("c")),
            *table("u", {"id": {}, "t_a": {}}, pk=primary("id"),
                   fk={**foreign("t_a", "t"), "referenced columns": [name]}),
        ]  # fmt: skip

    database = Snapshot.of(objects("amount"))
    found = differences(database, Snapshot.of(objects("a")), renames=True)
    (one,) = [one for one in found if one.change == "renamed"]
    code = Writer(database).change(one)
    assert code.splitlines() == [
        "amount: Mapped[int] = mapped_column(Integer)",
        'c: Mapped[int] = mapped_column(Integer, Computed("(amount * 2)", persisted=False))',
        "# in __table_args__:",
        'CheckConstraint("amount > 0", name="ck"),',
        'UniqueConstraint("amount", "b", name="uq"),',
        'Index("ix_b", "b", postgresql_where=text("amount > 1")),',
        "# and in class U:",
        't_a: Mapped[int] = mapped_column(Integer, ForeignKey("t.amount", name="fk"))',
    ]
