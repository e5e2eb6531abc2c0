"""Hypothesis strategies that build valid PostgreSQL schemas as SQL.

Loaded by path: `runpy.run_path(…)["schemas"]`. Tables are drafted first, then their foreign keys,
which may add columns to them; only then is anything written. The database needs `EXTENSIONS`.
"""

import runpy
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st

_TABLES = runpy.run_path(str(Path(__file__).with_name("schema_tables.py")))
Tables, Column, Type = _TABLES["Tables"], _TABLES["Column"], _TABLES["Type"]
DEFERRABLE, SIZES = _TABLES["DEFERRABLE"], _TABLES["SIZES"]
quoted, literal, listed = _TABLES["quoted"], _TABLES["literal"], _TABLES["listed"]

NAMESPACES = ("public", "Other schema")
EXTENSIONS = """
CREATE SCHEMA extensions;
CREATE EXTENSION btree_gist; CREATE EXTENSION citext; CREATE EXTENSION pg_trgm;
CREATE EXTENSION hstore SCHEMA extensions; CREATE EXTENSION ltree SCHEMA extensions;
CREATE EXTENSION vector SCHEMA extensions;
"""
_ACTIONS = ("", "CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION")
_METHODS = {  # by type or family: methods other than btree, and what follows the column
    "whole": (("brin", ""), ("hash", ""), ("gist", "")),
    "day": (("brin", ""), ("hash", "")),
    "text": (
        ("gin", " gin_trgm_ops"),
        ("gist", " gist_trgm_ops (siglen = 32)"),
        ("spgist", ""),
        ("hash", ""),
    ),
    "document": (("gin", ""), ("gin", " jsonb_path_ops")),
    "search": (("gin", ""), ("gist", " tsvector_ops (siglen = 64)")),
    "array": (("gin", ""),),
    "span": (("gist", ""), ("spgist", "")),
    "shape": (("gist", ""),),
    "inet": (("gist", " inet_ops"), ("spgist", "")),
    "extensions.vector(3)": (("hnsw", " extensions.vector_l2_ops"),),
}


@st.composite
def schemas(draw, *, namespaces=NAMESPACES, most_tables=5):
    """Draw a schema and return the statements that make it, in an order that works."""
    builder = Schemas(draw, namespaces)
    return builder.build(draw(st.integers(1, most_tables)))


class Schemas(Tables):
    """Draws whole schemas."""

    def build(self, count):
        self.head += [
            f"CREATE SCHEMA {quoted(name)}" for name in self.namespaces if name != "public"
        ]
        for _ in range(self.draw(st.integers(0, 2))):
            self.enum()
        for make in (self.domain, self.composite, self.range_type, self.function, self.sequence):
            if self.rarely():
                make()
        for _ in range(count):
            self.table()
        for _ in range(self.draw(st.integers(0, 2 * count))):
            self.foreign_key()
        for table in self.tables:
            for _ in range(self.draw(st.integers(0, 3))):
                self.index(table)
            self.comments(table)
            if self.rarely():
                self.beside(table)
        return (*self.head, *map(self.create, self.tables), *self.later)

    def foreign_key(self):
        child = self.draw(st.sampled_from(self.tables))
        targets = [
            (table, key)
            for table in self.tables
            for key in table.keys
            if child.unlogged or not table.unlogged
        ]
        if not targets:
            return
        parent, key = self.draw(st.sampled_from(targets))
        columns = [self.pointing(child, parent, one) for one in key]
        if len({one.name for one in columns}) < len(columns):
            return
        called = f"CONSTRAINT {quoted(self.name(self.taken[child.namespace]))} " * self.rarely()
        text = (
            f"ALTER TABLE {child.sql_name} ADD {called}FOREIGN KEY ({listed(columns)})"
            f" REFERENCES {parent.sql_name} ({listed(key)}){self.actions(columns)}"
        )
        self.later.append(text)

    def pointing(self, child, parent, target):
        """Return a column that may point at another: one that is there, or a new one."""
        kind = target.type
        if kind.family == "serial":
            kind = Type(SIZES[kind.sql], "whole")
        same = [one for one in child.columns if one.written and one.type.sql == kind.sql]
        if same and self.rarely():
            return self.draw(st.sampled_from(same))
        heirs = [one for one in self.tables if child in one.ancestors()]
        taken = {one.name for table in (child, *heirs) for one in table.columns}
        usual = f"{parent.name}_{target.name}"
        if self.often() and usual not in taken and len(usual.encode()) <= 63:
            name = usual
        else:
            name = self.name(taken)
        column = Column(name, kind, required=self.one_of(True, False))
        child.columns.append(column)
        for heir in heirs:
            heir.columns.append(replace(column, written=False, inherited=True))
        return column

    def actions(self, columns):
        on_update, on_delete = self.one_of(*_ACTIONS), self.one_of(*_ACTIONS)
        text = self.one_of("", "", "", " MATCH FULL")
        text += f" ON UPDATE {on_update}" * bool(on_update)
        text += f" ON DELETE {on_delete}" * bool(on_delete)
        if on_delete.startswith("SET") and self.rarely():
            text += f" ({quoted(columns[0].name)})"
        return text + self.one_of(*DEFERRABLE) + " NOT VALID" * self.rarely()

    def index(self, table):
        usable = [one for one in table.columns if not one.virtual]
        method, elements = self.special_elements(usable) if self.rarely() else ("btree", [])
        elements = elements or [self.element(one) for one in self.some_keyable(usable)]
        if not elements:
            return
        unique = method == "btree" and table.split_by is None and self.rarely()
        end = ""
        if method in {"btree", "gist"} and (include := self.some(usable, most=1)) and self.rarely():
            end += f" INCLUDE ({listed(include)})" if include[0].type.keyable else ""
        end += self.one_of("", " NULLS NOT DISTINCT") if unique else ""
        end += " WITH (fillfactor = 70)" if method in {"btree", "hash"} and self.rarely() else ""
        if self.rarely():
            end += f" WHERE ({self.condition(replace(table, columns=usable))})"
        name = quoted(self.name(self.taken[table.namespace]))
        self.later.append(
            f"CREATE {'UNIQUE ' * unique}INDEX {name} ON {table.sql_name}"
            f" USING {method} ({', '.join(elements)}){end}"
        )

    def some_keyable(self, columns):
        return self.some([one for one in columns if one.type.keyable])

    def special_elements(self, columns):
        """Return a method other than btree, and what it indexes; it may find nothing to index."""
        choices = []
        for one in columns:
            name, kind = quoted(one.name), one.type
            for method, end in _METHODS.get(kind.sql, ()) + _METHODS.get(kind.family, ()):
                if kind.keyable or kind.family != "array":
                    choices.append((method, [f"{name}{end}"]))
        return self.draw(st.sampled_from(choices)) if choices else ("btree", [])

    def element(self, column):
        name = quoted(column.name)
        if column.type.family == "words":
            text = self.one_of(name, name, f"lower({name})", f"({name} || {literal(self.text())})")
            text += self.one_of("", "", ' COLLATE "C"')
            plain = text == name and column.type.sql in {"text", "varchar", "varchar(20)"}
            text += self.one_of("", "", " text_pattern_ops") if plain else ""
        elif column.type.family == "whole":
            text = self.one_of(name, name, f"({name} % 10)", f"abs({name})")
        else:
            text = name
        return text + self.one_of("", "", " DESC", " ASC NULLS FIRST", " DESC NULLS LAST")

    def comments(self, table):
        if self.rarely():
            self.later.append(f"COMMENT ON TABLE {table.sql_name} IS {literal(self.text() + '.')}")
        if self.rarely():
            column = self.draw(st.sampled_from(table.columns))
            place = f"{table.sql_name}.{quoted(column.name)}"
            self.later.append(f"COMMENT ON COLUMN {place} IS {literal(self.text() + '.')}")
        if table.named and self.rarely():
            place = f"{quoted(self.draw(st.sampled_from(table.named)))} ON {table.sql_name}"
            self.later.append(f"COMMENT ON CONSTRAINT {place} IS {literal(self.text() + '.')}")

    def beside(self, table):
        """Add something that no model says."""
        name = table.sql_name
        view = f"{quoted(table.namespace)}.{quoted(self.name(self.taken[table.namespace]))}"
        self.later.append(
            self.one_of(
                f"CREATE VIEW {view} AS SELECT * FROM {name}",
                f"CREATE MATERIALIZED VIEW {view} AS SELECT count(*) FROM {name}",
                f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
                f"ALTER TABLE {name} REPLICA IDENTITY FULL",
                f"GRANT SELECT ON {name} TO PUBLIC",
                f"CREATE POLICY own ON {name} USING (true)",
                f"CREATE RULE quiet AS ON DELETE TO {name} DO INSTEAD NOTHING",
            )
        )
