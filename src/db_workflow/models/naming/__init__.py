"""Names as they change hands between PostgreSQL and Python."""
