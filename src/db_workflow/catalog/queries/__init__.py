"""The one query that prints a schema, from one part a kind of object.

Every definition comes from PostgreSQL's own printers. Only catalogs that 13 to 18 share are read,
and what majors store differently is left out:

- NOT NULL is a column's property; 18 also has a row of pg_constraint for each (contype 'n'), and
  only there it says that NULLs from before may still stand in the column (NOT VALID).
- What a partition inherits (constraints, indexes, triggers) follows from its parent; majors
  disagree about how many rows that makes.
- All that a role may do with an object is ALL: 17 added a privilege of tables (MAINTAIN). What is
  left when something is taken from all of it cannot be the same everywhere.

A property is NULL, and so left out, where it has its usual value: a schema that does not use what
a later version of this reads has the fingerprint it had.
"""

from functools import cache

from db_workflow.catalog.queries import constraints, relations, types
from db_workflow.catalog.queries.common import COMMON
from db_workflow.catalog.queries.pieces import grants, properties, text


@cache
def query(major: int) -> str:
    """Return the query for servers of a major version.

    It takes the schemas' names ($1, text[]), and gives one JSON array, of an array an object: its
    kind, its name, the table it belongs to or null, and its properties; in no order.
    """
    parts = (
        relations.SCHEMAS,
        relations.TABLES,
        relations.COLUMNS,
        constraints.constraints(major),
        constraints.indexes(major),
        types.ENUMS,
        types.DOMAINS,
        types.COMPOSITES,
        types.RANGES,
        relations.SEQUENCES,
        relations.VIEWS,
        relations.RULES,
        types.FUNCTIONS,
        relations.TRIGGERS,
        relations.POLICIES,
        relations.STATISTICS,
        types.EXTENSIONS,
    )
    said = {
        "comment": text("c.description"),
        "grants": grants("acl", "usual", "owner"),
    }
    return f"""{COMMON}
SELECT '[' || coalesce(string_agg(concat(
    '["', kind, '",', to_json(name), ',', coalesce(to_json("table")::text, 'null'),
    ',{{', concat_ws(',', NULLIF(properties, ''), NULLIF({properties(said)}, '')), '}}]'
), ','), '') || ']'
FROM ({"UNION ALL".join(parts)}) AS printed
LEFT JOIN comment c
    ON c.classoid = printed.class AND c.objoid = object AND c.objsubid = number"""  # noqa: S608 - constants
