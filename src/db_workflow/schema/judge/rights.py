"""What an account that may not read the ledger is told."""

from db_workflow.errors import MigrationError
from db_workflow.state import HOME


def unreadable(error: Exception) -> MigrationError:
    """Return the error that names what to grant.

    Args:
        error: how the server refused.

    """
    return MigrationError(
        f"The account may not read the ledger: {error}.",
        why="without it nobody can say which steps the database should have had",
        next=f"GRANT USAGE ON SCHEMA {HOME} TO the account;"
        f" GRANT SELECT ON ALL TABLES IN SCHEMA {HOME} TO it",
    )
