"""The stamp looks at every catalog that a snapshot reads."""

import re

from db_workflow.catalog.queries import QUERY
from db_workflow.catalog.stamp import CATALOGS


def test_every_catalog_of_the_snapshot_is_in_the_stamp():
    read = set(re.findall(r"pg_catalog\.(pg_[a-z_]+)\b(?!\()", QUERY))
    assert "pg_class" in read
    assert read <= CATALOGS
