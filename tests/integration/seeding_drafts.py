"""Databases that nobody thought of: tables in any circle, and rows in each other's way.

`graphs()` draws tables with foreign keys; `mixes()` draws manual and generated rows of three
tables, and `merged` says what becomes of a mix, found the slow way: row by row, in Python.

Loaded by path, because tests are not a package: `runpy.run_path(…)`.
"""

from dataclasses import dataclass, field

from hypothesis import strategies as st


@dataclass
class Edge:
    """A foreign key from one table to another, or to itself."""

    name: str
    source: int
    target: int
    composite: bool
    nullable: bool
    deferrable: bool

    @property
    def columns(self):
        return [f"{self.name}_a", f"{self.name}_b"] if self.composite else [f"{self.name}_a"]

    @property
    def declared(self):
        null = "" if self.nullable else " NOT NULL"
        return [f"{column} int{null}" for column in self.columns]

    @property
    def constraint(self):
        targets = "(id, tag)" if self.composite else "(id)"
        end = " DEFERRABLE" if self.deferrable else ""
        return (
            f"ALTER TABLE t{self.source} ADD CONSTRAINT fk_{self.name}"
            f" FOREIGN KEY ({', '.join(self.columns)}) REFERENCES t{self.target} {targets}{end}"
        )


@dataclass
class Graph:
    """Tables with foreign keys between them, and rows by table: what each refers to by edge."""

    tables: int
    edges: list
    rows: list = field(default_factory=list)
    order: list = field(default_factory=list)

    @property
    def statements(self):
        made = []
        for number in range(self.tables):
            columns = [text for edge in self._of(number) for text in edge.declared]
            listed = ", ".join(["id int PRIMARY KEY", "tag int NOT NULL", *columns])
            made.append(f"CREATE TABLE t{number} ({listed}, UNIQUE (id, tag))")
            made += [
                self._insert(number, place, row) for place, row in enumerate(self.rows[number])
            ]
        return [*made, *(edge.constraint for edge in self.edges)]

    def _of(self, number):
        return [edge for edge in self.edges if edge.source == number]

    def _insert(self, number, place, row):
        values = [place, place * 10]
        for edge, other in zip(self._of(number), row, strict=True):
            pair = [other, None if other is None else other * 10]
            values += pair[: len(edge.columns)]
        listed = ", ".join("NULL" if value is None else str(value) for value in values)
        return f"INSERT INTO t{number} VALUES ({listed})"


@st.composite
def graphs(draw):
    tables = draw(st.integers(1, 5))
    number = st.integers(0, tables - 1)
    edges = []
    for place in range(draw(st.integers(0, 7))):
        edge = Edge(f"e{place}", draw(number), draw(number), *(draw(st.booleans()) for _ in "abc"))
        if not edge.nullable and _reaches(edges, edge.target, edge.source):
            edge.deferrable = True  # otherwise no row could ever be inserted
        edges.append(edge)
    counts = [draw(st.integers(1, 4)) for _ in range(tables)]
    graph = Graph(tables, edges, order=draw(st.permutations([f"t{n}" for n in range(tables)])))
    for table in range(tables):
        own = [edge for edge in edges if edge.source == table]
        graph.rows.append(
            [[draw(_other(edge, counts)) for edge in own] for _ in range(counts[table])]
        )
    return graph


def _other(edge, counts):
    others = st.integers(0, counts[edge.target] - 1)
    return st.none() | others if edge.nullable else others


def _reaches(edges, start, end):
    """Tell whether one table leads to another by keys that allow no way around."""
    if start == end:
        return False  # a row may refer to one of the same statement
    found, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        for edge in edges:
            if edge.source == here and not (edge.nullable or edge.deferrable):
                if edge.target == end:
                    return True
                if edge.target not in found:
                    found.add(edge.target)
                    waiting.append(edge.target)
    return False


# Keys of every kind: of a column, where NULLs are equal, of an expression where a condition holds,
# and of overlapping ranges; and keys through which rows become one when those above them do.
SCHEMA = """
CREATE TABLE p (id int PRIMARY KEY, a int UNIQUE, b int, c text, d int, span int4range,
                CONSTRAINT uq_b UNIQUE NULLS NOT DISTINCT (b, d),
                CONSTRAINT ex_span EXCLUDE USING gist (span WITH &&));
CREATE UNIQUE INDEX uq_c ON p (lower(c)) WHERE d > 1;
CREATE TABLE q (id int PRIMARY KEY, p_id int REFERENCES p, n int NOT NULL, own int REFERENCES q,
                CONSTRAINT uq_n UNIQUE (p_id, n));
CREATE TABLE r (id int PRIMARY KEY, q_id int REFERENCES q, CONSTRAINT uq_q UNIQUE (q_id))
"""
SMALL = st.integers(0, 4)
P_ROWS = st.fixed_dictionaries(
    {
        "a": st.none() | st.integers(0, 8),
        "b": st.none() | SMALL,
        "c": st.none() | st.sampled_from(["x", "X", "y", "Z"]),
        "d": SMALL,
        "span": st.none() | st.tuples(st.integers(0, 12), st.integers(1, 2)),
    }
)


def rows_of(table, ids):
    if table == "p":
        return st.dictionaries(ids, P_ROWS, max_size=7)
    if table == "q":
        values = {"p_id": st.none() | st.integers(0, 12), "n": st.integers(0, 2)}
        values["own"] = st.none() | st.integers(0, 12)
        return st.dictionaries(ids, st.fixed_dictionaries(values), max_size=9)
    values = {"q_id": st.none() | st.integers(0, 12)}
    return st.dictionaries(ids, st.fixed_dictionaries(values), max_size=9)


@st.composite
def mixes(draw):
    """Draw rows by table and id: generated ones that fit together, and manual ones likewise."""
    generated, manual = {}, {}
    for table in "pqr":
        generated[table] = _fitting(table, draw(rows_of(table, st.integers(0, 9))), generated)
        # Some have the ids of generated rows, others ids of their own.
        manual[table] = _fitting(table, draw(rows_of(table, st.integers(7, 12))), manual)
    return generated, manual


def _fitting(table, rows, above):
    """Leave out what no database would hold: conflicts, and references to nothing."""
    kept = {}
    for key in sorted(rows):
        row = {"id": key, **rows[key]}
        for column, target in REFERENCES[table]:
            there = sorted(kept if target == table else above[target])
            if row[column] is not None:
                row[column] = there[row[column] % len(there)] if there else None
        if not any(by(row, other) for by in KEYS[table] for other in kept.values()):
            kept[key] = row
    return kept


def _primary(one, other):
    return one["id"] == other["id"]


def _equal(column):
    return lambda one, other: one[column] is not None and one[column] == other[column]


def _overlap(one, other):
    if one["span"] is None or other["span"] is None:
        return False
    (start, length), (begin, size) = one["span"], other["span"]
    return start < begin + size and begin < start + length


def _folded(one, other):
    return (
        min(one["d"], other["d"]) > 1
        and None not in (one["c"], other["c"])
        and one["c"].lower() == other["c"].lower()
    )


REFERENCES = {"p": (), "q": (("p_id", "p"), ("own", "q")), "r": (("q_id", "q"),)}
KEYS = {
    "p": (
        _primary,
        _equal("a"),
        lambda one, other: (one["b"], one["d"]) == (other["b"], other["d"]),
        _folded,
        _overlap,
    ),
    "q": (
        _primary,
        lambda one, other: one["n"] == other["n"] and _equal("p_id")(one, other),
    ),
    "r": (_primary, _equal("q_id")),
}


class Torn(Exception):  # noqa: N818 - an outcome, not a failure
    """A row would have to follow two."""


def merged(generated, manual):
    """Return the rows that a database holds after seeding, by table and id.

    Raises:
        Torn: a generated row refers to one that gives way to two.

    """
    standing, survivors = {}, {}
    for table in "pqr":
        held = {key: dict(row) for key, row in manual[table].items()}
        gone = survivors[table] = {}
        loaded = []
        for key in sorted(generated[table]):
            row = dict(generated[table][key])
            for column, target in REFERENCES[table]:
                if target != table:
                    row[column] = _followed(row[column], survivors[target])
            for among in (list(manual[table].values()), loaded):
                if key not in gone and (kept := _in_the_way(table, row, among)):
                    gone[key] = kept
            if key not in gone:
                loaded.append(row)
        for row in loaded:
            for column, target in REFERENCES[table]:
                if target == table:
                    row[column] = _followed(row[column], gone)
            held[row["id"]] = row
        # A row that went is led as well, before anybody knows that it goes.
        if table == "q":
            for row in generated["q"].values():
                _followed(row["own"], gone)
        standing[table] = held
    return standing


def _in_the_way(table, row, among):
    return {other["id"] for other in among if any(by(row, other) for by in KEYS[table])}


def _followed(value, survivors):
    if value not in survivors:
        return value
    if len(survivors[value]) > 1:
        raise Torn
    (only,) = survivors[value]
    return only
