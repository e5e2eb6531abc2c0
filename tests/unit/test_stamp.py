"""The stamp looks at every catalog that a snapshot reads."""

import re

from db_workflow.catalog.queries import query
from db_workflow.catalog.stamp import CATALOGS

QUERY = query(18)

# What PostgreSQL's printers read on their own, names mostly: by function, or by a cast's type.
READ_BY = {
    "acldefault": "",
    "aclexplode": "",
    "array_agg": "",
    "array_to_string": "",
    "bool_and": "",
    "bool_or": "",
    "cardinality": "",
    "coalesce": "",
    "concat": "",
    "concat_ws": "",
    "count": "",
    "format": "",
    "format_type": "type namespace",
    "generate_series": "",
    "jsonb_build_array": "",
    "jsonb_object_agg": "",
    "makeaclitem": "",
    "max": "",
    "nullif": "",
    "pg_get_constraintdef": "constraint class attribute operator opclass collation am namespace",
    "pg_get_expr": "proc operator type class attribute collation namespace ts_config ts_dict",
    "pg_get_function_result": "proc type namespace",
    "pg_get_functiondef": "proc language transform type namespace",
    "pg_get_indexdef": "index class attribute am opclass collation namespace",
    "pg_get_partkeydef": "partitioned_table attribute opclass collation namespace",
    "pg_get_ruledef": "rewrite class attribute proc operator type collation namespace",
    "pg_get_statisticsobjdef": "statistic_ext class attribute namespace",
    "pg_get_triggerdef": "trigger class attribute proc namespace",
    "pg_get_userbyid": "authid",
    "pg_opclass_is_visible": "opclass namespace",
    "pg_get_viewdef": "rewrite class attribute proc operator type collation namespace",
    "quote_ident": "",
    "row_number": "",
    "string_agg": "",
    "to_json": "",
    "to_jsonb": "",
    "unnest": "",
    "regclass": "class namespace",
    "regcollation": "collation namespace",
    "regnamespace": "namespace",
    "regoperator": "operator type namespace",
    "regproc": "proc namespace",
    "regprocedure": "proc type namespace",
    "regtype": "type namespace",
}


def test_every_catalog_of_the_snapshot_is_in_the_stamp():
    read = set(re.findall(r"pg_catalog\.(pg_[a-z_]+)\b(?!\()", QUERY))
    assert "pg_class" in read
    assert read <= CATALOGS


def test_every_catalog_that_a_printer_of_the_snapshot_reads_is_in_the_stamp():
    bare = re.sub(r"--[^\n]*|'[^']*'", "", QUERY)
    printers = set(re.findall(r"\b([a-z_]+)\(", bare)) | set(re.findall(r"::(reg[a-z]+)", bare))
    assert "pg_get_userbyid" in printers
    assert printers <= READ_BY.keys()
    read = {f"pg_{name}" for printer in printers for name in READ_BY[printer].split()}
    assert read <= CATALOGS
