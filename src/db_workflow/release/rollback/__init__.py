"""Rollback: production as it was before a deploy, in a new database that takes over its name."""
