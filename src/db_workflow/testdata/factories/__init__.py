"""Factories: a complete, valid object from nothing but a name, for asynchronous sessions."""

from db_workflow.testdata.factories.base import DEFAULT_SEED, BaseFactory, seed_factories
from db_workflow.testdata.factories.columns import undeclared_columns
from db_workflow.testdata.factories.options import mapper_of
from db_workflow.testdata.factories.rows import Rows

__all__ = [
    "DEFAULT_SEED",
    "BaseFactory",
    "Rows",
    "mapper_of",
    "seed_factories",
    "undeclared_columns",
]
