"""Schemas with the models that are right for them, and one wrong word for each: data, no code."""

HEAD = """
import sqlalchemy as sa
from sqlalchemy import *
from sqlalchemy.dialects.postgresql import *
from sqlalchemy.orm import *
from sqlalchemy.types import UserDefinedType

class Named(UserDefinedType):
    cache_ok = True
    def __init__(self, name):
        self.name = name
    def get_col_spec(self, **_):
        return self.name

class Base(DeclarativeBase):
    pass

def table(name, *parts, **options):
    return Table(name, Base.metadata, *parts, **options)
"""
# By name: the schema, the models that are right for it, and a word of them with a wrong one.
CASES = {
    "a composite type and a range that are only named": (
        (
            "CREATE TYPE pair AS (a int, b text); CREATE TYPE span AS RANGE (SUBTYPE = float8);"
            " CREATE TABLE a (x pair, y span)"
        ),
        'table("a", Column("x", Named("pair")), Column("y", Named("span")))',
        ('"y", Named("span")', '"y", Named("pair")'),
    ),
    "a domain over a composite of enums, by name": (
        (
            "CREATE TYPE mood AS ENUM ('a'); CREATE TYPE pair AS (m mood, n int);"
            " CREATE DOMAIN sure AS pair CHECK ((VALUE).n > 0) NOT NULL; CREATE TABLE a (x sure)"
        ),
        'class Mood(StrEnum):\n    A = "a"\ntable("a", Column("x", Named("sure")))',
        ('Named("sure")', "Text"),
    ),
    "a domain that the models define": (
        (
            "CREATE DOMAIN positive AS int CONSTRAINT above CHECK (VALUE > 0);"
            " CREATE TABLE a (x positive)"
        ),
        (
            'table("a", Column("x", DOMAIN("positive", Integer, constraint_name="above",'
            ' check=text("VALUE > 0"))))'
        ),
        ("VALUE > 0", "VALUE > 1"),
    ),
    "a collation": (
        "CREATE COLLATION plain (locale = 'C'); CREATE TABLE a (x text COLLATE plain)",
        'table("a", Column("x", Text(collation="plain")))',
        ('collation="plain"', 'collation="C"'),
    ),
    "a sequence that two defaults call": (
        (
            "CREATE SEQUENCE numbers; CREATE TABLE a (x bigint DEFAULT nextval('numbers'));"
            " CREATE TABLE b (x bigint DEFAULT nextval('numbers'))"
        ),
        (
            'for name in "ab":\n    table(name, Column("x", BigInteger, nullable=True,'
            " server_default=text(\"nextval('numbers')\")))"
        ),
        ("nextval", "10 + nextval"),
    ),
    "a function that needs the table whose check calls it": (
        (
            "CREATE TABLE a (x int); CREATE FUNCTION fits(a) RETURNS boolean LANGUAGE sql IMMUTABLE"
            " AS 'SELECT $1.x > 0'; CREATE TABLE b (y int, z a, CONSTRAINT c CHECK (fits(z)))"
        ),
        (
            'table("b", Column("y", Integer), Column("z", Named("a")),'
            ' CheckConstraint("fits(z)", name="c"))\ntable("a", Column("x", Integer))'
        ),
        ("fits(z)", "NOT fits(z)"),
    ),
    "a function that needs an enum of the models": (
        (
            "CREATE TYPE mood AS ENUM ('a', 'b');"
            " CREATE FUNCTION good(mood) RETURNS boolean LANGUAGE sql IMMUTABLE"
            " AS 'SELECT $1 = ''a''';"
            " CREATE TABLE a (m mood, CONSTRAINT c CHECK (good(m)))"
        ),
        (
            'class Mood(StrEnum):\n    A = "a"\n    B = "b"\n'
            'table("a", Column("m", ENUM("a", "b", name="mood")),'
            ' CheckConstraint("good(m)", name="c"))'
        ),
        ('CheckConstraint("good(m)"', 'CheckConstraint("good(m) OR true"'),
    ),
    "names in mixed case, with a key to themselves": (
        (
            'CREATE TABLE "My Table" ("Id" int CONSTRAINT "Key" PRIMARY KEY, "Up" int'
            ' CONSTRAINT "Fk" REFERENCES "My Table");'
            ' CREATE INDEX "By Up" ON "My Table" ("Up" DESC)'
        ),
        (
            'one = table("My Table", Column("Id", Integer, autoincrement=False),'
            ' PrimaryKeyConstraint("Id", name="Key"),'
            ' Column("Up", ForeignKey("My Table.Id", name="Fk")))\nIndex("By Up", one.c.Up.desc())'
        ),
        (".desc()", ""),
    ),
    "joined inheritance": (
        (
            "CREATE TABLE people (id int CONSTRAINT people_pkey PRIMARY KEY, kind text NOT NULL);"
            " CREATE TABLE pupils (id int CONSTRAINT pupils_pkey PRIMARY KEY CONSTRAINT up"
            " REFERENCES people ON DELETE CASCADE)"
        ),
        (
            "class Person(Base):\n"
            '    __tablename__ = "people"\n'
            "    id: Mapped[int] = mapped_column(autoincrement=False, primary_key=True)\n"
            "    kind: Mapped[str] = mapped_column(Text)\n"
            '    __mapper_args__ = {"polymorphic_on": "kind", "eager_defaults": True}\n'
            "class Pupil(Person):\n"
            '    __tablename__ = "pupils"\n'
            "    id: Mapped[int] = mapped_column("
            'ForeignKey("people.id", name="up", ondelete="CASCADE"), primary_key=True)\n'
            '    __mapper_args__ = {"polymorphic_identity": "pupil"}'
        ),
        ("CASCADE", "RESTRICT"),
    ),
    "an association table": (
        (
            "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE ab (x int CONSTRAINT x REFERENCES a,"
            " y int CONSTRAINT y REFERENCES a, PRIMARY KEY (x, y))"
        ),
        (
            'table("a", Column("id", Integer, primary_key=True, autoincrement=False))\n'
            'table("ab", Column("x", ForeignKey("a.id", name="x"), primary_key=True),'
            ' Column("y", ForeignKey("a.id", name="y"), primary_key=True))'
        ),
        ('name="y"), primary_key=True', 'name="y")'),
    ),
    "arrays of enums": (
        "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE a (x mood[] DEFAULT '{a}')",
        (
            'class Mood(StrEnum):\n    A = "a"\n    B = "b"\n'
            'table("a", Column("x", ARRAY(ENUM("a", "b", name="mood")),'
            " server_default=text(\"'{a}'\")))"
        ),
        ("'{a}'", "'{b}'"),
    ),
    "comments": (
        "CREATE TABLE a (x int); COMMENT ON TABLE a IS 'it''s a'; COMMENT ON COLUMN a.x IS 'an x'",
        'table("a", Column("x", Integer, comment="an x"), comment="it\'s a")',
        ("an x", "a y"),
    ),
    "a listener of the models that creates what is there already": (
        (
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
            " CREATE TABLE a (x int DEFAULT f())"
        ),
        (
            'table("a", Column("x", Integer, server_default=text("f()")))\n'
            'event.listen(Base.metadata, "before_create", DDL("CREATE FUNCTION f() RETURNS int'
            " LANGUAGE sql AS 'SELECT 2'\"))\n"
            'event.listen(Base.metadata, "after_create", DDL("CREATE VIEW v AS SELECT x FROM a"))'
        ),
        ('text("f()")', 'text("f() + 1")'),
    ),
    "an index that is built concurrently": (
        "CREATE TABLE a (x int); CREATE INDEX i ON a (x)",
        'one = table("a", Column("x", Integer))\nIndex("i", one.c.x, postgresql_concurrently=True)',
        ("one.c.x,", "one.c.x.desc(),"),
    ),
    "a check that no child table inherits, which no model can say": (
        "CREATE TABLE a (x int); ALTER TABLE a ADD CONSTRAINT c CHECK (x > 0) NO INHERIT",
        'table("a", Column("x", Integer), CheckConstraint("x > 0", name="c"))',
        ("x > 0", "x > 1"),
    ),
    "a view that is mapped as a table": (
        "CREATE TABLE a (x int); CREATE VIEW v AS SELECT x FROM a",
        'table("a", Column("x", Integer))\ntable("v", Column("x", Integer, primary_key=True))',
        ('"x", Integer))', '"x", BigInteger))'),
    ),
    "a text search configuration": (
        (
            "CREATE TEXT SEARCH DICTIONARY plain (TEMPLATE = pg_catalog.simple);"
            " CREATE TEXT SEARCH CONFIGURATION simple2 (COPY = pg_catalog.simple);"
            " ALTER TEXT SEARCH CONFIGURATION simple2 ALTER MAPPING FOR word WITH plain;"
            " CREATE TABLE a (x text,"
            " y tsvector GENERATED ALWAYS AS (to_tsvector('simple2', x)) STORED)"
        ),
        (
            'table("a", Column("x", Text), Column("y", TSVECTOR,'
            " Computed(\"to_tsvector('simple2', x)\", persisted=True)))"
        ),
        ("'simple2'", "'simple'"),
    ),
    "an operator": (
        (
            "CREATE FUNCTION same(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE"
            " AS 'SELECT $1 = $2'; CREATE OPERATOR ==="
            " (FUNCTION = same, LEFTARG = int, RIGHTARG = int);"
            " CREATE TABLE a (x int, CONSTRAINT c CHECK (x === 1))"
        ),
        'table("a", Column("x", Integer), CheckConstraint("x === 1", name="c"))',
        ("x === 1", "x === 2"),
    ),
    "a cast": (
        (
            "CREATE TYPE pair AS (a int, b int); CREATE FUNCTION total(pair) RETURNS int"
            " LANGUAGE sql IMMUTABLE AS 'SELECT $1.a + $1.b';"
            " CREATE CAST (pair AS int) WITH FUNCTION total(pair);"
            " CREATE TABLE a (x pair, CONSTRAINT c CHECK (x::int > 1))"
        ),
        'table("a", Column("x", Named("pair")), CheckConstraint("x::int > 1", name="c"))',
        ("> 1", "> 2"),
    ),
    "an operator class": (
        (
            "CREATE FUNCTION turned(int, int) RETURNS int LANGUAGE sql IMMUTABLE"
            " AS 'SELECT btint4cmp($2, $1)'; CREATE OPERATOR CLASS my_ops FOR TYPE int USING btree"
            " AS OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <,"
            " FUNCTION 1 turned(int, int);"
            " CREATE TABLE a (x int); CREATE INDEX i ON a (x my_ops)"
        ),
        (
            'one = table("a", Column("x", Integer))\n'
            'Index("i", one.c.x, postgresql_ops={"x": "my_ops"})'
        ),
        (', postgresql_ops={"x": "my_ops"}', ""),
    ),
    "a function and a sequence in a schema that nobody looks after": (
        (
            "CREATE SCHEMA util; CREATE SEQUENCE util.numbers; CREATE TABLE util.log (line text);"
            " CREATE FUNCTION util.f() RETURNS bigint LANGUAGE sql"
            " AS 'SELECT nextval(''util.numbers'')';"
            " CREATE TABLE a (x bigint DEFAULT util.f(),"
            " y bigint DEFAULT nextval('util.numbers'))"
        ),
        (
            'table("a", Column("x", BigInteger, server_default=text("util.f()")), Column("y",'
            " BigInteger, server_default=text(\"nextval('util.numbers')\")))"
        ),
        ("util.f()", "util.f() + 1"),
    ),
    "types, a domain and a collation in a schema that nobody looks after": (
        (
            "CREATE SCHEMA util; CREATE TYPE util.mood AS ENUM ('a');"
            " CREATE DOMAIN util.sure AS text CHECK (VALUE <> '');"
            " CREATE COLLATION util.plain (locale = 'C');"
            " CREATE TABLE a (x util.sure, y util.mood, z text COLLATE util.plain)"
        ),
        (
            'table("a", Column("x", Named("util.sure")), Column("y", Named("util.mood")),'
            ' Column("z", Named("text COLLATE util.plain")))'
        ),
        ('Named("text COLLATE util.plain")', 'Text(collation="C")'),
    ),
    "a base type with what belongs to it": (
        (
            "CREATE TYPE mine; CREATE FUNCTION mine_in(cstring) RETURNS mine LANGUAGE internal"
            " IMMUTABLE STRICT AS 'int4in'; CREATE FUNCTION mine_out(mine) RETURNS cstring"
            " LANGUAGE internal IMMUTABLE STRICT AS 'int4out'; CREATE TYPE mine"
            " (INPUT = mine_in, OUTPUT = mine_out, INTERNALLENGTH = 4, PASSEDBYVALUE,"
            " ALIGNMENT = int4); CREATE FUNCTION tall(mine) RETURNS boolean LANGUAGE sql IMMUTABLE"
            " AS 'SELECT true'; CREATE TABLE a (x mine DEFAULT '1', CONSTRAINT c CHECK (tall(x)))"
        ),
        (
            'table("a", Column("x", Named("mine"), server_default=text("\'1\'")),'
            ' CheckConstraint("tall(x)", name="c"))'
        ),
        ("'1'", "'2'"),
    ),
}
