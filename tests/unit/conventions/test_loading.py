"""What would send a query that an async session cannot send."""

import pytest
from sqlalchemy import (
    Column,
    Computed,
    DateTime,
    FetchedValue,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.orm import mapped_column, relationship


@pytest.mark.parametrize("lazy", ["select", True, "dynamic"])
def test_relationships_that_load_by_themselves_are_reported(model, breaches, lazy):
    parent = model("Parent", "parents")
    model("Child", "children", parent_id=mapped_column(ForeignKey("parents.id")))
    parent.children = relationship("Child", lazy=lazy)
    assert breaches("no-lazy-relationships") == [
        f"relationship Parent.children loads lazily (lazy={lazy!r})"
    ]


@pytest.mark.parametrize("lazy", ["raise", "raise_on_sql", "selectin", "joined", "subquery"])
def test_relationships_that_load_on_purpose_or_not_at_all_are_fine(family, breaches, lazy):
    family(lazy=lazy)
    assert breaches("no-lazy-relationships") == []


def test_a_collection_that_is_only_written_is_fine(model, breaches):
    parent = model("Parent", "parents")
    model("Child", "children", parent_id=mapped_column(ForeignKey("parents.id")))
    parent.children = relationship("Child", lazy="write_only")
    assert breaches("no-lazy-relationships") == []


def test_a_deferred_column_must_raise(model, breaches):
    model(
        "Page",
        "pages",
        body=mapped_column(Text, deferred=True),
        scan=mapped_column(Text, deferred=True, deferred_raiseload=True),
    )
    assert breaches("no-lazy-columns") == ["column Page.body is deferred, and loads lazily"]


@pytest.mark.parametrize(
    "column",
    [
        lambda: mapped_column(DateTime(True), onupdate=func.now()),
        lambda: mapped_column(Integer, Computed("1 + 1")),
        lambda: mapped_column(Integer, server_onupdate=FetchedValue()),
    ],
)
def test_what_an_update_computes_comes_back_with_it(model, breaches, column):
    model("Page", "pages", seen=column())
    assert breaches("eager-defaults") == ["class Page loads seen again after a flush"]


@pytest.mark.parametrize(
    "column",
    [
        lambda: mapped_column(Integer, server_default=text("1")),
        lambda: mapped_column(DateTime(True), default=func.now()),
        lambda: mapped_column(Text, onupdate=lambda: "known before it is sent"),
        lambda: mapped_column(Text, onupdate="known before it is sent"),
    ],
)
def test_what_an_insert_computes_comes_back_unless_that_is_switched_off(model, breaches, column):
    model("Page", "pages", seen=column())
    assert breaches("eager-defaults") == []


def test_switched_off_even_an_insert_is_followed_by_a_query(model, breaches):
    model(
        "Page",
        "pages",
        seen=mapped_column(Integer, server_default=text("1")),
        __mapper_args__={"eager_defaults": False},
    )
    assert breaches("eager-defaults") == ["class Page loads seen again after a flush"]


def test_eager_defaults_are_enough(model, breaches):
    model(
        "Page",
        "pages",
        seen=mapped_column(DateTime(True), server_default=func.now(), onupdate=func.now()),
        size=mapped_column(Integer, Computed("1 + 1")),
        __mapper_args__={"eager_defaults": True},
    )
    assert breaches("eager-defaults") == []


def test_columns_of_a_subclass_in_the_same_table_are_looked_at(model, breaches):
    page = model(
        "Page",
        "pages",
        kind=mapped_column(Text),
        __mapper_args__={"polymorphic_on": "kind", "polymorphic_identity": "page"},
    )
    model(
        "Cover",
        None,
        bases=(page,),
        size=mapped_column(Integer, Computed("1 + 1")),
        __mapper_args__={"polymorphic_identity": "cover"},
    )
    assert breaches("eager-defaults") == ["class Page loads size again after a flush"]


def test_columns_that_no_class_maps_are_nobodys(model, breaches):
    model(
        "Page",
        None,
        __table__=Table(
            "pages",
            MetaData(),
            Column("id", Integer, primary_key=True),
            Column("size", Integer, Computed("1 + 1")),
        ),
        __mapper_args__={"exclude_properties": ["size"]},
    )
    assert breaches("eager-defaults") == []
