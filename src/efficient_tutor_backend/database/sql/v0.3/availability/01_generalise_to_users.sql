-- Teachers are busy too: intervals belong to any user. Names follow the table too,
-- so that an error message never speaks of a table that no longer exists.

ALTER TABLE student_availability_intervals RENAME TO availability_intervals;
ALTER TABLE availability_intervals RENAME COLUMN student_id TO user_id;

ALTER TABLE availability_intervals
    RENAME CONSTRAINT pk_student_availability_intervals TO pk_availability_intervals;
ALTER TABLE availability_intervals
    RENAME CONSTRAINT ck_student_availability_intervals_day_of_week
    TO ck_availability_intervals_day_of_week;
ALTER TABLE availability_intervals
    RENAME CONSTRAINT ck_student_availability_intervals_order TO ck_availability_intervals_order;
ALTER INDEX ix_student_availability_intervals_student_id_day_of_week
    RENAME TO ix_availability_intervals_user_id_day_of_week;

-- A foreign key cannot be pointed elsewhere, only replaced.
ALTER TABLE availability_intervals
    DROP CONSTRAINT fk_student_availability_intervals_student_id,
    ADD CONSTRAINT fk_availability_intervals_user_id
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;
