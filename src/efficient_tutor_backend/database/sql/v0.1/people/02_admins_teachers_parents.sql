-- Three of the four kinds of user. The key is the user's own: a kind cannot exist
-- without its user, and goes when the user goes.

CREATE TABLE admins (
    id uuid NOT NULL,
    is_owner boolean NOT NULL DEFAULT false,
    CONSTRAINT pk_admins PRIMARY KEY (id),
    CONSTRAINT fk_admins_id FOREIGN KEY (id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE teachers (
    id uuid NOT NULL,
    currency text NOT NULL,
    birth_date date,
    CONSTRAINT pk_teachers PRIMARY KEY (id),
    CONSTRAINT fk_teachers_id FOREIGN KEY (id) REFERENCES users (id) ON DELETE CASCADE,
    -- ISO 4217.
    CONSTRAINT ck_teachers_currency CHECK (currency ~ '^[A-Z]{3}$')
);

CREATE TABLE parents (
    id uuid NOT NULL,
    currency text NOT NULL,
    CONSTRAINT pk_parents PRIMARY KEY (id),
    CONSTRAINT fk_parents_id FOREIGN KEY (id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_parents_currency CHECK (currency ~ '^[A-Z]{3}$')
);
