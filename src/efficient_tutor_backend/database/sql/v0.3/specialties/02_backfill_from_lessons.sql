-- Teachers teach what they have been teaching: every combination found in a tuition or
-- in what a student takes. Ids are derived, so that a rehearsal gives the same rows.

INSERT INTO teacher_specialties (id, teacher_id, subject, educational_system, grade)
SELECT
    encode(
        substr(sha256(convert_to(
            concat_ws(' ', 'specialty', teacher_id, subject, educational_system, grade), 'UTF8'
        )), 1, 16),
        'hex'
    )::uuid,
    teacher_id, subject, educational_system, grade
FROM (
    SELECT teacher_id, subject, educational_system, grade FROM tuitions
    UNION
    SELECT teacher_id, subject, educational_system, grade FROM student_subjects
) AS taught;
