"""Tables as drafts: columns, and the constraints that CREATE TABLE may hold.

Loaded by path, as the middle of `schema_strategies`.
"""

import runpy
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st

_DRAFTS = runpy.run_path(str(Path(__file__).with_name("schema_drafts.py")))
Column, Draft, Types = _DRAFTS["Column"], _DRAFTS["Draft"], _DRAFTS["Types"]
quoted, literal, listed = _DRAFTS["quoted"], _DRAFTS["literal"], _DRAFTS["listed"]
Type, COLLATIONS = _DRAFTS["Type"], _DRAFTS["COLLATIONS"]

DEFERRABLE = ("", "", "", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED")
_SERIALS = {"smallint": "smallserial", "integer": "serial", "bigint": "bigserial"}
SIZES = {serial: size for size, serial in _SERIALS.items()}


class Tables(Types):
    """Draws tables."""

    def table(self):
        table = Draft(*self.place())
        self.tables.append(table)
        whole = [one for one in self.tables[:-1] if one.split_by is None]
        if whole and self.rarely():
            table.parent = self.draw(st.sampled_from(whole))
            table.columns += [
                replace(one, written=False, inherited=True) for one in table.parent.columns
            ]
        taken = {"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"}
        taken |= {one.name for one in table.columns}
        for _ in range(self.draw(st.integers(1, 6))):
            table.columns.append(self.column(table, self.name(taken)))
        if table.parent is None and self.rarely():
            choices = [one for one in table.of_family("whole", "words", "day") if one.written]
            table.split_by = self.draw(st.sampled_from(choices)) if choices else None
        table.unlogged = table.split_by is None and self.rarely()
        if table.parent is not None:
            table.unlogged = table.parent.unlogged
        self.keys(table)

    def column(self, table, name):
        kind = self.draw(st.sampled_from(self.types))
        column = Column(name, kind, required=self.often())
        form = self.one_of(*["plain"] * 4, "default", "default", "array", "own", "generated")
        if form == "own":
            self.numbered(table, column)
        elif form == "generated":
            self.generated(table, column)
        elif form == "array":
            column.type = Type(f"{kind.sql}[]", "array", ("'{}'",), kind.keyable)
        if kind.family == "words" and column.type is kind:
            collation = self.draw(st.sampled_from(COLLATIONS))
            column.tail += f" COLLATE {collation}" * bool(collation)
        if form == "default" and kind.defaults:
            column.tail += f" DEFAULT {self.draw(st.sampled_from(kind.defaults))}"
        elif form == "default" and kind.family == "words":
            column.tail += f" DEFAULT {literal(self.text())}"
        return column

    def numbered(self, table, column):
        """Make it an identity or a serial."""
        size, serial = self.one_of(*_SERIALS.items())
        column.required = True
        if self.one_of(True, False) and table.parent is None:
            column.type = Type(size, "whole")
            column.tail = f" GENERATED {self.one_of('ALWAYS', 'BY DEFAULT')} AS IDENTITY"
            column.tail += self.one_of(
                "", "", " (START 10 INCREMENT 5)", " (MINVALUE -5 MAXVALUE 99 CACHE 3 CYCLE)"
            )
        else:
            column.type = Type(serial, "serial")

    def generated(self, table, column):
        """Make it a generated column, if there is something to generate it from."""
        sources = [one for one in table.of_family("whole", "words") if one.written]
        if not sources:
            return
        source = self.draw(st.sampled_from(sources))
        name = quoted(source.name)
        if source.type.family == "whole":
            column.type = Type("numeric", "number")
            expression = f"{name} * 1.5"
        else:
            column.type = Type("text", "words")
            expression = f"{name} || {literal(self.text())}"
        kind = "STORED" if source.type.sql == "citext" else self.one_of("STORED", "VIRTUAL")
        column.type = column.type._replace(keyable=kind == "STORED")
        column.tail = f" GENERATED ALWAYS AS ({expression}) {kind}"
        column.required, column.written, column.virtual = False, False, kind == "VIRTUAL"

    def keys(self, table):
        """Add a primary key, unique, check and exclusion constraints."""
        if self.often() and (found := self.key_columns(table)):
            for one in found:
                one.required = True
            table.inside.append(
                f"{self.called(table)}PRIMARY KEY ({listed(found)}){self.rest_of_key(table, found)}"
            )
        for _ in range(self.draw(st.integers(0, 2))):
            if found := self.key_columns(table):
                nulls = self.one_of("", "", " NULLS NOT DISTINCT")
                rest = self.rest_of_key(table, found)
                table.inside.append(
                    f"{self.called(table, keeps=False)}UNIQUE{nulls} ({listed(found)}){rest}"
                )
        for _ in range(self.draw(st.integers(0, 2))):
            inherit = " NO INHERIT" if self.rarely() and table.split_by is None else ""
            inherit = inherit or " NOT ENFORCED" * self.rarely()
            table.inside.append(f"{self.called(table)}CHECK ({self.condition(table)}){inherit}")
        if table.split_by is None and self.rarely():
            self.exclusion(table)

    def called(self, table, *, keeps=True):
        """Return the beginning of a constraint: mostly it has a name, and keeps it.

        Of two keys on the same columns PostgreSQL makes one, which has one of their names.
        """
        if not self.often():
            return ""
        # What has an index shares its name with it.
        name = self.name(self.taken[table.namespace])
        table.named += [name] if keeps else []
        return f"CONSTRAINT {quoted(name)} "

    def key_columns(self, table):
        own = [one for one in table.keyable() if not (one.inherited or one is table.split_by)]
        found = self.some(own, least=0 if table.split_by else 1, most=3)
        if table.split_by is not None:
            found.insert(self.draw(st.integers(0, len(found))), table.split_by)
        return found

    def rest_of_key(self, table, found):
        """Return what follows a key, and remember the key if foreign keys may point at it."""
        rest = ""
        if self.rarely():
            others = [one for one in table.columns if one not in found and not one.virtual]
            if included := self.some(others, most=2):
                rest = f" INCLUDE ({listed(included)})"
        deferrable = self.one_of(*DEFERRABLE)
        if not deferrable and not {"array", "polymorphic"} & {one.type.family for one in found}:
            table.keys.append(found)
        return rest + deferrable

    def exclusion(self, table):
        """Add an exclusion constraint, if a column lends itself to one."""
        choices = [f"{quoted(one.name)} WITH &&" for one in table.of_family("span", "shape")]
        for one in table.of_family("whole", "number", "words"):
            name = quoted(one.name)
            if not one.virtual:
                words = one.type.family == "words"
                choices.append(f"(lower({name})) WITH =" if words else f"{name} WITH =")
        elements = self.some(choices, most=2)
        if elements:
            where = f" WHERE ({self.condition(table)})" if self.rarely() else ""
            gist = "gist" if any("&&" in one for one in elements) else self.one_of("gist", "btree")
            text = f"EXCLUDE USING {gist} ({', '.join(elements)}){where}{self.one_of(*DEFERRABLE)}"
            table.inside.append(f"{self.called(table)}{text}")

    def condition(self, table):
        """Return a condition on a row."""
        column = self.draw(st.sampled_from(table.columns))
        name, words = quoted(column.name), literal(self.text())
        general = (f"{name} IS NOT NULL", f"{name} IS NULL OR true")
        special = {
            "whole": (f"{name} > 0", f"{name} BETWEEN 1 AND 5", f"{name} % 2 = 0"),
            "number": (f"{name} >= 0.5", f"{name} IN (1, 2, 3)"),
            "words": (f"{name} <> {words}", f"{name} IN ({words}, 'b')", f"{name} ~ '^\\d+:x$'",
                      f"{name} LIKE '%x\\_%'", f"length({name}) < 10", f"{name} = ANY ('{{a,b}}')"),
            "document": (f"{name} ? 'a'", f"""{name} @> '{{"a": ":b"}}'""", f"{name} ->> 'a' = ''"),
            "day": (f"{name} > '2020-01-01'",),
            "enum": tuple(f"{name} <> {label}" for label in column.type.defaults),
            "array": (f"cardinality({name}) < 5",),
        }  # fmt: skip
        return self.one_of(*general, *special.get(column.type.family, ()))

    def create(self, table):
        unlogged = "UNLOGGED " if table.unlogged else ""
        lines = [one.sql for one in table.columns if not one.inherited] + table.inside
        end = f" INHERITS ({table.parent.sql_name})" if table.parent else ""
        if table.split_by is not None:
            end = f" PARTITION BY {self.split(table)}"
        return (
            f"CREATE {unlogged}TABLE {table.sql_name} (\n    " + ",\n    ".join(lines) + f"\n){end}"
        )

    def split(self, table):
        """Return how a table is partitioned; add a partition of it."""
        method = self.one_of("RANGE", "LIST", "HASH")
        if self.often():
            name = self.name(self.taken[table.namespace])
            bound = "FOR VALUES WITH (MODULUS 2, REMAINDER 0)" if method == "HASH" else "DEFAULT"
            self.later.insert(
                0,
                f"CREATE TABLE {quoted(table.namespace)}.{quoted(name)}"
                f" PARTITION OF {table.sql_name} {bound}",
            )
        return f"{method} ({quoted(table.split_by.name)})"
