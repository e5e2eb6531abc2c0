"""Conditions in SQL for what is somebody's own: not PostgreSQL's, nor an extension's."""

from db_workflow.state import HOME

# Oids below belong to PostgreSQL itself.
FIRST_OWN = 16384
# Of a namespace's oid: it is another schema than $1 has, and not a system's.
ELSEWHERE = (
    "IN (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname <> ALL ($1::text[])"  # noqa: S608 - constants
    f" AND nspname NOT IN ('information_schema', '{HOME}') AND nspname NOT LIKE 'pg\\_%')"
)
# Of a sequence `o`: a column owns it.
OWNED_SEQUENCE = (
    "EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_class'::regclass"
    " AND d.objid = o.oid AND d.deptype = 'a')"
)


def by_itself(catalog: str, *, key: str = "oid", left_out: str = "'e', 'i'") -> str:
    """Return the condition that an object has no dependency of some kinds.

    Args:
        catalog: the object's.
        key: the column of a row `o` that says which object it is.
        left_out: the kinds: what an extension brought (e), and what comes with another object (i):
            the cast from a range to its multirange, say.

    """
    return (
        "NOT EXISTS (SELECT FROM pg_catalog.pg_depend d"
        f" WHERE d.classid = '{catalog}'::regclass AND d.objid = o.{key}"
        f" AND d.deptype IN ({left_out}))"
    )
