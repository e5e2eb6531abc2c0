-- Events sent to people's calendars for a run. The key makes sending them again harmless.

CREATE TABLE calendar_events (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    run_id uuid NOT NULL,
    event_key text NOT NULL,
    title text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    CONSTRAINT pk_calendar_events PRIMARY KEY (id),
    CONSTRAINT fk_calendar_events_run_id
        FOREIGN KEY (run_id) REFERENCES timetable_runs (id) ON DELETE CASCADE,
    CONSTRAINT uq_calendar_events_run_id_event_key UNIQUE (run_id, event_key),
    CONSTRAINT ck_calendar_events_order CHECK (ends_at > starts_at)
);
