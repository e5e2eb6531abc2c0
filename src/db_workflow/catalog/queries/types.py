"""Types, functions and extensions."""

from db_workflow.catalog.queries.pieces import (
    NO_GRANTS,
    operator_class,
    own,
    plain,
    properties,
    text,
    texts,
)

_TYPE = """'pg_type'::regclass, t.oid, 0,
    t.typacl, CASE WHEN t.typacl IS NOT NULL THEN acldefault('T', t.typowner) END, t.typowner"""

_LABELS = texts(
    "SELECT e.enumlabel FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid"
    " ORDER BY e.enumsortorder"
)
ENUMS = f"""
SELECT 'enum', t.oid::regtype::text, NULL, {properties({"labels": _LABELS})}, {_TYPE}
FROM pg_catalog.pg_type t
WHERE t.typtype = 'e' AND t.typnamespace IN (SELECT oid FROM space) AND {own("pg_type", "t.oid")}
"""  # noqa: S608 - constants

_DOMAIN = {
    "type": text("format_type(t.typbasetype, t.typtypmod)"),
    "nullable": plain("NOT t.typnotnull"),
    # Not `typdefault`: that was printed when it was written, for the search_path of then.
    "default": text("pg_get_expr(t.typdefaultbin, 0)"),
    "collation": text(
        "CASE WHEN t.typcollation <> b.typcollation THEN t.typcollation::regcollation::text END"
    ),
    "checks": texts(
        "SELECT quote_ident(c.conname) || ' ' || pg_get_constraintdef(c.oid)"
        " FROM pg_catalog.pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c'"
        ' ORDER BY c.conname COLLATE "C"'
    ),
}
DOMAINS = f"""
SELECT 'domain', t.oid::regtype::text, NULL, {properties(_DOMAIN)}, {_TYPE}
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
WHERE t.typtype = 'd' AND t.typnamespace IN (SELECT oid FROM space) AND {own("pg_type", "t.oid")}
"""  # noqa: S608 - constants

_ATTRIBUTES = texts("""
        SELECT quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
            || CASE WHEN a.attcollation <> b.typcollation
                THEN ' COLLATE ' || a.attcollation::regcollation::text ELSE '' END
        FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_type b ON b.oid = a.atttypid
        WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
    """)
COMPOSITES = f"""
SELECT 'composite type', r.printed, NULL, {properties({"attributes": _ATTRIBUTES})}, {_TYPE}
FROM relation r
JOIN pg_catalog.pg_type t ON t.oid = r.reltype
WHERE r.relkind = 'c'
"""  # noqa: S608 - constants

# The functions that construct a range go with it; 14 added those of its multirange.
_RANGE = {
    "subtype": text("format_type(g.rngsubtype, NULL)"),
    "operator class": text(f"CASE WHEN NOT c.opcdefault THEN {operator_class('c')} END"),
    "collation": text(
        "CASE WHEN g.rngcollation <> s.typcollation THEN g.rngcollation::regcollation::text END"
    ),
    "canonical": text("NULLIF(g.rngcanonical::oid, 0)::regprocedure::text"),
    "difference": text("NULLIF(g.rngsubdiff::oid, 0)::regprocedure::text"),
}
RANGES = f"""
SELECT 'range type', t.oid::regtype::text, NULL, {properties(_RANGE)}, {_TYPE}
FROM pg_catalog.pg_range g
JOIN pg_catalog.pg_type t ON t.oid = g.rngtypid AND t.typnamespace IN (SELECT oid FROM space)
JOIN pg_catalog.pg_type s ON s.oid = g.rngsubtype
JOIN pg_catalog.pg_opclass c ON c.oid = g.rngsubopc
WHERE {own("pg_type", "t.oid")}
"""  # noqa: S608 - constants

_MODIFIED = "CASE {} WHEN 'r' THEN NULL WHEN 's' THEN 'shareable' ELSE 'read-write' END"
_AGGREGATE = {
    "kind": text("g.aggkind::text"),
    "transition": text("g.aggtransfn::text"),
    "state": text("format_type(g.aggtranstype, NULL)"),
    "initial": text("g.agginitval"),
    "final": text("NULLIF(g.aggfinalfn::oid, 0)::regproc::text"),
    "final modifies": text(_MODIFIED.format("g.aggfinalmodify")),
    "final takes arguments": plain("CASE WHEN g.aggfinalextra THEN true END"),
    "combine": text("NULLIF(g.aggcombinefn::oid, 0)::regproc::text"),
    "serialised by": text("NULLIF(g.aggserialfn::oid, 0)::regproc::text"),
    "deserialised by": text("NULLIF(g.aggdeserialfn::oid, 0)::regproc::text"),
    "sorted by": text("NULLIF(g.aggsortop, 0)::regoperator::text"),
    "moving": text("""NULLIF(concat_ws(' ', NULLIF(g.aggmtransfn::oid, 0)::regproc::text,
        NULLIF(g.aggminvtransfn::oid, 0)::regproc::text,
        NULLIF(g.aggmfinalfn::oid, 0)::regproc::text,
        format_type(NULLIF(g.aggmtranstype, 0), NULL), g.aggminitval), '')"""),
    "parallel": text("NULLIF(p.proparallel::text, 'u')"),
    "result": text("pg_get_function_result(p.oid)"),
}
_FUNCTION = {
    "definition": text("CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END"),
    "aggregate": f"""CASE WHEN p.prokind = 'a' THEN (
        SELECT '{{' || {properties(_AGGREGATE)} || '}}'
        FROM pg_catalog.pg_aggregate g WHERE g.aggfnoid = p.oid
    ) END""",  # noqa: S608 - constants
}
FUNCTIONS = f"""
SELECT 'function', p.oid::regprocedure::text, NULL, {properties(_FUNCTION)},
    'pg_proc'::regclass, p.oid, 0,
    p.proacl, CASE WHEN p.proacl IS NOT NULL THEN acldefault('f', p.proowner) END, p.proowner
FROM pg_catalog.pg_proc p
WHERE p.pronamespace IN (SELECT oid FROM space) AND {own("pg_proc", "p.oid")}
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i'
  )
"""  # noqa: S608 - constants

# plpgsql is in every database; its absence would be somebody's decision that the rest shows.
_ELSEWHERE = "CASE WHEN n.nspname <> ($1::text[])[1] THEN quote_ident(n.nspname) END"
EXTENSIONS = f"""
SELECT 'extension', e.extname::text, NULL, {properties({"schema": text(_ELSEWHERE)})},
    'pg_extension'::regclass, e.oid, 0, {NO_GRANTS}
FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql'
"""  # noqa: S608 - constants
