-- Who else sits in a student's lessons of a subject: many to many. The pair is the key;
-- a sharing has no life and no attributes of its own.

CREATE TABLE student_subject_sharings (
    student_subject_id uuid NOT NULL,
    student_id uuid NOT NULL,
    CONSTRAINT pk_student_subject_sharings PRIMARY KEY (student_subject_id, student_id),
    CONSTRAINT fk_student_subject_sharings_student_subject_id
        FOREIGN KEY (student_subject_id) REFERENCES student_subjects (id) ON DELETE CASCADE,
    CONSTRAINT fk_student_subject_sharings_student_id
        FOREIGN KEY (student_id) REFERENCES students (id) ON DELETE CASCADE
);

CREATE INDEX ix_student_subject_sharings_student_id ON student_subject_sharings (student_id);
