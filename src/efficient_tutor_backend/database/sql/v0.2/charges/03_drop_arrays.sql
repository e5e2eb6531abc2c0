-- The arrays and the single price now repeat what the charges say. The GIN index on
-- the array and the check on the price go with their columns.

ALTER TABLE tuitions
    DROP COLUMN student_ids,
    DROP COLUMN cost;
