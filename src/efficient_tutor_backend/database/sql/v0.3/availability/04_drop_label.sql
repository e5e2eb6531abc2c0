-- The type says what scheduling needs; the family's own words need not be kept.

ALTER TABLE availability_intervals DROP COLUMN label;
