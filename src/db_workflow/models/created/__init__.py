"""The models as PostgreSQL has them: written as SQL, created in a scratch database, read back."""
