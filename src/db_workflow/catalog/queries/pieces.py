"""What the parts of the query share.

Every part yields the same columns, so that comments and grants are added once, around all of them:
what is printed (kind, name, table, properties), by what a comment knows it (class, object, column
number), and what it grants (acl, what is usual, owner).

Properties are put together as text: a value that is NULL takes its name with it, and nothing is
built that is taken apart again. That halves the time of the whole query.
"""

from collections.abc import Mapping

NO_GRANTS = "NULL::aclitem[], NULL::aclitem[], NULL::oid"


def properties(values: Mapping[str, str]) -> str:
    """Return the expression for the inside of a JSON object, without what is NULL.

    Args:
        values: by name, expressions for JSON text: see `text` and `plain`.

    """
    pairs = ",\n    ".join(f"'\"{name}\":' || {value}" for name, value in values.items())
    return f"concat_ws(',',\n    {pairs}\n)"


def text(expression: str) -> str:
    """Return the expression for a text, a name or an array of them, as JSON text."""
    return f"to_json({expression})::text"


def plain(expression: str) -> str:
    """Return the expression for a number or a boolean, as JSON text."""
    return f"({expression})::text"


def texts(query: str) -> str:
    """Return the expression for the rows of a query as a JSON array; NULL if there are none."""
    return f"NULLIF(to_json(ARRAY({query}))::text, '[]')"


def column_names(names: str, numbers: str) -> str:
    """Return the expression for columns' names, in the order of an array of their numbers.

    Args:
        names: the names of all columns of the table, from `column_name`.
        numbers: which of them; a system column's is negative, and left out.

    """
    return texts(f"SELECT {names}[number] FROM unnest({numbers}) AS number WHERE number > 0")  # noqa: S608 - constants


def options(array: str) -> str:
    """Return the expression for storage options, in one order: in which they were set is moot."""
    return f"""CASE WHEN {array} IS NOT NULL
        THEN {texts(f'SELECT name FROM unnest({array}) AS name ORDER BY name COLLATE "C"')} END"""  # noqa: S608 - constants


def grants(acl: str, usual: str, owner: str) -> str:
    """Return the expression for privileges that are not as usual, as JSON text, by role.

    Roles are printed as SQL would need them, but for PUBLIC and OWNER: whose an object is, is no
    part of the schema. A role that usually has some, and has none, has an empty list; of an owner
    who has less than all it is said what is missing, which every major knows by the same names.

    Args:
        acl: the privileges, as stored; NULL if nobody has granted or revoked anything.
        usual: those that an object has from the beginning.
        owner: the number of the owner.

    """
    role = """CASE WHEN grantee = 0 THEN 'PUBLIC' WHEN grantee = {} THEN 'OWNER'
                    ELSE quote_ident(pg_get_userbyid(grantee)) END"""
    return f"""CASE WHEN {acl} IS NOT NULL THEN (
        SELECT jsonb_object_agg(role, CASE
            WHEN cardinality(held) = every AND every > 1 AND NOT grantable THEN '["ALL"]'
            WHEN cardinality(held) = every AND every > 1 AND all_grantable
            THEN '["ALL WITH GRANT OPTION"]'
            WHEN role = 'OWNER' AND cardinality(held) < every
            THEN jsonb_build_array('ALL EXCEPT ' || array_to_string(ARRAY(
                SELECT one FROM unnest(usually) AS one WHERE one <> ALL (held)
            ), ', '))
            ELSE coalesce(to_jsonb(held), '[]')
        END)::text
        FROM (
            SELECT role,
                array_agg(privilege ORDER BY privilege COLLATE "C") FILTER (WHERE is_held) AS held,
                array_agg(privilege ORDER BY privilege COLLATE "C") FILTER (WHERE NOT is_held)
                    AS usually,
                bool_or(grantable) AS grantable, bool_and(grantable) AS all_grantable,
                max(count(*) FILTER (WHERE NOT is_held AND role = 'OWNER')) OVER () AS every
            FROM (
                SELECT true AS is_held, {role.format(owner)} AS role,
                    privilege_type
                        || CASE WHEN bool_or(is_grantable) THEN ' WITH GRANT OPTION' ELSE '' END
                        AS privilege,
                    bool_or(is_grantable) AS grantable
                FROM aclexplode({acl}) GROUP BY grantee, privilege_type
                UNION ALL
                -- At first only the owner has granted anything, to himself as well.
                SELECT false, {role.format("grantor")}, privilege_type, NULL
                FROM aclexplode({usual})
            ) AS told GROUP BY role
        ) AS by_role
        WHERE held IS DISTINCT FROM usually
    ) END"""  # noqa: S608 - constants


def operator_class(alias: str) -> str:
    """Return the expression for the name of a row of pg_opclass, as SQL would need it."""
    return f"""CASE WHEN NOT pg_opclass_is_visible({alias}.oid)
            THEN {alias}.opcnamespace::regnamespace || '.' ELSE ''
        END || quote_ident({alias}.opcname)"""


def own(catalog: str, oid: str) -> str:
    """Return the condition that no extension brought an object."""
    return (
        f"{oid} NOT IN (SELECT objid FROM of_extension"  # noqa: S608 - constants
        f" WHERE classid = 'pg_catalog.{catalog}'::regclass)"
    )
