"""Seeding: manual and generated rows, merged, in one transaction."""
