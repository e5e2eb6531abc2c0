-- Every row has them now, so the columns may insist, and the label goes.

ALTER TABLE students
    ALTER COLUMN educational_system SET NOT NULL,
    ALTER COLUMN grade SET NOT NULL,
    ADD CONSTRAINT ck_students_grade CHECK (grade BETWEEN 1 AND 13),
    DROP COLUMN school_year;

ALTER TABLE student_subjects
    ALTER COLUMN educational_system SET NOT NULL,
    ALTER COLUMN grade SET NOT NULL;

ALTER TABLE tuitions
    ALTER COLUMN educational_system SET NOT NULL,
    ALTER COLUMN grade SET NOT NULL;

-- Logs are not tied to a specialty (a teacher may stop teaching what the log says),
-- so they check the grade themselves.
ALTER TABLE tuition_logs
    ALTER COLUMN educational_system SET NOT NULL,
    ALTER COLUMN grade SET NOT NULL,
    ADD CONSTRAINT ck_tuition_logs_grade CHECK (grade BETWEEN 1 AND 13);
