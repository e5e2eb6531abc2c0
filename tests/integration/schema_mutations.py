"""Changes of a schema, one at a time, that a model can say: made from what a snapshot shows.

Loaded by path: `runpy.run_path(…)["mutations"]`. PostgreSQL may refuse one (something depends on
what would go): the caller tries another. Each that it takes changes what a model says.
"""

from db_workflow.connection import quoted

_HAND = "changed_by_hand"


def mutations(snapshot):
    """Return statements that each change something; partitions are no model's."""
    partitions = {
        one.name for one in snapshot.of_kind("table") if "partition bound" in one.properties
    }
    found = ["CREATE TABLE made_by_hand (id integer PRIMARY KEY)"]
    for one in snapshot.objects:
        if one.name in partitions or one.table in partitions:
            continue
        if one.kind in _OF_KIND and not _of_a_view(one, snapshot):
            found += _OF_KIND[one.kind](one)
    return found


def _of_a_view(one, snapshot):
    return one.table is not None and ("table", one.table) not in snapshot.by_key


def _of_enum(one):
    labels = one.properties["labels"]
    first = "'" + labels[0].replace("'", "''") + "'"
    yield f"ALTER TYPE {one.name} ADD VALUE '{_HAND}'"
    yield f"ALTER TYPE {one.name} ADD VALUE '{_HAND}' BEFORE {first}"
    yield f"ALTER TYPE {one.name} RENAME VALUE {first} TO '{_HAND}'"
    yield f"ALTER TYPE {one.name} RENAME TO {_HAND}"


def _of_table(one):
    yield f"ALTER TABLE {one.name} ADD {_HAND} integer"
    yield f"ALTER TABLE {one.name} RENAME TO {_HAND}"
    yield f"ALTER TABLE {one.name} ADD CHECK (1 = 1)"
    yield f"DROP TABLE {one.name} CASCADE"
    yield f"COMMENT ON TABLE {one.name} IS '{_HAND}'"
    logged = "LOGGED" if one.properties["persistence"] == "unlogged" else "UNLOGGED"
    if "partitioned by" not in one.properties:
        yield f"ALTER TABLE {one.name} SET {logged}"


def _of_column(one):
    table, facts = f"ALTER TABLE {one.table}", one.properties
    column = f"{table} ALTER {one.local_name}"
    yield f"{table} RENAME {one.local_name} TO {_HAND}"
    yield f"{table} DROP {one.local_name} CASCADE"
    yield f"COMMENT ON COLUMN {one.name} IS '{_HAND}'"
    if "identity" not in facts:
        yield f"{column} {'SET' if facts['nullable'] else 'DROP'} NOT NULL"
    if "default" in facts:
        yield f"{column} DROP DEFAULT"
    elif facts["type"] in {"text", "citext"} and "generated" not in facts:
        yield f"{column} SET DEFAULT '{_HAND}'"
    if "default" not in facts and "identity" not in facts and "generated" not in facts:
        other = "numeric(7,3)" if facts["type"] != "numeric(7,3)" else "text"
        yield f"{column} TYPE {other} USING NULL"
        if not facts["type"].endswith("[]"):  # an array of arrays is the same type
            yield f"{column} TYPE {facts['type']}[] USING NULL"
    if facts["type"] == "text" and "generated" not in facts:
        yield f"{column} TYPE text COLLATE {_other_collation(facts)}"
    if "identity" in facts:
        other = "BY DEFAULT" if facts["identity"] == "always" else "ALWAYS"
        yield f"{column} SET GENERATED {other}"
        yield f"{column} SET INCREMENT 7"
        yield f"{column} DROP IDENTITY"
    if facts.get("generated kind") == "stored":
        yield f"{column} DROP EXPRESSION"


def _other_collation(facts):
    return '"POSIX"' if facts.get("collation") != '"POSIX"' else '"C"'


def _of_constraint(one):
    table, facts, name = f"ALTER TABLE {one.table}", one.properties, one.local_name
    yield f"{table} DROP CONSTRAINT {name} CASCADE"
    yield f"{table} RENAME CONSTRAINT {name} TO {_HAND}"
    again = f"{table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} "
    if not facts["validated"] and facts.get("enforced", True):
        yield f"{table} VALIDATE CONSTRAINT {name}"
    if facts["type"] == "foreign key":
        timing = "NOT DEFERRABLE" if "deferrable" in facts else "DEFERRABLE INITIALLY DEFERRED"
        yield f"{table} ALTER CONSTRAINT {name} {timing}"
        if "on delete" not in facts and "deferrable" not in facts and facts["validated"]:
            yield f"{again}{facts['definition']} ON DELETE CASCADE"
    if facts["type"] == "check" and "inherited by none" not in facts and "enforced" not in facts:
        yield f"{again}CHECK (({facts['expression']}) IS NOT FALSE)"
    if facts["type"] in {"unique", "primary key"} and "deferrable" not in facts:
        yield f"{again}{facts['definition']} DEFERRABLE"
    if facts["type"] == "unique" and "nulls not distinct" not in facts:
        columns = ", ".join(map(quoted, facts["columns"]))
        yield f"{again}UNIQUE NULLS NOT DISTINCT ({columns})"


def _of_index(one):
    definition, facts = one.properties["definition"], one.properties
    yield f"DROP INDEX {one.name}"
    yield f"ALTER INDEX {one.name} RENAME TO {_HAND}"
    if not facts["unique"] and facts["method"] == "btree":
        yield f"DROP INDEX {one.name}; {definition.replace('CREATE', 'CREATE UNIQUE', 1)}"
    if "predicate" not in facts:
        yield f"DROP INDEX {one.name}; {definition} WHERE 1 = 1"
    elif "options" not in facts:
        yield f"DROP INDEX {one.name}; {definition.rpartition(' WHERE ')[0]}"


_OF_KIND = {
    "enum": _of_enum,
    "table": _of_table,
    "column": _of_column,
    "constraint": _of_constraint,
    "index": _of_index,
}
