"""Three hundred small migration files, the same on every machine."""

from dataclasses import dataclass

# Thirty invented things; each has a table of its own and refers to the one before it.
_THINGS = (
    "anchor", "basket", "candle", "drum", "engine", "feather", "garden", "hammer", "island",
    "jacket", "kettle", "ladder", "mirror", "needle", "oar", "parcel", "quilt", "ribbon", "saddle",
    "ticket", "umbrella", "violin", "wagon", "yacht", "zither", "bridge", "castle", "desk",
    "envelope", "fountain",
)  # fmt: skip

# What happens to a thing in its life, ten files long.
_LIFE = (
    (
        "create_table",
        """\
CREATE TABLE {thing} (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code text NOT NULL,
    title text NOT NULL,
    amount numeric(10, 2) NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT uq_{thing}_code UNIQUE (code),
    CONSTRAINT ck_{thing}_amount CHECK (amount >= 0)
);
""",
    ),
    (
        "add_state",
        """\
CREATE TYPE {thing}_state AS ENUM ('draft', 'open', 'closed');
ALTER TABLE {thing} ADD COLUMN state {thing}_state NOT NULL DEFAULT 'draft';
""",
    ),
    (
        "first_rows",
        """\
INSERT INTO {thing} (code, title, amount) VALUES
    ('A-1', 'The first {thing}', 10.50),
    ('A-2', 'The second {thing}; it costs more', 20.75),
    ('A-3', 'The third {thing}', 0);
""",
    ),
    (
        "index_state",
        """\
CREATE INDEX ix_{thing}_created_at ON {thing} (created_at DESC);
CREATE INDEX ix_{thing}_open ON {thing} (code) WHERE state = 'open';
""",
    ),
    (
        "create_notes",
        """\
CREATE TABLE {thing}_note (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    {thing}_id bigint NOT NULL REFERENCES {thing} (id) ON DELETE CASCADE,
    body text NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ix_{thing}_note_{thing}_id ON {thing}_note ({thing}_id);
""",
    ),
    (
        "refer_to_previous",
        """\
-- A {thing} may belong to a {previous}.
ALTER TABLE {thing} ADD COLUMN owner_id bigint;
ALTER TABLE {thing} ADD CONSTRAINT fk_{thing}_owner
    FOREIGN KEY (owner_id) REFERENCES {previous} (id) ON DELETE SET NULL;
""",
    ),
    (
        "create_view",
        """\
CREATE VIEW open_{thing} AS
    SELECT t.id, t.code, t.title, count(n.id) AS notes
    FROM {thing} AS t LEFT JOIN {thing}_note AS n ON n.{thing}_id = t.id
    WHERE t.state <> 'closed'
    GROUP BY t.id;
""",
    ),
    (
        "keep_closed",
        """\
CREATE FUNCTION keep_closed_{thing}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'closed' AND NEW.state <> 'closed' THEN
        RAISE EXCEPTION 'a closed {thing} stays closed';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER tr_{thing}_keep_closed BEFORE UPDATE ON {thing}
    FOR EACH ROW EXECUTE FUNCTION keep_closed_{thing}();
""",
    ),
    (
        "open_the_first",
        """\
UPDATE {thing} SET state = 'open', amount = amount + 1 WHERE code <> 'A-3';
INSERT INTO {thing}_note ({thing}_id, body)
    SELECT id, 'opened by a migration' FROM {thing} WHERE state = 'open';
""",
    ),
    (
        "describe",
        """\
COMMENT ON TABLE {thing} IS 'Every {thing} there is';
COMMENT ON COLUMN {thing}.amount IS 'what it costs, in the currency of the house';
""",
    ),
)


@dataclass(frozen=True, slots=True)
class File:
    """One migration.

    Attributes:
        number: from 1.
        feature: the folder it would stand in.
        title: what it does, as part of a file name.
        sql: its statements, in no transaction.

    """

    number: int
    feature: str
    title: str
    sql: str

    @property
    def name(self) -> str:
        """A name that sorts in order and that no other file has."""
        return f"{self.number:04}_{self.feature}_{self.title}"


def every_file() -> tuple[File, ...]:
    """Return the files in order. They use no colon before a word: some tools bind it."""
    files: list[File] = []
    previous = _THINGS[0]
    for thing in _THINGS:
        for title, text in _LIFE:
            sql = text.format(thing=thing, previous=previous)
            files.append(File(len(files) + 1, thing, title, sql))
        previous = thing
    return tuple(files)
