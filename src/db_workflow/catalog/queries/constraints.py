"""Constraints and indexes: what they say in words of their own, and PostgreSQL's definition.

The definition is the proof, for what nobody thought of; the other properties say what differs.
"""

from db_workflow.catalog.queries.pieces import (
    NO_GRANTS,
    column_names,
    operator_class,
    options,
    plain,
    properties,
    text,
)

_TYPE = """CASE c.contype
        WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'c' THEN 'check'
        WHEN 'f' THEN 'foreign key' WHEN 'x' THEN 'exclusion'
    END"""
_ACTION = """CASE {0}
        WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade'
        WHEN 'n' THEN 'set null' WHEN 'd' THEN 'set default'
    END"""
_DEFERRABLE = """CASE
        WHEN c.condeferred THEN 'initially deferred' WHEN c.condeferrable THEN 'initially immediate'
    END"""

# Of an element of an index. The first two are looked up for all elements at once, and only what is
# not as usual is looked up for the element.
_USUAL_CLASS = "i.indclass[place - 1] IN (SELECT oid FROM pg_catalog.pg_opclass WHERE opcdefault)"
_HAS_OPTIONS = (
    "(i.indexrelid, place) IN (SELECT attrelid, attnum::int FROM pg_catalog.pg_attribute"
    " WHERE attoptions IS NOT NULL)"
)
_ELEMENT = {
    "column": text("n.names[NULLIF(i.indkey[place - 1], 0)]"),
    "expression": text(
        "CASE WHEN i.indkey[place - 1] = 0 THEN pg_get_indexdef(i.indexrelid, place, false) END"
    ),
    # One with options is named in any case: SQL cannot give it any otherwise.
    "operator class": f"""CASE WHEN NOT {_USUAL_CLASS} OR {_HAS_OPTIONS} THEN (
                SELECT {text(operator_class("o"))}
                FROM pg_catalog.pg_opclass o WHERE o.oid = i.indclass[place - 1]
            ) END""",  # noqa: S608 - constants
    "operator class options": f"""CASE WHEN {_HAS_OPTIONS} THEN (
                SELECT {options("x.attoptions")} FROM pg_catalog.pg_attribute x
                WHERE x.attrelid = i.indexrelid AND x.attnum = place
            ) END""",  # noqa: S608 - constants
    # An expression's own is not known here: what is not the default counts.
    "collation": text("""CASE
                WHEN i.indcollation[place - 1] NOT IN (
                    0, coalesce(n.collations[NULLIF(i.indkey[place - 1], 0)], 100)
                ) THEN i.indcollation[place - 1]::regcollation::text
            END"""),
    "order": text("CASE WHEN i.indoption[place - 1] & 1 = 1 THEN 'descending' END"),
    # Last is usual for what ascends, first for what descends.
    "nulls": text("CASE i.indoption[place - 1] & 3 WHEN 1 THEN 'last' WHEN 2 THEN 'first' END"),
}
_OPERATOR = {"operator": text("c.conexclop[place]::regoperator::text")}
_INCLUDED = column_names("n.names", "i.indkey[i.indnkeyatts:]")
# Later majors' columns; on an earlier one nothing has what they say.
_EMPTIED = (15, column_names("n.names", "c.confdelsetcols"))
_NULLS_NOT_DISTINCT = (15, plain("CASE WHEN i.indnullsnotdistinct THEN true END"))
_ENFORCED = (18, plain("CASE WHEN NOT c.conenforced THEN false END"))
_WITHOUT_OVERLAPS = (18, plain("CASE WHEN c.conperiod THEN true END"))


def _since(major: int, found: tuple[int, str]) -> str:
    since, expression = found
    return expression if major >= since else "NULL"


def _elements(more: dict[str, str]) -> str:
    return f"""'[' || array_to_string(ARRAY(
        SELECT '{{' || {properties(_ELEMENT | more)} || '}}'
        FROM generate_series(1, i.indnkeyatts) AS place
    ), ',') || ']'"""  # noqa: S608 - constants


def constraints(major: int) -> str:
    """Return the part for every constraint of a table but NOT NULL, which is the column's."""
    said = {
        "type": text(_TYPE),
        "definition": text("pg_get_constraintdef(c.oid)"),
        "validated": plain("c.convalidated"),
        "enforced": _since(major, _ENFORCED),
        "columns": f"CASE WHEN c.contype <> 'x' THEN {column_names('n.names', 'c.conkey')} END",
        "expression": text("pg_get_expr(c.conbin, c.conrelid)"),
        "inherited by none": plain("CASE WHEN c.contype = 'c' AND c.connoinherit THEN true END"),
        "references": text("CASE WHEN c.contype = 'f' THEN c.confrelid::regclass::text END"),
        "referenced columns": f"""CASE WHEN c.contype = 'f' THEN {
            column_names("f.names", "c.confkey")
        } END""",
        "match": text("CASE c.confmatchtype WHEN 'f' THEN 'full' WHEN 'p' THEN 'partial' END"),
        "on update": text(_ACTION.format("c.confupdtype")),
        "on delete": text(_ACTION.format("c.confdeltype")),
        "emptied columns": _since(major, _EMPTIED),
        "deferrable": text(_DEFERRABLE),
        "method": text("CASE WHEN c.contype = 'x' THEN m.amname END"),
        "elements": f"CASE WHEN c.contype = 'x' THEN {_elements(_OPERATOR)} END",
        "include": f"CASE WHEN i.indnatts > i.indnkeyatts THEN {_INCLUDED} END",
        "predicate": text("pg_get_expr(i.indpred, i.indrelid)"),
        "nulls not distinct": _since(major, _NULLS_NOT_DISTINCT),
        "without overlaps": _since(major, _WITHOUT_OVERLAPS),
        "options": options("x.reloptions"),
        "disabled triggers": text("u.never"),
        "replica triggers": text("u.replica_only"),
        "always triggers": text("u.always"),
    }
    return f"""
SELECT 'constraint', r.printed || '.' || quote_ident(c.conname), r.printed, {properties(said)},
    'pg_constraint'::regclass, c.oid, 0, {NO_GRANTS}
FROM relation r
JOIN pg_catalog.pg_constraint c ON c.conrelid = r.oid
LEFT JOIN column_name n ON n.attrelid = c.conrelid
LEFT JOIN column_name f ON f.attrelid = c.confrelid
-- A foreign key names the index of the other table.
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.conindid AND c.contype IN ('p', 'u', 'x')
LEFT JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
LEFT JOIN pg_catalog.pg_am m ON m.oid = x.relam
LEFT JOIN unusual_trigger u ON u.constraint_oid = c.oid
WHERE c.contype IN ('p', 'u', 'c', 'f', 'x') AND c.conparentid = 0
"""  # noqa: S608 - constants


def indexes(major: int) -> str:
    """Return the part for every index that is not a constraint's."""
    said = {
        "definition": text("pg_get_indexdef(i.indexrelid)"),
        "valid": plain("i.indisvalid AND i.indisready"),
        "unique": plain("i.indisunique"),
        "method": text("m.amname"),
        "elements": _elements({}),
        "include": f"CASE WHEN i.indnatts > i.indnkeyatts THEN {_INCLUDED} END",
        "predicate": text("pg_get_expr(i.indpred, i.indrelid)"),
        "nulls not distinct": _since(major, _NULLS_NOT_DISTINCT),
        "options": options("x.reloptions"),
    }
    return f"""
SELECT 'index', x.printed, r.printed, {properties(said)},
    'pg_class'::regclass, i.indexrelid, 0, {NO_GRANTS}
FROM pg_catalog.pg_index i
JOIN relation r ON r.oid = i.indrelid AND r.relkind IN ('r', 'p', 'm')
JOIN relation x ON x.oid = i.indexrelid AND NOT x.relispartition
JOIN pg_catalog.pg_am m ON m.oid = x.relam
JOIN column_name n ON n.attrelid = i.indrelid
WHERE NOT EXISTS (
    SELECT FROM pg_catalog.pg_constraint c
    WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x')
)
"""  # noqa: S608 - constants
