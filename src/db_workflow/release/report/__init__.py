"""The report: checklist, rehearsal and schema on one page that needs nothing else."""

from db_workflow.release.report.page import html

__all__ = ["html"]
