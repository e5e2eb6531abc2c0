"""Schemas, tables, columns, sequences, views, and what belongs to a table."""

from db_workflow.catalog.queries.pieces import (
    NO_GRANTS,
    grants,
    options,
    plain,
    properties,
    text,
    texts,
)

# What initdb grants on schema public differs between majors; only what was changed since is said.
# A public that somebody dropped and created again grants nothing.
_AT_FIRST = """coalesce(
        (
            SELECT i.initprivs FROM pg_catalog.pg_init_privs i
            WHERE i.classoid = 'pg_namespace'::regclass AND i.objoid = n.oid AND i.objsubid = 0
        ),
        CASE WHEN n.nspname = 'public'
            THEN acldefault('n', n.nspowner) || makeaclitem(0, n.nspowner, 'USAGE', false)
            ELSE acldefault('n', n.nspowner)
        END
    )"""
SCHEMAS = f"""
SELECT 'schema' AS kind, quote_ident(n.nspname) AS name, NULL::text AS "table", '' AS properties,
    'pg_namespace'::regclass::oid AS class, n.oid AS object, 0 AS number,
    coalesce(n.nspacl, acldefault('n', n.nspowner)) AS acl, {_AT_FIRST} AS usual,
    n.nspowner AS owner
FROM pg_catalog.pg_namespace n WHERE n.oid IN (SELECT oid FROM space)
"""  # noqa: S608 - constants

_RELATION = """'pg_class'::regclass, r.oid, 0,
    r.relacl, CASE WHEN r.relacl IS NOT NULL THEN acldefault({}, r.relowner) END, r.relowner"""
_HAS_PARENTS = "r.oid IN (SELECT inhrelid FROM pg_catalog.pg_inherits)"
_PARENTS = texts(
    "SELECT i.inhparent::regclass::text FROM pg_catalog.pg_inherits i"
    " WHERE i.inhrelid = r.oid ORDER BY i.inhseqno"
)
_TABLE = {
    "form": text("CASE r.relkind WHEN 'f' THEN 'foreign' ELSE 'plain' END"),
    "persistence": text("CASE r.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'permanent' END"),
    "access method": text("CASE WHEN m.amname <> 'heap' THEN m.amname END"),
    "of type": text("NULLIF(r.reloftype, 0)::regtype::text"),
    "partitioned by": text("CASE WHEN r.relkind = 'p' THEN pg_get_partkeydef(r.oid) END"),
    "partition bound": text("pg_get_expr(r.relpartbound, r.oid)"),
    "parents": f"CASE WHEN {_HAS_PARENTS} THEN {_PARENTS} END",
    "options": options("r.reloptions"),
    # Of a foreign table nothing is ever replicated.
    "replica identity": text("""CASE CASE WHEN r.relkind <> 'f' THEN r.relreplident END
        WHEN 'n' THEN 'nothing'
        WHEN 'f' THEN 'full'
        WHEN 'i' THEN (
            SELECT 'index ' || i.indexrelid::regclass::text
            FROM pg_catalog.pg_index i WHERE i.indrelid = r.oid AND i.indisreplident
        )
    END"""),
    "row security": text(
        "CASE WHEN r.relforcerowsecurity AND r.relrowsecurity THEN 'forced'"
        " WHEN r.relforcerowsecurity THEN 'forced, but off' WHEN r.relrowsecurity THEN 'on' END"
    ),
}
TABLES = f"""
SELECT 'table', r.printed, NULL, {properties(_TABLE)},
    {_RELATION.format("'r'")}
FROM relation r
LEFT JOIN pg_catalog.pg_am m ON m.oid = r.relam
WHERE r.relkind IN ('r', 'p', 'f')
"""  # noqa: S608 - constants

_DEFAULT = """CASE
        WHEN a.attgenerated <> '' THEN NULL
        WHEN a.attidentity = '' AND q.oid IS NOT NULL THEN 'nextval(own sequence)'
        ELSE pg_get_expr(d.adbin, d.adrelid)
    END"""
_COLUMN = {
    "position": plain("row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum)"),
    "type": text("format_type(a.atttypid, a.atttypmod)"),
    "nullable": plain("NOT a.attnotnull OR n.conrelid IS NOT NULL"),
    "not null": text("CASE WHEN n.conrelid IS NOT NULL THEN 'not valid' END"),
    "default": text(_DEFAULT),
    "identity": text("CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END"),
    "sequence": "'{' || o.options || '}'",
    "sequence grants": grants("s.relacl", "acldefault('s', s.relowner)", "s.relowner"),
    "generated": text("CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END"),
    "generated kind": text(
        "CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END"
    ),
    "collation": text(
        "CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END"
    ),
}
COLUMNS = f"""
SELECT 'column', r.printed || '.' || quote_ident(a.attname), r.printed, {properties(_COLUMN)},
    'pg_class'::regclass, a.attrelid, a.attnum,
    a.attacl, CASE WHEN a.attacl IS NOT NULL THEN acldefault('c', r.relowner) END, r.relowner
FROM relation r
JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN not_valid n ON n.conrelid = a.attrelid AND n.number = a.attnum
LEFT JOIN own_sequence q ON q.table_oid = a.attrelid AND q.column_number = a.attnum
LEFT JOIN sequence_options o ON o.seqrelid = q.oid
LEFT JOIN pg_catalog.pg_class s ON s.oid = q.oid
WHERE r.relkind IN ('r', 'p', 'f')
"""  # noqa: S608 - constants

_OWNER = """(
    SELECT d.refobjid::regclass::text || '.' || quote_ident(a.attname)
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype = 'a'
)"""
SEQUENCES = f"""
SELECT 'sequence', r.printed, NULL, concat_ws(',', o.options, '"owned by":' || {text(_OWNER)}),
    {_RELATION.format("'s'")}
FROM relation r
JOIN sequence_options o ON o.seqrelid = r.oid
WHERE r.relkind = 'S' AND r.oid NOT IN (SELECT oid FROM own_sequence)
"""  # noqa: S608 - constants

_VIEW = {
    "definition": text("pg_get_viewdef(r.oid)"),
    "options": options("r.reloptions"),
    "column defaults": texts("""
        SELECT quote_ident(a.attname) || ' ' || pg_get_expr(d.adbin, d.adrelid)
        FROM pg_catalog.pg_attrdef d
        JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
        WHERE d.adrelid = r.oid ORDER BY a.attnum
    """),
}
VIEWS = f"""
SELECT CASE r.relkind WHEN 'm' THEN 'materialised view' ELSE 'view' END, r.printed, NULL,
    {properties(_VIEW)}, {_RELATION.format("'r'")}
FROM relation r WHERE r.relkind IN ('v', 'm')
"""  # noqa: S608 - constants

_ENABLED = """CASE {}
        WHEN 'O' THEN 'yes' WHEN 'D' THEN 'no' WHEN 'R' THEN 'replica' ELSE 'always'
    END"""
_RULE = {
    "definition": text("pg_get_ruledef(w.oid)"),
    "enabled": text(_ENABLED.format("w.ev_enabled")),
}
RULES = f"""
SELECT 'rule', r.printed || '.' || quote_ident(w.rulename), r.printed, {properties(_RULE)},
    'pg_rewrite'::regclass, w.oid, 0, {NO_GRANTS}
FROM relation r
JOIN pg_catalog.pg_rewrite w ON w.ev_class = r.oid AND w.rulename <> '_RETURN'
"""  # noqa: S608 - constants

_TRIGGER = {
    "definition": text("pg_get_triggerdef(g.oid)"),
    "enabled": text(_ENABLED.format("g.tgenabled")),
}
TRIGGERS = f"""
SELECT 'trigger', r.printed || '.' || quote_ident(g.tgname), r.printed, {properties(_TRIGGER)},
    'pg_trigger'::regclass, g.oid, 0, {NO_GRANTS}
FROM relation r
JOIN pg_catalog.pg_trigger g ON g.tgrelid = r.oid AND NOT g.tgisinternal
-- What a partition has from its parent follows from there, unless it fires at other times.
WHERE g.tgparentid = 0
   OR g.tgenabled <> (SELECT p.tgenabled FROM pg_catalog.pg_trigger p WHERE p.oid = g.tgparentid)
"""  # noqa: S608 - constants

_ROLE = "CASE role WHEN 0 THEN 'public' ELSE pg_get_userbyid(role)::text END"
_POLICY = {
    "command": text("""CASE p.polcmd
        WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete'
        ELSE 'all'
    END"""),
    "permissive": plain("p.polpermissive"),
    "roles": texts(
        f'SELECT {_ROLE} FROM unnest(p.polroles) AS role ORDER BY {_ROLE} COLLATE "C"'  # noqa: S608 - constants
    ),
    "using": text("pg_get_expr(p.polqual, p.polrelid)"),
    "check": text("pg_get_expr(p.polwithcheck, p.polrelid)"),
}
POLICIES = f"""
SELECT 'policy', r.printed || '.' || quote_ident(p.polname), r.printed, {properties(_POLICY)},
    'pg_policy'::regclass, p.oid, 0, {NO_GRANTS}
FROM relation r
JOIN pg_catalog.pg_policy p ON p.polrelid = r.oid
"""  # noqa: S608 - constants

STATISTICS = f"""
SELECT 'statistics', r.printed || '.' || quote_ident(s.stxname), r.printed,
    {properties({"definition": text("pg_get_statisticsobjdef(s.oid)")})},
    'pg_statistic_ext'::regclass, s.oid, 0, {NO_GRANTS}
FROM relation r
JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid = r.oid
"""  # noqa: S608 - constants
