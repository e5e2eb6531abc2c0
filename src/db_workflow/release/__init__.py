"""The release checklist: every item with its evidence and the command that shows it."""

from db_workflow.release.checklist import Checklist, Item, check
from db_workflow.release.render import render

__all__ = ["Checklist", "Item", "check", "render"]
