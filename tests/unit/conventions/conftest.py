"""A declarative base a test, and what builds classes on it and asks one rule about them."""

import pytest
from sqlalchemy import UUID, ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, mapped_column, relationship

from db_workflow.models.conventions import RULES, check_conventions

NAMES = {
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


@pytest.fixture
def base():
    class Base(DeclarativeBase):
        metadata = MetaData(naming_convention=NAMES)

    yield Base
    Base.registry.dispose()


@pytest.fixture
def model(base):
    """Return a function that makes a class, with an id unless it is given."""
    # A registry holds its classes weakly; what no module keeps would be collected.
    kept = []

    def make(name, table, *, bases=(base,), **attributes):
        if "__table__" not in attributes and bases == (base,):
            attributes.setdefault("id", mapped_column(UUID, primary_key=True))
        kept.append(type(name, bases, {"__tablename__": table, **attributes}))
        return kept[-1]

    return make


@pytest.fixture
def family(model):
    """Return a function that makes a parent and a child as they should be, but for its options."""

    def make(*, lazy="raise_on_sql", index=True, nullable=False, **options):
        key = mapped_column(ForeignKey("parents.id", **options), index=index, nullable=nullable)
        children = relationship("Child", back_populates="parent", lazy=lazy)
        parent = relationship("Parent", back_populates="children", lazy=lazy)
        model("Parent", "parents", children=children)
        model("Child", "children", parent_id=key, parent=parent)

    return make


@pytest.fixture
def breaches(base):
    """Return a function that says what one rule finds wrong."""

    def ask(rule):
        (wanted,) = [one for one in RULES if one.name == rule]
        base.registry.configure()
        return [one.what for one in check_conventions(base, rules=(wanted,))]

    return ask
