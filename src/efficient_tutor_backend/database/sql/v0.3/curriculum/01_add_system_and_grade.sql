-- Where a student is at school decides what is taught, so system and grade become
-- columns. Nullable at first: a new NOT NULL column has nothing to say about old rows.

CREATE TYPE educational_system AS ENUM ('IGCSE', 'SAT', 'National-EG', 'National-KW');

ALTER TABLE students
    ADD COLUMN educational_system educational_system,
    ADD COLUMN grade smallint;

ALTER TABLE student_subjects
    ADD COLUMN educational_system educational_system,
    ADD COLUMN grade smallint;

ALTER TABLE tuitions
    ADD COLUMN educational_system educational_system,
    ADD COLUMN grade smallint;

ALTER TABLE tuition_logs
    ADD COLUMN educational_system educational_system,
    ADD COLUMN grade smallint;
