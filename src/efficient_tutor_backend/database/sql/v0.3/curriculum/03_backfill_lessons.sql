-- System and grade of a lesson are those of its students. A mixed group takes the pair
-- that most of its students have (the pair, not each by itself: that could give one that
-- nobody has); of equals the lower grade, then the earlier system. A lesson that has
-- lost all its students falls back to what an empty school year means.

UPDATE student_subjects
SET educational_system = students.educational_system,
    grade = students.grade
FROM students
WHERE students.id = student_subjects.student_id;

UPDATE tuitions
SET educational_system = coalesce(majority.educational_system, 'IGCSE'),
    grade = coalesce(majority.grade, 10)
FROM tuitions AS planned
LEFT JOIN (
    SELECT DISTINCT ON (charge.tuition_id)
        charge.tuition_id, student.educational_system, student.grade
    FROM tuition_template_charges AS charge
    JOIN students AS student ON student.id = charge.student_id
    GROUP BY charge.tuition_id, student.educational_system, student.grade
    ORDER BY charge.tuition_id, count(*) DESC, student.grade, student.educational_system
) AS majority ON majority.tuition_id = planned.id
WHERE planned.id = tuitions.id;

UPDATE tuition_logs
SET educational_system = coalesce(tuition.educational_system, majority.educational_system, 'IGCSE'),
    grade = coalesce(tuition.grade, majority.grade, 10)
FROM tuition_logs AS logged
LEFT JOIN tuitions AS tuition ON tuition.id = logged.tuition_id
LEFT JOIN (
    SELECT DISTINCT ON (charge.tuition_log_id)
        charge.tuition_log_id, student.educational_system, student.grade
    FROM tuition_log_charges AS charge
    JOIN students AS student ON student.id = charge.student_id
    GROUP BY charge.tuition_log_id, student.educational_system, student.grade
    ORDER BY charge.tuition_log_id, count(*) DESC, student.grade, student.educational_system
) AS majority ON majority.tuition_log_id = logged.id
WHERE logged.id = tuition_logs.id;
