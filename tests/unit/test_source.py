"""Which backup is of which production."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db_workflow.errors import SettingsError
from db_workflow.schema.backup.manifest import Backup
from db_workflow.schema.backup.source import Source, backups_location, origin
from db_workflow.settings import Settings

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


STORE = "s3://bucket/nightly"


@pytest.mark.parametrize(
    ("facts", "owned"),
    [
        ({"store": STORE}, True),
        ({"store": "s3://other/nightly"}, False),
        ({}, False),
        ({"store": STORE, "stand_in": True}, False),
        ({"store": STORE, "host": "db.example", "port": 5432, "system": None}, True),
        ({"store": STORE, "host": "db.example", "port": 5432, "system": 8}, False),
        ({"store": STORE, "host": "other.example", "port": 5432, "system": None}, False),
        ({"store": "s3://other/nightly", "system": 7}, True),
    ],
)
def test_a_downloaded_backup_is_known_by_its_server_or_else_by_its_store(
    facts: dict[str, object], owned: bool
):
    assert replace(SHOP, store=STORE).owns(backup(**facts)) is owned


def test_a_production_known_by_its_store_alone_owns_what_came_from_there():
    source = Source(None, stand_in=False, store=STORE)
    place = {"host": "db.example", "port": 5432, "system": 7}
    assert source.owns(backup("any", store=STORE, **place))
    assert not source.owns(backup("any", store=STORE, stand_in=True))
    assert not source.owns(backup("any", store="s3://other/nightly", **place))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"stand_in": True}, "the stand-in"),
        (SHOP.facts, "db.example:5432"),
        ({"store": STORE, "remote": {"url": f"{STORE}/a.dump"}}, f"{STORE}/a.dump"),
    ],
)
def test_where_a_backup_came_from_is_said(facts: dict[str, object], said: str):
    assert origin(backup(**facts)) == said


@pytest.mark.parametrize("text", [".db_workflow/backups", "file:///shop/.db_workflow/backups/*"])
def test_our_own_folder_is_not_the_place_where_others_put_backups(text: str):
    paths = {"sql": Path("sql"), "test_data": Path("data"), "codegen_reference": Path("a.py")}
    named = {"project": "shop", "runners": "v{version}.py", "models": "a:B", "enums": "a"}
    settings = Settings(root=Path("/shop"), backups_url=text, **paths, **named)
    with pytest.raises(SettingsError, match="is the workflow's own folder"):
        backups_location(settings)
