"""Which backup is of which production."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from db_workflow.schema.manifest import Backup
from db_workflow.schema.source import Source

SHOP = Source("shop", stand_in=False, host="db.example", port=5432, system=7)


def backup(database: str = "shop", **facts: object) -> Backup:
    created = datetime(2026, 1, 2, tzinfo=UTC)
    return Backup(Path("a.dump"), database, created, 1, "0" * 64, "18.1", facts)


@pytest.mark.parametrize(
    ("facts", "owned"),
    [
        ({"host": "db.example", "port": 5432, "system": 7}, True),
        ({"host": "db.example", "port": 5432, "system": None}, True),
        ({"host": "db.example", "port": 5432, "system": 8}, False),
        ({"host": "replica.example", "port": 6432, "system": 7}, True),
        ({"host": "other.example", "port": 5432, "system": None}, False),
        ({"host": "db.example", "port": 5433, "system": None}, False),
        ({}, False),
        ({"stand_in": True, "host": "db.example", "port": 5432, "system": 7}, False),
    ],
)
def test_a_real_backup_is_known_by_its_server_or_by_its_address(
    facts: dict[str, object], owned: bool
):
    assert SHOP.owns(backup(**facts)) is owned


def test_a_backup_is_of_a_database_of_the_same_name():
    assert not SHOP.owns(backup("bakery", **SHOP.facts))


def test_what_a_source_writes_it_recognises():
    unreachable = Source("shop", stand_in=False, host="db.example", port=5432)
    for source in (SHOP, unreachable, Source("shop", stand_in=True)):
        assert source.owns(backup(**source.facts))
    assert SHOP.owns(backup(**unreachable.facts))
    assert unreachable.owns(backup(**SHOP.facts))


def test_a_stand_in_is_known_by_its_name_wherever_its_server_is():
    stand_in = Source("shop_production", stand_in=True)
    assert stand_in.facts == {"stand_in": True}
    assert stand_in.owns(backup("shop_production", stand_in=True))
    assert not stand_in.owns(backup("shop_production", stand_in=False))
    assert not stand_in.owns(backup("shop_production"))


def test_a_real_production_that_nobody_named_owns_no_backup_without_an_address():
    assert not Source("shop", stand_in=False).owns(backup())
