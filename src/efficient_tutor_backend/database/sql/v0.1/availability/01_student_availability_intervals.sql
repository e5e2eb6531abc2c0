-- When a student cannot come. Times are wall-clock times of the business's week, the
-- same for everyone: a lesson has one start, whatever zone its participants live in.

CREATE TYPE availability_type AS ENUM ('sleep', 'school', 'sports', 'others');

CREATE TABLE student_availability_intervals (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    student_id uuid NOT NULL,
    day_of_week smallint NOT NULL,
    start_time time NOT NULL,
    end_time time NOT NULL,
    availability_type availability_type NOT NULL,
    -- What 'others' means, in the family's words: 'part-time job', 'grandmother'.
    label text,
    CONSTRAINT pk_student_availability_intervals PRIMARY KEY (id),
    CONSTRAINT fk_student_availability_intervals_student_id
        FOREIGN KEY (student_id) REFERENCES students (id) ON DELETE CASCADE,
    -- ISO 8601: Monday is 1.
    CONSTRAINT ck_student_availability_intervals_day_of_week
        CHECK (day_of_week BETWEEN 1 AND 7),
    CONSTRAINT ck_student_availability_intervals_order CHECK (end_time > start_time)
);

CREATE INDEX ix_student_availability_intervals_student_id_day_of_week
    ON student_availability_intervals (student_id, day_of_week);
