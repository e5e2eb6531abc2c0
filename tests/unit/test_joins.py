"""Relationships whose join links nothing."""

import pytest
from sqlalchemy import Column, ForeignKey, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from db_workflow.models.source.joins import unlinked_joins


def many_to_many(**options):
    class Base(DeclarativeBase):
        pass

    links = Table(
        "links",
        Base.metadata,
        Column("parent_id", ForeignKey("parents.id")),
        Column("child_id", ForeignKey("children.id")),
    )

    class Parent(Base):
        __tablename__ = "parents"
        id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[int | None] = mapped_column(ForeignKey("parents.id"))
        children: Mapped[list["Child"]] = relationship(
            secondary=links, viewonly=True, **{key: value(links) for key, value in options.items()}
        )
        parent: Mapped["Parent | None"] = relationship(
            remote_side="Parent.id", back_populates="parents"
        )
        parents: Mapped[list["Parent"]] = relationship(back_populates="parent")

    class Child(Base):
        __tablename__ = "children"
        id: Mapped[int] = mapped_column(primary_key=True)
        parent_id: Mapped[int] = mapped_column(ForeignKey("parents.id"))
        parent: Mapped["Parent"] = relationship()

    Base.registry.configure()
    return Base, Parent


def test_plain_keys_connectors_and_trees_link():
    base, _ = many_to_many()
    assert list(unlinked_joins(base)) == []


def test_a_second_condition_that_repeats_the_first_is_a_cartesian_product():
    base, _ = many_to_many(
        primaryjoin=lambda links: "Parent.id == links.c.parent_id",
        secondaryjoin=lambda links: "Parent.id == foreign(links.c.child_id)",
    )
    (found,) = unlinked_joins(base)
    assert found.startswith("relationship Parent.children is a cartesian product")
    assert "children" in found


@pytest.mark.parametrize("name", ["parent", "parents"])
def test_a_tree_is_joined_under_another_name(name):
    base, parent = many_to_many()
    assert parent.__mapper__.relationships[name].mapper.class_ is parent
    assert list(unlinked_joins(base)) == []
