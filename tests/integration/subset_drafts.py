"""Small databases that nobody thought of, with keys in every shape, and what a subset of them is.

`drafts()` draws one; `statements` are its SQL; `closure` says which rows belong together, found the
slow way: row by row, in Python, from the rows themselves.

Loaded by path, because tests are not a package: `runpy.run_path(…)`.
"""

from dataclasses import dataclass, field

from hypothesis import strategies as st

COLUMNS = "id int PRIMARY KEY, tag int NOT NULL, day int, UNIQUE (id, tag)"


@dataclass
class Link:
    """A key: to one column, to two, or one that the database does not declare."""

    name: str
    target: str
    kind: str  # "single", "simple" and "full" (of two columns), "virtual" (as text)
    shares: bool = False  # the primary key itself, as joined inheritance has it

    @property
    def columns(self):
        if self.shares:
            return ("id",)
        if self.kind in {"single", "virtual"}:
            return (f"{self.name}_a",)
        return (f"{self.name}_a", f"{self.name}_b")

    @property
    def target_columns(self):
        return ("id",) if len(self.columns) == 1 else ("id", "tag")

    @property
    def where(self):
        # A bare name that the other table has as well.
        return "day IS NOT NULL" if self.kind == "virtual" else ""


@dataclass
class Draft:
    """A table, its rows (dicts) and what TABLE_CONFIG says of it."""

    name: str
    partitioned: bool
    links: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    options: dict = field(default_factory=dict)


@st.composite
def drafts(draw):
    tables = [Draft(f"t{number}", draw(st.booleans())) for number in range(draw(st.integers(1, 4)))]
    for number, table in enumerate(tables):
        ids = st.sets(st.integers(1, 9), max_size=7)
        if number and draw(st.integers(0, 3)) == 0:
            base = draw(st.sampled_from(tables[:number]))
            table.links.append(Link("base", base.name, "single", shares=True))
            ids = st.sets(st.sampled_from([row["id"] for row in base.rows] or [0])) \
                if base.rows else st.just(set())  # fmt: skip
        table.rows = [
            {"id": n, "tag": draw(st.integers(1, 2)), "day": draw(st.none() | st.integers(1, 3))}
            for n in sorted(draw(ids))
        ]
    by_name = {table.name: table for table in tables}
    for table in tables:
        for number in range(draw(st.integers(0, 2))):
            link = Link(
                f"l{number}",
                draw(st.sampled_from(sorted(by_name))),
                draw(st.sampled_from(["single", "simple", "full", "virtual"])),
            )
            table.links.append(link)
            for row in table.rows:
                row.update(draw(_reference(link, by_name[link.target].rows)))
        table.options = draw(_options(table))
    return tables


@st.composite
def _reference(draw, link, targets):
    nothing = dict.fromkeys(link.columns)
    if link.kind == "virtual" and draw(st.booleans()):
        return {link.columns[0]: draw(st.sampled_from(["none", "77"]))}  # nobody checks those
    if not targets or draw(st.integers(0, 3)) == 0:
        if link.kind == "simple":
            nothing[link.columns[0]] = draw(st.none() | st.just(88))
        return nothing
    target = draw(st.sampled_from(targets))
    if link.kind == "virtual":
        return {link.columns[0]: str(target["id"])}
    return {
        here: target[there] for here, there in zip(link.columns, link.target_columns, strict=True)
    }


@st.composite
def _options(draw, table):
    options = {}
    if draw(st.booleans()):
        options["where"] = draw(st.sampled_from(["day >= 2", "id % 2 = 0", "false", "true -- all"]))
    if draw(st.booleans()):
        options["limit"] = draw(st.integers(0, 3))
    along = {
        link.columns: draw(st.none() | st.integers(0, 2))
        for link in table.links
        if draw(st.booleans())
    }
    if along:
        options["children_of"] = along
    if options.keys() & {"limit", "children_of"} and draw(st.booleans()):
        options["newest"] = draw(st.sampled_from(["day", ("tag", "day")]))
    options["inherits"] = draw(st.booleans())
    return options


def statements(tables, *, keys=True):
    """Return the SQL that makes the tables, and fills them, in the session's schema."""
    made = []
    for table in tables:
        columns = [COLUMNS]
        for link in table.links:
            kind = "text" if link.kind == "virtual" else "int"
            columns += [] if link.shares else [f"{column} {kind}" for column in link.columns]
        parts = " PARTITION BY RANGE (id)" if table.partitioned else ""
        made.append(f"CREATE TABLE {table.name} ({', '.join(columns)}){parts}")
        if table.partitioned:
            name = table.name
            made.append(f"CREATE TABLE {name}_low PARTITION OF {name} FOR VALUES FROM (0) TO (4)")
            made.append(f"CREATE TABLE {name}_rest PARTITION OF {name} DEFAULT")
        made += [
            f"INSERT INTO {table.name} ({', '.join(row)})"
            f" VALUES ({', '.join(map(_literal, row.values()))})"
            for row in table.rows
        ]
    return [*made, *constraints(tables)] if keys else made


def constraints(tables):
    """Return the SQL that adds the foreign keys, and so checks the rows that are there."""
    return [
        f"ALTER TABLE {table.name} ADD FOREIGN KEY ({', '.join(link.columns)}) REFERENCES"
        f" {link.target} ({', '.join(link.target_columns)}) MATCH"
        f" {'FULL' if link.kind == 'full' else 'SIMPLE'}"
        for table in tables
        for link in table.links
        if link.kind != "virtual"
    ]


def _literal(value):
    return "NULL" if value is None else f"'{value}'"


def closure(tables):
    """Return, by table, the ids that are asked for, and all that belong to them."""
    by_name = {table.name: table for table in tables}
    asked = {table.name: _asked(table) for table in tables}
    taken = {name: set(ids) for name, ids in asked.items()}
    while True:
        before = {name: len(ids) for name, ids in taken.items()}
        for table in tables:
            for link in table.links:
                parents = by_name[link.target].rows
                for parent in parents:
                    children = [row for row in table.rows if _refers(row, link, parent)]
                    if any(row["id"] in taken[table.name] for row in children):
                        taken[link.target].add(parent["id"])
                    if parent["id"] in taken[link.target]:
                        taken[table.name] |= _along(table, link, children)
        if before == {name: len(ids) for name, ids in taken.items()}:
            return asked, taken


def _refers(row, link, parent):
    if link.kind == "virtual" and row["day"] is None:
        return False
    pairs = zip(link.columns, link.target_columns, strict=True)
    return all(
        row[here] is not None and str(row[here]) == str(parent[there]) for here, there in pairs
    )


def _along(table, link, children):
    if link.shares and table.options["inherits"]:
        return {row["id"] for row in children}
    children_of = table.options.get("children_of", {})
    if link.columns not in children_of:
        return set()
    fit = _sorted(table, [row for row in children if _fulfils(table, row)])
    return {row["id"] for row in fit[: children_of[link.columns]]}


def _asked(table):
    options = table.options
    if not options.keys() & {"where", "limit", "children_of"}:
        return {row["id"] for row in table.rows}
    if "children_of" in options and "limit" not in options:
        return set()
    fit = _sorted(table, [row for row in table.rows if _fulfils(table, row)])
    return {row["id"] for row in fit[: options.get("limit")]}


def _fulfils(table, row):
    return {
        "": True,
        "day >= 2": row["day"] is not None and row["day"] >= 2,
        "id % 2 = 0": row["id"] % 2 == 0,
        "false": False,
        "true -- all": True,
    }[table.options.get("where", "")]


def _sorted(table, rows):
    newest = table.options.get("newest", ())
    newest = (newest,) if isinstance(newest, str) else newest

    def key(row):
        # What has no date is the oldest.
        days = [(row[name] is None, -(row[name] or 0)) for name in newest]
        return (*days, row["id"])

    return sorted(rows, key=key)
