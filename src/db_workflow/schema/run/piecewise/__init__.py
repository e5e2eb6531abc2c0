"""Steps without a transaction of their own: `-- db_workflow: no-transaction`.

Such a file runs statement by statement, and every statement that is done is written down inside the
database. A run that was killed is taken up where it stopped.
"""

from db_workflow.schema.run.piecewise.piece import problems_of
from db_workflow.schema.run.piecewise.progress import forget_progress
from db_workflow.schema.run.piecewise.run import run_piecewise

__all__ = ["forget_progress", "problems_of", "run_piecewise"]
