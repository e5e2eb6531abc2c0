-- One Master: the owner who signed up first, or the first admin where none was marked
-- as owner. Every other admin becomes Normal, which is what they could do so far.

UPDATE admins
SET privilege = CASE ranked.position WHEN 1 THEN 'Master' ELSE 'Normal' END::admin_privilege
FROM (
    SELECT
        admin.id,
        row_number() OVER (ORDER BY admin.is_owner DESC, person.created_at, admin.id) AS position
    FROM admins AS admin
    JOIN users AS person ON person.id = admin.id
) AS ranked
WHERE ranked.id = admins.id;
