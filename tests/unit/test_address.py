"""An address reads any PostgreSQL URL and never shows its password."""

import pytest

from db_workflow.address import Address
from db_workflow.errors import SettingsError


def parse(url):
    return Address.parse(url, source="TEST_DATABASE_URL")


def test_every_part_of_a_url_is_read():
    address = parse("postgresql+asyncpg://al%40x:p%2Fw@db.example:6543/shop?sslmode=require")
    assert (address.user, address.password) == ("al@x", "p/w")
    assert (address.host, address.port, address.database) == ("db.example", 6543, "shop")
    assert address.options == (("sslmode", "require"),)


def test_a_url_survives_the_way_there_and_back():
    for url in (
        "postgresql://u:p%2Fw@h:5433/d?sslmode=require",
        "postgresql://u@/d?host=/run/pg&port=5432",
        "postgresql://u@[::1]:5432/d",
    ):
        assert parse(parse(url).url()) == parse(url)


def test_the_password_is_in_no_printed_form():
    address = parse("postgresql://u:secret@h/d")
    assert "secret" not in str(address)
    assert "secret" not in repr(address)
    assert "secret" not in f"{address}"
    assert "secret" in address.url()


def test_libpq_gets_the_password_from_the_environment():
    variables = parse("postgresql://u:secret@h:1/d?sslmode=require").libpq_environment()
    assert variables == {
        "PGHOST": "h", "PGPORT": "1", "PGUSER": "u", "PGDATABASE": "d",
        "PGPASSWORD": "secret", "PGSSLMODE": "require",
    }  # fmt: skip


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mysql://u@h/d",
        "postgresql://u@h",
        "postgresql://u:secret@h:port/d",
        "postgresql://u@h/d?port=secret",
        "secret",
    ],
)
def test_a_wrong_url_is_refused_without_repeating_it(url):
    with pytest.raises(SettingsError) as caught:
        parse(url)
    assert "TEST_DATABASE_URL" in caught.value.found
    assert "secret" not in str(caught.value)
