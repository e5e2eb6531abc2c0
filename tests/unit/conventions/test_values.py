"""What columns hold: UUIDs, instants, money."""

import pytest
from sqlalchemy import CHAR, UUID, DateTime, Double, Float, Integer, Numeric, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import ARRAY, DOMAIN, MONEY, TIMESTAMP
from sqlalchemy.orm import mapped_column


class PlainUuid(TypeDecorator):
    impl = UUID(as_uuid=False)
    cache_ok = True


class OwnUuid(PlainUuid):
    """Makes of the text what it likes; nobody else knows better."""

    cache_ok = True

    def process_result_value(self, value, dialect):
        return value


class AnyDatabaseUuid(TypeDecorator):
    """The well-known recipe: CHAR elsewhere, uuid on PostgreSQL."""

    impl = CHAR
    cache_ok = True

    def load_dialect_impl(self, dialect):
        return dialect.type_descriptor(UUID() if dialect.name == "postgresql" else CHAR(32))


class Utc(TypeDecorator):
    impl = DateTime
    cache_ok = True


@pytest.mark.parametrize(
    "kind",
    [
        UUID(as_uuid=False),
        ARRAY(UUID(as_uuid=False)),
        DOMAIN("key", UUID(as_uuid=False)),
        ARRAY(DOMAIN("key", UUID(as_uuid=False))),
        Text().with_variant(UUID(as_uuid=False), "postgresql"),
        PlainUuid(),
    ],
    ids=repr,
)
def test_uuids_as_texts_are_reported_however_they_are_wrapped(model, breaches, kind):
    model("User", "users", token=mapped_column("Token", kind))
    assert breaches("uuid-objects") == ["column users.Token gives texts"]


@pytest.mark.parametrize("kind", [UUID(), ARRAY(UUID()), OwnUuid(), AnyDatabaseUuid(), Text()])
def test_uuids_as_objects_are_fine(model, breaches, kind):
    model("User", "users", token=mapped_column(kind))
    assert breaches("uuid-objects") == []


@pytest.mark.parametrize(
    "kind",
    [DateTime(), TIMESTAMP(), ARRAY(DateTime()), DOMAIN("d", DateTime()), Utc(), ARRAY(Utc)],
    ids=repr,
)
def test_instants_without_a_time_zone_are_reported(model, breaches, kind):
    model("User", "users", seen=mapped_column(kind), at=mapped_column(DateTime(True)))
    assert breaches("timestamps-with-time-zone") == ["column users.seen has no time zone"]


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (Float(), "holds money as binary fractions"),
        (Double(), "holds money as binary fractions"),
        (ARRAY(Float()), "holds money as binary fractions"),
        (DOMAIN("d", Float()), "holds money as binary fractions"),
        (Numeric(10, 2, asdecimal=False), "gives money as float"),
        (MONEY(), "is money, a text in the session's locale"),
    ],
    ids=repr,
)
def test_money_that_is_not_exact_is_reported(model, breaches, kind, wrong):
    model("Bill", "bills", total_cost=mapped_column(kind))
    assert breaches("exact-money") == [f"column bills.total_cost {wrong}"]


def test_other_floats_and_exact_money_are_fine(model, breaches):
    model(
        "Bill",
        "bills",
        latitude=mapped_column(Float),
        price=mapped_column(Numeric(10, 2)),
        cents_paid=mapped_column(Integer),
    )
    assert breaches("exact-money") == []


def test_a_breach_names_the_attribute_that_holds_the_column(base, model):
    from db_workflow.models.conventions import check_conventions

    model("User", "users", seen_at=mapped_column("seen", DateTime))
    (found,) = check_conventions(base)
    assert found.attribute == "seen_at"
    assert found.write.startswith("seen_at: mapped_column(DateTime(timezone=True)")
