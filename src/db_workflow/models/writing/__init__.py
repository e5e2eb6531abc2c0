"""From a snapshot to refined SQLAlchemy 2 models, with nothing but the snapshot."""

from db_workflow.models.writing.surroundings import Surroundings
from db_workflow.models.writing.writer import Writer

__all__ = ["Surroundings", "Writer"]
