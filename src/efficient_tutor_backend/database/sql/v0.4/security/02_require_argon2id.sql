-- From here no fast hash can be written again. NOT VALID: the lock is held for an
-- instant, not while the table is read; the next file does the reading.

ALTER TABLE users
    ADD CONSTRAINT ck_users_password_hash_argon2id
    CHECK (password_hash LIKE '%$argon2id$v=%') NOT VALID;

-- squawk-ignore require-concurrent-index-deletion -- the ALTER above holds the same lock
DROP INDEX ix_users_legacy_password_hash;
