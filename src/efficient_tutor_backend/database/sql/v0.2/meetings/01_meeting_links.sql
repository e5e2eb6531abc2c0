-- Where an online tuition meets: at most one place per tuition.

CREATE TYPE meeting_link_type AS ENUM ('GOOGLE_MEET', 'ZOOM');

CREATE TABLE meeting_links (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    tuition_id uuid NOT NULL,
    link_type meeting_link_type NOT NULL,
    url text NOT NULL,
    -- The provider's own number and pass code; not every provider has them.
    meeting_id text,
    password text,
    CONSTRAINT pk_meeting_links PRIMARY KEY (id),
    CONSTRAINT fk_meeting_links_tuition_id
        FOREIGN KEY (tuition_id) REFERENCES tuitions (id) ON DELETE CASCADE,
    CONSTRAINT uq_meeting_links_tuition_id UNIQUE (tuition_id)
);
