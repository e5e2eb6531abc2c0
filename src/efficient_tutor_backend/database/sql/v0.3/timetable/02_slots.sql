-- A block in one user's week: a tuition, or time that the user is not available.
-- The source goes → the block goes; emptying it would leave a block without a source.

CREATE TABLE timetable_solution_slots (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    solution_id uuid NOT NULL,
    name text NOT NULL,
    day_of_week smallint NOT NULL,
    start_time time NOT NULL,
    end_time time NOT NULL,
    -- Everyone who was in the block when the run was made, as the solver saw it: a
    -- snapshot that later changes of a group must not touch, hence no foreign key.
    participants uuid[] NOT NULL DEFAULT '{}',
    tuition_id uuid,
    availability_interval_id uuid,
    CONSTRAINT pk_timetable_solution_slots PRIMARY KEY (id),
    CONSTRAINT fk_timetable_solution_slots_solution_id
        FOREIGN KEY (solution_id) REFERENCES timetable_run_user_solutions (id) ON DELETE CASCADE,
    CONSTRAINT fk_timetable_solution_slots_tuition_id
        FOREIGN KEY (tuition_id) REFERENCES tuitions (id) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT fk_timetable_solution_slots_availability_interval_id
        FOREIGN KEY (availability_interval_id)
        REFERENCES availability_intervals (id) ON DELETE CASCADE,
    CONSTRAINT ck_timetable_solution_slots_day_of_week CHECK (day_of_week BETWEEN 1 AND 7),
    CONSTRAINT ck_timetable_solution_slots_order CHECK (end_time > start_time),
    CONSTRAINT ck_timetable_solution_slots_one_source
        CHECK (num_nonnulls(tuition_id, availability_interval_id) = 1)
);

CREATE INDEX ix_timetable_solution_slots_solution_id ON timetable_solution_slots (solution_id);
CREATE INDEX ix_timetable_solution_slots_tuition_id ON timetable_solution_slots (tuition_id);
CREATE INDEX ix_timetable_solution_slots_availability_interval_id
    ON timetable_solution_slots (availability_interval_id);
CREATE INDEX ix_timetable_solution_slots_participants
    ON timetable_solution_slots USING gin (participants);
