-- A run of the timetable solver, and what it found for each user.

CREATE TYPE run_status AS ENUM ('SUCCESS', 'FAILED', 'MANUAL');

CREATE TABLE timetable_runs (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    status run_status NOT NULL,
    -- What the solver was given and what it reports back. Its shape is the solver's
    -- business and changes with it; it holds names.
    parameters jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CONSTRAINT pk_timetable_runs PRIMARY KEY (id),
    CONSTRAINT ck_timetable_runs_parameters CHECK (jsonb_typeof(parameters) = 'object'),
    CONSTRAINT ck_timetable_runs_order CHECK (finished_at >= created_at)
);

-- "The timetable" is the newest run that found one.
CREATE INDEX ix_timetable_runs_newest ON timetable_runs (created_at DESC)
    WHERE status <> 'FAILED';

CREATE TABLE timetable_run_user_solutions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    run_id uuid NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT pk_timetable_run_user_solutions PRIMARY KEY (id),
    CONSTRAINT fk_timetable_run_user_solutions_run_id
        FOREIGN KEY (run_id) REFERENCES timetable_runs (id) ON DELETE CASCADE,
    CONSTRAINT fk_timetable_run_user_solutions_user_id
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT uq_timetable_run_user_solutions_run_id_user_id UNIQUE (run_id, user_id)
);

CREATE INDEX ix_timetable_run_user_solutions_user_id ON timetable_run_user_solutions (user_id);
