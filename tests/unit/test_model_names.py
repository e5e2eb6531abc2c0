"""English plurals, both ways: the tables' and the classes' names."""

import pytest

from db_workflow.models.naming.names import attribute, members
from db_workflow.nouns import plural, singular


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("user", "users"), ("case", "cases"), ("house", "houses"), ("status", "statuses"),
        ("address", "addresses"), ("category", "categories"), ("movie", "movies"),
        ("person", "people"), ("child", "children"), ("series", "series"), ("box", "boxes"),
        ("branch", "branches"), ("size", "sizes"), ("quiz", "quizzes"), ("purchase", "purchases"),
        ("expense", "expenses"), ("bonus", "bonuses"), ("cause", "causes"), ("bus", "buses"),
        ("analysis", "analyses"), ("base", "bases"), ("index", "indexes"), ("alias", "aliases"),
        ("key", "keys"), ("menu", "menus"), ("tax", "taxes"), ("archive", "archives"),
        ("user_role", "user_roles"), ("company_address", "company_addresses"),
    ],
)  # fmt: skip
def test_nouns_change_their_number_and_back(one, many):
    assert plural(one) == many
    assert singular(many) == one
    assert singular(one) == one


def test_attributes_are_identifiers_that_hide_nothing():
    for name in (
        "",
        "class",
        "text",
        "__x__",
        "_sa_y",
        "a b",
        "9",
        "日本",
        "it's",
        "list",
        "²",
        "ﬁ",
        "a¨",
        "ª",
    ):
        found = attribute(name)
        assert found.isidentifier()
        assert found not in {"class", "text", "list"}
        assert not found.startswith(("__", "_sa_"))


def test_members_are_told_apart():
    assert members(["a-b", "a b", "A_B"]) == {"a-b": "A_B", "a b": "A_B_2", "A_B": "A_B_3"}
