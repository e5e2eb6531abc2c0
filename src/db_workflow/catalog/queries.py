"""The one query that prints a schema. One part a kind, each giving kind, name, table, properties.

Every definition comes from PostgreSQL's own printers. Only catalogs and columns that 13 to 18
share are read, and what majors store differently is left out:

- NOT NULL is a column's property; 18 also has a row of pg_constraint for each (contype 'n'), and
  only there it says that NULLs from before may still stand in the column (NOT VALID).
- What a partition inherits (constraints, indexes, triggers) follows from its parent; majors
  disagree about how many rows that makes.

A property that was added later is NULL, and so left out, where it has its usual value: the
fingerprints of schemas that do not have it stay as they were.
"""

_COMMON = """
WITH space AS (
    SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = ANY ($1::text[])
),
-- What an extension brought goes and comes with the extension.
of_extension AS (
    SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e'
),
relation AS (
    SELECT c.*, c.oid::regclass::text AS printed
    FROM pg_catalog.pg_class c
    WHERE c.relnamespace IN (SELECT oid FROM space)
      AND c.oid NOT IN (
      SELECT objid FROM of_extension WHERE classid = 'pg_class'::regclass
  )
),
-- The sequence behind a serial ('a') or identity ('i') column: part of the column.
own_sequence AS (
    SELECT d.refobjid AS table_oid, d.refobjsubid AS column_number, d.objid AS oid
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_sequence s ON s.seqrelid = d.objid
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
      AND d.deptype IN ('a', 'i')
),
sequence_options AS (
    SELECT seqrelid, jsonb_build_object(
        'type', format_type(seqtypid, NULL), 'start', seqstart::text,
        'increment', seqincrement::text, 'minimum', seqmin::text, 'maximum', seqmax::text,
        'cache', seqcache::text, 'cycles', seqcycle
    ) AS options
    FROM pg_catalog.pg_sequence
),
-- Foreign keys and deferrable unique keys hold by triggers of their own, on either table, which
-- ALTER TABLE … DISABLE TRIGGER ALL turns off. A partition's count for the constraint it inherits.
unusual_trigger AS (
    WITH RECURSIVE up (constraint_oid, printed, fires) AS (
        SELECT g.tgconstraint, g.tgrelid::regclass::text, g.tgenabled
        FROM pg_catalog.pg_trigger g
        WHERE g.tgisinternal AND g.tgconstraint <> 0 AND g.tgenabled <> 'O'
        UNION ALL
        SELECT c.conparentid, up.printed, up.fires
        FROM up JOIN pg_catalog.pg_constraint c ON c.oid = up.constraint_oid
        WHERE c.conparentid <> 0
    )
    SELECT constraint_oid,
        jsonb_agg(DISTINCT printed COLLATE "C") FILTER (WHERE fires = 'D') AS never,
        jsonb_agg(DISTINCT printed COLLATE "C") FILTER (WHERE fires = 'R') AS replica_only,
        jsonb_agg(DISTINCT printed COLLATE "C") FILTER (WHERE fires = 'A') AS always
    FROM up GROUP BY constraint_oid
)
"""

_TABLES = """
SELECT 'table' AS kind, r.printed AS name, NULL::text AS table, jsonb_build_object(
    'form', CASE r.relkind WHEN 'f' THEN 'foreign' ELSE 'plain' END,
    'persistence', CASE r.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'permanent' END,
    'partitioned by', pg_get_partkeydef(r.oid),
    'partition bound', pg_get_expr(r.relpartbound, r.oid),
    'parents', (
        SELECT jsonb_agg(i.inhparent::regclass::text ORDER BY i.inhseqno)
        FROM pg_catalog.pg_inherits i WHERE i.inhrelid = r.oid
    ),
    'options', to_jsonb(r.reloptions),
    'replica identity', CASE r.relreplident
        WHEN 'n' THEN 'nothing'
        WHEN 'f' THEN 'full'
        WHEN 'i' THEN (
            SELECT 'index ' || i.indexrelid::regclass::text
            FROM pg_catalog.pg_index i WHERE i.indrelid = r.oid AND i.indisreplident
        )
    END,
    'row security',
        CASE WHEN r.relforcerowsecurity THEN 'forced' WHEN r.relrowsecurity THEN 'on' END
) AS properties
FROM relation r WHERE r.relkind IN ('r', 'p', 'f')
"""

_COLUMNS = """
SELECT 'column', r.printed || '.' || quote_ident(a.attname), r.printed, jsonb_build_object(
    'position', row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum),
    'type', format_type(a.atttypid, a.atttypmod),
    'nullable', NOT a.attnotnull OR n.oid IS NOT NULL,
    'not null', CASE WHEN n.oid IS NOT NULL THEN 'not valid' END,
    -- A renamed table keeps its sequence's old name; what counts is that it is its own.
    'default', CASE
        WHEN a.attgenerated <> '' THEN NULL
        WHEN a.attidentity = '' AND q.oid IS NOT NULL AND pg_get_expr(d.adbin, d.adrelid)
            = format('nextval(%L::regclass)', q.oid::regclass::text)
        THEN 'nextval(own sequence)'
        ELSE pg_get_expr(d.adbin, d.adrelid)
    END,
    'identity', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END,
    'sequence', o.options,
    'generated', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
    'generated kind', CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END,
    'collation',
        CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END
)
FROM relation r
JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_constraint n
    ON n.conrelid = a.attrelid AND n.contype = 'n' AND NOT n.convalidated
    AND n.conkey = ARRAY[a.attnum]
LEFT JOIN own_sequence q ON q.table_oid = a.attrelid AND q.column_number = a.attnum
LEFT JOIN sequence_options o ON o.seqrelid = q.oid
WHERE r.relkind IN ('r', 'p', 'f')
"""

_CONSTRAINTS = """
SELECT 'constraint', r.printed || '.' || quote_ident(c.conname), r.printed, jsonb_build_object(
    'type', CASE c.contype
        WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'c' THEN 'check'
        WHEN 'f' THEN 'foreign key' WHEN 'x' THEN 'exclusion'
    END,
    'definition', pg_get_constraintdef(c.oid),
    'validated', c.convalidated,
    'disabled triggers', u.never,
    'replica triggers', u.replica_only,
    'always triggers', u.always
)
FROM relation r
JOIN pg_catalog.pg_constraint c ON c.conrelid = r.oid
LEFT JOIN unusual_trigger u ON u.constraint_oid = c.oid
WHERE c.contype IN ('p', 'u', 'c', 'f', 'x') AND c.conparentid = 0
"""

_INDEXES = """
SELECT 'index', x.printed, r.printed, jsonb_build_object(
    'definition', pg_get_indexdef(i.indexrelid),
    'valid', i.indisvalid AND i.indisready
)
FROM pg_catalog.pg_index i
JOIN relation r ON r.oid = i.indrelid AND r.relkind IN ('r', 'p', 'm')
JOIN relation x ON x.oid = i.indexrelid AND NOT x.relispartition
WHERE NOT EXISTS (
    SELECT FROM pg_catalog.pg_constraint c
    WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x')
)
"""

_ENUMS = """
SELECT 'enum', t.oid::regtype::text, NULL, jsonb_build_object(
    'labels', (
        SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder)
        FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid
    )
)
FROM pg_catalog.pg_type t
WHERE t.typtype = 'e' AND t.typnamespace IN (SELECT oid FROM space)
  AND t.oid NOT IN (
      SELECT objid FROM of_extension WHERE classid = 'pg_type'::regclass
  )
"""

_DOMAINS = """
SELECT 'domain', t.oid::regtype::text, NULL, jsonb_build_object(
    'type', format_type(t.typbasetype, t.typtypmod),
    'nullable', NOT t.typnotnull,
    'default', t.typdefault,
    'collation',
        CASE WHEN t.typcollation <> b.typcollation THEN t.typcollation::regcollation::text END,
    'checks', (
        SELECT jsonb_agg(quote_ident(c.conname) || ' ' || pg_get_constraintdef(c.oid)
            ORDER BY c.conname COLLATE "C")
        FROM pg_catalog.pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c'
    )
)
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
WHERE t.typtype = 'd' AND t.typnamespace IN (SELECT oid FROM space)
  AND t.oid NOT IN (
      SELECT objid FROM of_extension WHERE classid = 'pg_type'::regclass
  )
"""

_COMPOSITES = """
SELECT 'composite type', r.printed, NULL, jsonb_build_object(
    'attributes', (
        SELECT jsonb_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
            ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    )
)
FROM relation r WHERE r.relkind = 'c'
"""

# The functions that construct a range go with it; 14 added those of its multirange.
_RANGES = """
SELECT 'range type', t.oid::regtype::text, NULL, jsonb_build_object(
    'subtype', format_type(g.rngsubtype, NULL),
    'operator class', CASE WHEN NOT c.opcdefault THEN quote_ident(c.opcname) END,
    'collation',
        CASE WHEN g.rngcollation <> s.typcollation THEN g.rngcollation::regcollation::text END,
    'canonical', NULLIF(g.rngcanonical::oid, 0)::regprocedure::text,
    'difference', NULLIF(g.rngsubdiff::oid, 0)::regprocedure::text
)
FROM pg_catalog.pg_range g
JOIN pg_catalog.pg_type t ON t.oid = g.rngtypid AND t.typnamespace IN (SELECT oid FROM space)
JOIN pg_catalog.pg_type s ON s.oid = g.rngsubtype
JOIN pg_catalog.pg_opclass c ON c.oid = g.rngsubopc
WHERE t.oid NOT IN (
    SELECT objid FROM of_extension WHERE classid = 'pg_type'::regclass
)
"""

_SEQUENCES = """
SELECT 'sequence', r.printed, NULL, o.options
FROM relation r
JOIN sequence_options o ON o.seqrelid = r.oid
WHERE r.relkind = 'S' AND r.oid NOT IN (SELECT oid FROM own_sequence)
"""

_VIEWS = """
SELECT CASE r.relkind WHEN 'm' THEN 'materialised view' ELSE 'view' END, r.printed, NULL,
    jsonb_build_object(
        'definition', pg_get_viewdef(r.oid),
        'options', to_jsonb(r.reloptions)
    )
FROM relation r WHERE r.relkind IN ('v', 'm')
"""

_RULES = """
SELECT 'rule', r.printed || '.' || quote_ident(w.rulename), r.printed, jsonb_build_object(
    'definition', pg_get_ruledef(w.oid), 'enabled', w.ev_enabled::text
)
FROM relation r
JOIN pg_catalog.pg_rewrite w ON w.ev_class = r.oid AND w.rulename <> '_RETURN'
"""

_FUNCTIONS = """
SELECT 'function', p.oid::regprocedure::text, NULL, jsonb_build_object(
    'definition', CASE WHEN p.prokind = 'a' THEN NULL ELSE pg_get_functiondef(p.oid) END,
    'aggregate', (
        SELECT jsonb_build_object(
            'kind', g.aggkind::text, 'transition', g.aggtransfn::text, 'final', g.aggfinalfn::text,
            'combine', g.aggcombinefn::text, 'state', format_type(g.aggtranstype, NULL),
            'initial', g.agginitval, 'result', pg_get_function_result(p.oid)
        )
        FROM pg_catalog.pg_aggregate g WHERE g.aggfnoid = p.oid
    )
)
FROM pg_catalog.pg_proc p
WHERE p.pronamespace IN (SELECT oid FROM space)
  AND p.oid NOT IN (
      SELECT objid FROM of_extension WHERE classid = 'pg_proc'::regclass
  )
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i'
  )
"""

_TRIGGERS = """
SELECT 'trigger', r.printed || '.' || quote_ident(g.tgname), r.printed, jsonb_build_object(
    'definition', pg_get_triggerdef(g.oid),
    'enabled', CASE g.tgenabled
        WHEN 'O' THEN 'yes' WHEN 'D' THEN 'no' WHEN 'R' THEN 'replica' ELSE 'always'
    END
)
FROM relation r
JOIN pg_catalog.pg_trigger g ON g.tgrelid = r.oid AND NOT g.tgisinternal AND g.tgparentid = 0
"""

_POLICIES = """
SELECT 'policy', r.printed || '.' || quote_ident(p.polname), r.printed, jsonb_build_object(
    'command', CASE p.polcmd
        WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete'
        ELSE 'all'
    END,
    'permissive', p.polpermissive,
    'roles', (
        SELECT jsonb_agg(n.name ORDER BY n.name COLLATE "C")
        FROM (
            SELECT CASE o.role WHEN 0 THEN 'public' ELSE pg_get_userbyid(o.role)::text END
            FROM unnest(p.polroles) AS o (role)
        ) AS n (name)
    ),
    'using', pg_get_expr(p.polqual, p.polrelid),
    'check', pg_get_expr(p.polwithcheck, p.polrelid)
)
FROM relation r
JOIN pg_catalog.pg_policy p ON p.polrelid = r.oid
"""

_STATISTICS = """
SELECT 'statistics', r.printed || '.' || quote_ident(s.stxname), r.printed, jsonb_build_object(
    'definition', pg_get_statisticsobjdef(s.oid)
)
FROM relation r
JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid = r.oid
"""

# plpgsql is in every database; its absence would be somebody's decision that the rest shows.
_EXTENSIONS = """
SELECT 'extension', e.extname::text, NULL, '{}'::jsonb
FROM pg_catalog.pg_extension e WHERE e.extname <> 'plpgsql'
"""

_PARTS = (
    _TABLES,
    _COLUMNS,
    _CONSTRAINTS,
    _INDEXES,
    _ENUMS,
    _DOMAINS,
    _COMPOSITES,
    _RANGES,
    _SEQUENCES,
    _VIEWS,
    _RULES,
    _FUNCTIONS,
    _TRIGGERS,
    _POLICIES,
    _STATISTICS,
    _EXTENSIONS,
)
QUERY = (
    f'{_COMMON} SELECT kind, name, "table", jsonb_strip_nulls(properties)::text FROM ('  # noqa: S608 - constants
    + "UNION ALL".join(_PARTS)
    + ") AS everything"
)
