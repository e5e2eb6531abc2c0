-- What each student takes, and with whom. Shared lessons are an array of the other
-- students here: quick to build, but nothing checks the ids (v0.2 repairs that).

CREATE TYPE subject AS ENUM ('Math', 'Physics', 'Chemistry', 'Biology', 'IT', 'Geography');

CREATE TABLE student_subjects (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    student_id uuid NOT NULL,
    teacher_id uuid NOT NULL,
    subject subject NOT NULL,
    lessons_per_week smallint NOT NULL DEFAULT 1,
    shared_with_student_ids uuid[] NOT NULL DEFAULT '{}',
    CONSTRAINT pk_student_subjects PRIMARY KEY (id),
    CONSTRAINT fk_student_subjects_student_id
        FOREIGN KEY (student_id) REFERENCES students (id) ON DELETE CASCADE,
    CONSTRAINT fk_student_subjects_teacher_id
        FOREIGN KEY (teacher_id) REFERENCES teachers (id) ON DELETE RESTRICT,
    CONSTRAINT uq_student_subjects_student_teacher_subject
        UNIQUE (student_id, teacher_id, subject),
    CONSTRAINT ck_student_subjects_lessons_per_week CHECK (lessons_per_week >= 1)
);

CREATE INDEX ix_student_subjects_teacher_id ON student_subjects (teacher_id);
