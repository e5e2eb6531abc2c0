"""Backups of production, and the baseline that the test database is reset to."""
