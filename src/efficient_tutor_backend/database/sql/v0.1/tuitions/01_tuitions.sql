-- A planned lesson: who teaches what to whom, for how long, at what price.
-- `lesson_index` numbers the lessons of one week of the same group and subject.

CREATE TABLE tuitions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    teacher_id uuid NOT NULL,
    subject subject NOT NULL,
    lesson_index smallint NOT NULL DEFAULT 1,
    min_duration_minutes integer NOT NULL DEFAULT 60,
    max_duration_minutes integer NOT NULL DEFAULT 90,
    student_ids uuid[] NOT NULL,
    -- Per student; the same for everyone in the group until v0.2.
    cost numeric(10, 2) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_tuitions PRIMARY KEY (id),
    CONSTRAINT fk_tuitions_teacher_id
        FOREIGN KEY (teacher_id) REFERENCES teachers (id) ON DELETE RESTRICT,
    CONSTRAINT ck_tuitions_lesson_index CHECK (lesson_index >= 1),
    CONSTRAINT ck_tuitions_duration
        CHECK (min_duration_minutes >= 0 AND max_duration_minutes >= min_duration_minutes),
    CONSTRAINT ck_tuitions_cost CHECK (cost >= 0)
);

CREATE INDEX ix_tuitions_teacher_id ON tuitions (teacher_id);
CREATE INDEX ix_tuitions_student_ids ON tuitions USING gin (student_ids);
