-- As with the charges: repeated and dangling ids are dropped, and so are students who
-- were entered as sharing with themselves.

INSERT INTO student_subject_sharings (student_subject_id, student_id)
SELECT DISTINCT member.student_subject_id, student.id
FROM (
    SELECT id AS student_subject_id, student_id AS owner_id,
           unnest(shared_with_student_ids) AS student_id
    FROM student_subjects
) AS member
JOIN students AS student ON student.id = member.student_id
WHERE student.id <> member.owner_id;
