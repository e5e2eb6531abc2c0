-- Takes `school_year` apart. An empty one means IGCSE 10, with which the business
-- began, and SAT without a year is 12. A label that cannot be read is refused, by
-- number of rows (not by value: labels hold free text), rather than guessed.

UPDATE students
SET educational_system = label.educational_system,
    grade = label.grade
FROM (
    SELECT
        id,
        CASE
            WHEN year = '' THEN 'IGCSE'
            WHEN year ~ '\migcse\M' THEN 'IGCSE'
            WHEN year ~ '\msat\M' THEN 'SAT'
            WHEN year ~ '\meg\M' THEN 'National-EG'
            WHEN year ~ '\mkw\M' THEN 'National-KW'
        END::educational_system AS educational_system,
        CASE
            WHEN year = '' THEN 10
            WHEN year ~ '\msat\M' THEN coalesce(substring(year FROM '\m\d{1,2}\M')::smallint, 12)
            ELSE substring(year FROM '\m\d{1,2}\M')::smallint
        END AS grade
    FROM (SELECT id, lower(btrim(coalesce(school_year, ''))) AS year FROM students) AS labelled
) AS label
WHERE students.id = label.id;

DO $$
DECLARE
    unread bigint;
BEGIN
    SELECT count(*) INTO unread
    FROM students
    WHERE educational_system IS NULL OR grade IS NULL OR grade NOT BETWEEN 1 AND 13;

    IF unread > 0 THEN
        RAISE EXCEPTION '% student(s) have a school_year that gives no system and grade', unread
            USING HINT = 'Write it as "IGCSE 10", "SAT 12", "EG 9" or "KW 11" (grade 1 to 13), '
                         'or empty it, then run the migration again.';
    END IF;
END
$$;
