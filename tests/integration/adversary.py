"""A source that wants to leak: invented people, and every place in which their data hides.

Loaded by path, because tests are not a package: `runpy.run_path(…)["SCHEMA"]`.
"""

SCHEMA = """
CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE TABLE people (
    id uuid PRIMARY KEY,
    first_name text NOT NULL,
    last_name text NOT NULL,
    nickname varchar(12),
    email text NOT NULL UNIQUE,
    phone text,
    iban text,
    birth_date date NOT NULL,
    salary numeric(10, 2) NOT NULL,
    password_hash text NOT NULL,
    reset_token text UNIQUE,
    last_address inet,
    photo text,
    home_page text,
    external_id uuid NOT NULL,
    aliases text[] NOT NULL DEFAULT '{}',
    mood mood NOT NULL DEFAULT 'glad',
    active boolean NOT NULL DEFAULT true
);
CREATE UNIQUE INDEX people_email_folded ON people (lower(email));
CREATE TABLE notes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES people,
    body text NOT NULL,
    written_at timestamptz NOT NULL
);
CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person_id uuid REFERENCES people,
    payload jsonb NOT NULL
);
-- What nobody would look into: kept on purpose.
CREATE TABLE logs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    line text NOT NULL,
    tags text[] NOT NULL DEFAULT '{}',
    extra jsonb,
    reference uuid,
    raw bytea
);
INSERT INTO people VALUES
    ('00000000-0000-4000-8000-000000000001', 'Zoltrina', 'Quaverly-Obst', 'Zozo',
     'zoltrina.q@home.invalid', '+49 (1577) 012-3456', 'DE75512108001245126199', '1987-04-03',
     1234.50, '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$Zm9vYmFyYmF6', 'rst-9f8e7d6c5b4a',
     '203.0.113.77',
     'zoltrina_2019.jpg', 'https://pages.invalid/~zoltrina?me=quaverly',
     'aaaaaaaa-1111-4111-8111-111111111111', '{"Zozo","La Quaverly"}', 'glad', true),
    -- The same name once more: another person.
    ('00000000-0000-4000-8000-000000000002', 'Zoltrina', 'Quaverly-Obst', NULL,
     'ZQ2@home.invalid', NULL, NULL, '1990-12-31', 99.00, 'x', NULL, NULL, NULL, NULL,
     'aaaaaaaa-2222-4222-8222-222222222222', '{}', 'sad', false),
    -- Unicode: composed here, decomposed there; and a script without spaces.
    ('00000000-0000-4000-8000-000000000003', E'Mi\\u00ebrlo', E'D\\u00e9brunsk', E'Mie\\u0308',
     E'mi\\u00ebrlo@d\\u00e9brunsk.invalid', '0157 7 0999 888', NULL, '2001-02-28', 1.00, 'y',
     NULL, '2001:db8::77', E'mi\\u00ebrlo.png', NULL, 'aaaaaaaa-3333-4333-8333-333333333333',
     '{}', 'glad', true),
    ('00000000-0000-4000-8000-000000000004', E'\\u5065\\u592a\\u90ce', E'\\u9ad8\\u6a4b\\u5ddd',
     NULL, 'kt@home.invalid', NULL, NULL, '1970-01-01', 0, 'z', NULL, NULL, NULL, NULL,
     'aaaaaaaa-4444-4444-8444-444444444444', '{}', 'glad', true),
    -- Names that are words, and one that is short.
    ('00000000-0000-4000-8000-000000000005', 'Will', 'Parent', 'Li', 'will@home.invalid', '110',
     NULL, '1999-09-09', 7, 'w', 'abc', NULL, NULL, NULL,
     'aaaaaaaa-5555-4555-8555-555555555555', '{"Li"}', 'glad', true);
INSERT INTO notes (person_id, body, written_at) VALUES
    ('00000000-0000-4000-8000-000000000001',
     'Zoltrina called from +49 1577 0123456; mail ZOLTRINA.Q@home.invalid. Zoltrina''s mother',
     '2026-01-05 10:00+00'),
    ('00000000-0000-4000-8000-000000000003', E'De\\u0301brunsk, Mie\\u0308rlo: late again',
     '2026-01-06 10:00+00');
INSERT INTO events (person_id, payload) VALUES
    ('00000000-0000-4000-8000-000000000001',
     '{"kind": "call", "who": {"Zoltrina": 3, "Will": 1}, "file": "zoltrina_2019.jpg",
       "at": "https://pages.invalid/~zoltrina", "n": 15770123456}'),
    (NULL, '{"kind": "none", "who": {}}');
INSERT INTO logs (line) VALUES ('started'), ('will be continued by the parent'), ('done');
"""

# By table and column: the right rule, as one writes it.
RULES = {
    "people": {
        "first_name": "rules.first_name()",
        "last_name": "rules.last_name()",
        "nickname": "rules.token(length=12)",
        "email": "rules.email()",
        "phone": "rules.phone()",
        "iban": "rules.digits()",
        "birth_date": "rules.shift_days()",
        "salary": "rules.constant('10.00')",
        "password_hash": "rules.constant('public')",
        "reset_token": "rules.token('rst-')",
        "last_address": "rules.constant('192.0.2.1')",
        "photo": "rules.token()",
        "home_page": "rules.url()",
        "external_id": "rules.uuid()",
        "aliases": "rules.each(rules.first_name())",
    },
    "notes": {"body": "rules.text()", "written_at": "rules.shift_days()"},
    "events": {
        "payload": (
            "rules.json({'kind': rules.keep(), 'who.*': rules.keep(), 'who.*~':"
            " rules.first_name(), 'file': rules.token(), 'at': rules.url(), 'n': rules.digits()})"
        ),
    },
}
