-- Every student in an array becomes a charge. Nothing ever checked the arrays, so they
-- hold repeated ids and ids of students long deleted: the join and DISTINCT drop both.
-- The ids are derived from the pair, so that a rehearsal on a copy gives the same rows.

INSERT INTO tuition_template_charges (id, tuition_id, student_id, parent_id, cost)
SELECT
    encode(
        substr(sha256(convert_to('template charge ' || member.tuition_id || ' ' || student.id,
                                 'UTF8')), 1, 16),
        'hex'
    )::uuid,
    member.tuition_id,
    student.id,
    student.parent_id,
    member.cost
FROM (
    SELECT DISTINCT id AS tuition_id, cost, unnest(student_ids) AS student_id
    FROM tuitions
) AS member
JOIN students AS student ON student.id = member.student_id;
