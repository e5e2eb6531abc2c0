"""Names that prove by their arithmetic who gave them; lists of names as PostgreSQL keeps them."""

from datetime import UTC, datetime

import pytest

from db_workflow.release.rollback.names import aside_name, is_ours, new_name
from db_workflow.release.rollback.properties import names_of

AT = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize("production", ["shop", "p" * 63, "größe" * 12])
def test_a_new_name_is_known_again_and_fits(production):
    name = new_name(production, 7)
    assert len(name.encode()) <= 63
    assert is_ours(name, production, 7)


def test_a_name_is_of_one_production_on_one_server():
    name = new_name("shop", 7)
    assert not is_ours(name, "shop2", 7)
    assert not is_ours(name, "shop", 8)
    assert not is_ours(name[:-1] + ("0" if name[-1] != "0" else "1"), "shop", 7)


@pytest.mark.parametrize("name", ["shop", "shop__restored_", "shop__restored_backup", "postgres"])
def test_what_a_person_named_is_not_ours(name):
    assert not is_ours(name, "shop", 7)


def test_no_two_names_are_the_same():
    assert new_name("shop", 7) != new_name("shop", 7)


def test_the_name_that_is_kept_aside_says_when():
    assert aside_name("shop", AT) == "shop_before_rollback_20260203T040506"
    assert aside_name("x" * 63, AT).endswith("_before_rollback_20260203T040506")
    assert len(aside_name("ö" * 63, AT).encode()) <= 63


@pytest.mark.parametrize(
    ("kept", "names"),
    [
        ("public", ["public"]),
        ('"$user", public', ["$user", "public"]),
        ('"Odd, ""Name""", b', ['Odd, "Name"', "b"]),
        ('""', [""]),
        ("", [""]),
    ],
)
def test_a_list_of_names_is_taken_apart(kept, names):
    assert list(names_of(kept)) == names
