-- db_workflow: no-transaction
-- What rehash_passwords.py still has to do: the index shrinks as it works, so that each
-- batch, and a run that takes up a broken one, finds its rows without reading the rest.
-- CONCURRENTLY: everybody goes on signing in and changing passwords while it is built.

CREATE INDEX CONCURRENTLY ix_users_legacy_password_hash ON users (id)
    WHERE password_hash NOT LIKE '%$argon2id$v=%';
