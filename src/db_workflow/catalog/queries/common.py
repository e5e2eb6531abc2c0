"""What is looked up once for the whole query: relations, columns' names, sequences, comments."""

from db_workflow.catalog.own import FIRST_OWN
from db_workflow.catalog.queries.pieces import own, plain, properties, text

# The options' values are texts: a bigint is no JSON number everywhere.
_SEQUENCE = properties(
    {
        "type": text("format_type(seqtypid, NULL)"),
        "start": text("seqstart::text"),
        "increment": text("seqincrement::text"),
        "minimum": text("seqmin::text"),
        "maximum": text("seqmax::text"),
        "cache": text("seqcache::text"),
        "cycles": plain("seqcycle"),
    }
)
COMMON = f"""
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
    WHERE c.relnamespace IN (SELECT oid FROM space) AND {own("pg_class", "c.oid")}
),
-- Dropped columns are still counted, so that a column's number is its place.
column_name AS MATERIALIZED (
    SELECT attrelid, array_agg(attname ORDER BY attnum) AS names,
        array_agg(attcollation ORDER BY attnum) AS collations
    FROM pg_catalog.pg_attribute
    WHERE attnum > 0 AND attrelid IN (
        SELECT oid FROM relation WHERE relkind IN ('r', 'p', 'f', 'm')
        UNION SELECT confrelid FROM pg_catalog.pg_constraint WHERE contype = 'f'
    )
    GROUP BY attrelid
),
-- The sequence behind a serial ('a') or identity ('i') column: part of the column. One that a
-- column owns and does not call is called by somebody else, by its name. A renamed table keeps its
-- sequence's old name; what counts is that it is its own.
own_sequence AS (
    SELECT d.refobjid AS table_oid, d.refobjsubid AS column_number, d.objid AS oid
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_sequence s ON s.seqrelid = d.objid
    LEFT JOIN pg_catalog.pg_attrdef f
        ON f.adrelid = d.refobjid AND f.adnum = d.refobjsubid AND d.deptype = 'a'
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
      AND (d.deptype = 'i' OR d.deptype = 'a' AND pg_get_expr(f.adbin, f.adrelid)
          = format('nextval(%L::regclass)', d.objid::regclass::text))
),
sequence_options AS (
    SELECT seqrelid, {_SEQUENCE} AS options FROM pg_catalog.pg_sequence
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
        array_agg(DISTINCT printed COLLATE "C") FILTER (WHERE fires = 'D') AS never,
        array_agg(DISTINCT printed COLLATE "C") FILTER (WHERE fires = 'R') AS replica_only,
        array_agg(DISTINCT printed COLLATE "C") FILTER (WHERE fires = 'A') AS always
    FROM up GROUP BY constraint_oid
),
-- Since 18, and validated in whatever was not said to be NOT VALID.
not_valid AS (
    SELECT conrelid, unnest(conkey) AS number
    FROM pg_catalog.pg_constraint WHERE contype = 'n' AND NOT convalidated
),
-- An extension's comment is its package's; that of schema public is initdb's.
comment AS (
    SELECT objoid, classoid, objsubid, description
    FROM pg_catalog.pg_description
    WHERE (objoid >= {FIRST_OWN} OR classoid = 'pg_namespace'::regclass)
      AND classoid <> 'pg_extension'::regclass AND NOT (
        classoid = 'pg_namespace'::regclass AND description = 'standard public schema'
      )
)
"""  # noqa: S608 - constants
