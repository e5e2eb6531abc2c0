-- Reads the table under a lock that lets everyone else work. It fails if the rehash
-- left anything behind.

ALTER TABLE users VALIDATE CONSTRAINT ck_users_password_hash_argon2id;
