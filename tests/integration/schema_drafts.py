"""What is drawn before a schema is written: columns and tables, and how names and texts are drawn.

Loaded by path, as the beginning of `schema_strategies`.
"""

import runpy
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

_WORDS = runpy.run_path(str(Path(__file__).with_name("schema_words.py")))
NAMES, TEXTS, LABELS = _WORDS["NAMES"], _WORDS["TEXTS"], _WORDS["LABELS"]
TYPES, COLLATIONS, Type = _WORDS["TYPES"], _WORDS["COLLATIONS"], _WORDS["Type"]

# Between domains over these, and arrays, PostgreSQL does not always find a foreign key's operator.
_POLYMORPHIC = {"array", "enum", "span", "spans", "polymorphic"}
_GRAPHIC = st.characters(codec="utf-8", exclude_categories=("C", "Z"))


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def literal(text):
    return "'" + text.replace("'", "''") + "'"  # standard_conforming_strings is on


def listed(columns):
    return ", ".join(quoted(one.name) for one in columns)


@dataclass(eq=False)
class Column:
    name: str
    type: Type
    tail: str = ""  # what follows the type
    required: bool = False
    written: bool = True  # no generated column: foreign keys may write it
    inherited: bool = False
    virtual: bool = False

    @property
    def sql(self):
        return f"{quoted(self.name)} {self.type.sql}{self.tail}{' NOT NULL' * self.required}"


@dataclass(eq=False)  # a draft is itself, whatever it looks like
class Draft:
    """A table that is being thought up."""

    namespace: str
    name: str
    columns: list[Column] = field(default_factory=list)
    keys: list[list[Column]] = field(default_factory=list)  # what foreign keys may point at
    inside: list[str] = field(default_factory=list)  # constraints in CREATE TABLE
    named: list[str] = field(default_factory=list)  # those with names
    unlogged: bool = False
    split_by: Column | None = None
    parent: "Draft | None" = None

    @property
    def sql_name(self):
        return f"{quoted(self.namespace)}.{quoted(self.name)}"

    def ancestors(self):
        return [] if self.parent is None else [self.parent, *self.parent.ancestors()]

    def of_family(self, *families):
        return [one for one in self.columns if one.type.family in families]

    def keyable(self):
        return [one for one in self.columns if one.type.keyable]


class Draws:
    """How things are drawn, the names taken so far, and the statements."""

    def __init__(self, draw, namespaces):
        self.draw = draw
        self.namespaces = namespaces
        self.taken = {name: set() for name in namespaces}
        self.types = list(TYPES)
        self.tables = []
        self.head = []  # before the tables
        self.later = []  # after them

    def one_of(self, *choices):
        return self.draw(st.sampled_from(choices))

    def often(self):
        return self.draw(st.sampled_from((True, True, False)))

    def rarely(self):
        return self.draw(st.sampled_from((False,) * 6 + (True,)))

    def some(self, things, least=1, most=3):
        """Return some different ones of `things`."""
        most = min(most, len(things))
        if most < max(least, 1):
            return []
        places = st.integers(0, len(things) - 1)
        found = self.draw(st.lists(places, min_size=least, max_size=most, unique=True))
        return [things[place] for place in found]

    def text(self):
        return self.draw(st.sampled_from(TEXTS) | st.text(_GRAPHIC, max_size=5))

    def name(self, taken):
        """Return a name that is not taken yet, and take it."""
        wanted = self.draw(st.sampled_from(NAMES) | st.text(_GRAPHIC, min_size=1, max_size=4))
        found, number = wanted, 2
        while found in taken:
            end = f"_{number}"
            found = wanted.encode()[: 63 - len(end)].decode(errors="ignore") + end
            number += 1
        taken.add(found)
        return found

    def place(self):
        """Return a namespace and a name in it."""
        namespace = self.draw(st.sampled_from(self.namespaces))
        return namespace, self.name(self.taken[namespace])


class Types(Draws):
    """Draws what tables lean on; each makes some types of columns more likely."""

    def enum(self):
        namespace, name = self.place()
        labels = self.some(LABELS, most=5)
        printed = f"{quoted(namespace)}.{quoted(name)}"
        self.head.append(f"CREATE TYPE {printed} AS ENUM ({', '.join(map(literal, labels))})")
        kind = Type(printed, "enum", tuple(map(literal, labels)))
        self.types += [kind] * 12  # as likely as all that is built in

    def domain(self):
        base = self.draw(st.sampled_from(self.types))
        namespace, name = self.place()
        tail = ""
        if base.defaults and self.rarely():
            tail += f" DEFAULT {self.draw(st.sampled_from(base.defaults))}"
        if self.rarely():
            tail += " NOT NULL"
        for _ in range(self.one_of(0, 1, 1, 2)):
            named = f" CONSTRAINT {quoted(self.name(set()))}" if self.rarely() else ""
            rule = "VALUE IS NOT NULL" if named or base.family != "words" else "VALUE <> 'a:b%'"
            tail += f"{named} CHECK ({rule})" if f"{named} " not in tail else ""
        printed = f"{quoted(namespace)}.{quoted(name)}"
        self.head.append(f"CREATE DOMAIN {printed} AS {base.sql}{tail}")
        family = "polymorphic" if base.family in _POLYMORPHIC else "domain"
        self.types += [Type(printed, family, base.defaults, base.keyable)] * 8

    def composite(self):
        namespace, name = self.place()
        printed = f"{quoted(namespace)}.{quoted(name)}"
        self.head.append(f'CREATE TYPE {printed} AS (a integer, "B b" text)')
        self.types += [Type(printed, "other", (), True)] * 4

    def range_type(self):
        namespace, name = self.place()
        printed = f"{quoted(namespace)}.{quoted(name)}"
        spans = f"{quoted(namespace)}.{quoted(self.name(self.taken[namespace]))}"
        self.head.append(
            f"CREATE TYPE {printed} AS RANGE (SUBTYPE = float8, MULTIRANGE_TYPE_NAME = {spans})"
        )
        self.types += [Type(printed, "span", ("'empty'",))] * 4

    def function(self):
        namespace, name = self.place()
        printed = f"{quoted(namespace)}.{quoted(name)}"
        self.head.append(
            f"CREATE FUNCTION {printed}() RETURNS text LANGUAGE sql STABLE AS 'SELECT ''a:b'''"
        )
        self.types += [Type("text", "words", (f"{printed}()",))] * 4

    def sequence(self):
        namespace, name = self.place()
        printed = f"{quoted(namespace)}.{quoted(name)}"
        self.head.append(f"CREATE SEQUENCE {printed}{self.one_of('', ' INCREMENT 5', ' AS int')}")
        self.types += [Type("bigint", "whole", (f"nextval({literal(printed)})",))] * 8
