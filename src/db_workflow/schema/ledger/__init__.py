"""The ledger of a database, and how it agrees with the lists."""
