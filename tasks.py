"""The front door: `invoke --list` shows what there is to do."""

from db_workflow.tasks import namespace

__all__ = ["namespace"]
