"""Models beside the migrated database: what differs, and what to write."""
