-- Material that a teacher leaves for a student. The file itself is elsewhere, at `url`.

CREATE TYPE note_type AS ENUM ('STUDY_NOTES', 'HOMEWORK', 'PAST_PAPERS');

CREATE TABLE notes (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    teacher_id uuid NOT NULL,
    student_id uuid NOT NULL,
    subject subject NOT NULL,
    note_type note_type NOT NULL,
    name text NOT NULL,
    description text,
    url text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_notes PRIMARY KEY (id),
    CONSTRAINT fk_notes_teacher_id
        FOREIGN KEY (teacher_id) REFERENCES teachers (id) ON DELETE CASCADE,
    CONSTRAINT fk_notes_student_id
        FOREIGN KEY (student_id) REFERENCES students (id) ON DELETE CASCADE
);

CREATE INDEX ix_notes_teacher_id ON notes (teacher_id);
CREATE INDEX ix_notes_student_id ON notes (student_id);
