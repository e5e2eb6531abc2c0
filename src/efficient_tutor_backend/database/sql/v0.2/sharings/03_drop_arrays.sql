-- The sharings say it now.

ALTER TABLE student_subjects DROP COLUMN shared_with_student_ids;
