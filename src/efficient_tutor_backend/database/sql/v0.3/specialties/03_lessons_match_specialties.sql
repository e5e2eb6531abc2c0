-- Plans must match a specialty. The key of four columns implies the one to teachers,
-- which goes. Correcting a specialty (a wrong grade) carries its plans along; removing
-- one that is still in use is refused.

ALTER TABLE student_subjects
    DROP CONSTRAINT fk_student_subjects_teacher_id,
    DROP CONSTRAINT uq_student_subjects_student_teacher_subject,
    ADD CONSTRAINT uq_student_subjects_student_id_specialty
        UNIQUE (student_id, teacher_id, subject, educational_system, grade),
    ADD CONSTRAINT fk_student_subjects_specialty
        FOREIGN KEY (teacher_id, subject, educational_system, grade)
        REFERENCES teacher_specialties (teacher_id, subject, educational_system, grade)
        ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE tuitions
    DROP CONSTRAINT fk_tuitions_teacher_id,
    ADD CONSTRAINT fk_tuitions_specialty
        FOREIGN KEY (teacher_id, subject, educational_system, grade)
        REFERENCES teacher_specialties (teacher_id, subject, educational_system, grade)
        ON UPDATE CASCADE ON DELETE RESTRICT;

-- The wider indexes serve the new keys and everything the narrow ones did.
DROP INDEX ix_student_subjects_teacher_id;
DROP INDEX ix_tuitions_teacher_id;
CREATE INDEX ix_student_subjects_specialty
    ON student_subjects (teacher_id, subject, educational_system, grade);
CREATE INDEX ix_tuitions_specialty
    ON tuitions (teacher_id, subject, educational_system, grade);
