"""The data layer of a tutoring business: tables, sessions and password hashes."""
