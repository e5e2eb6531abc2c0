"""TABLE_CONFIG, SEEDING_ORDER, factories and manual rows: what a repository declares."""
