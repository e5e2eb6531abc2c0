-- What rehash_passwords.py still has to do: the index shrinks as it works, so that each
-- batch, and a run that takes up a broken one, finds its rows without reading the rest.

CREATE INDEX ix_users_legacy_password_hash ON users (id)
    WHERE password_hash NOT LIKE '%$argon2id$v=%';
