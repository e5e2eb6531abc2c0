-- Everyone who can sign in, whatever their role. The four kinds of user (admins,
-- teachers, parents, students) each have a table of their own that shares this key.

CREATE TYPE user_role AS ENUM ('admin', 'parent', 'student', 'teacher');

CREATE TABLE users (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    email text NOT NULL,
    -- Whatever format the writing application used; v0.3 normalises them.
    password_hash text NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    -- IANA name. Instants are stored in UTC; this is for showing them.
    time_zone text NOT NULL DEFAULT 'UTC',
    role user_role NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    is_first_sign_in boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT ck_users_email_shape CHECK (email LIKE '%_@_%')
);

-- Two accounts must not differ by the case of an address only, yet people want
-- to see the address the way they typed it.
CREATE UNIQUE INDEX uq_users_email_lower ON users (lower(email));

CREATE INDEX ix_users_role_active ON users (role) WHERE is_active;
