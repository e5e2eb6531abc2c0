-- What a lesson cost each student who attended: a copy taken on the day, so that a later
-- change of price or payer does not rewrite history. Nobody who owes or has paid for
-- a lesson can be deleted; the lesson itself may be, with its charges.

CREATE TABLE tuition_log_charges (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    tuition_log_id uuid NOT NULL,
    student_id uuid NOT NULL,
    parent_id uuid NOT NULL,
    cost numeric(10, 2) NOT NULL,
    CONSTRAINT pk_tuition_log_charges PRIMARY KEY (id),
    CONSTRAINT fk_tuition_log_charges_tuition_log_id
        FOREIGN KEY (tuition_log_id) REFERENCES tuition_logs (id) ON DELETE CASCADE,
    CONSTRAINT fk_tuition_log_charges_student_id
        FOREIGN KEY (student_id) REFERENCES students (id) ON DELETE RESTRICT,
    CONSTRAINT fk_tuition_log_charges_parent_id
        FOREIGN KEY (parent_id) REFERENCES parents (id) ON DELETE RESTRICT,
    CONSTRAINT uq_tuition_log_charges_tuition_log_id_student_id
        UNIQUE (tuition_log_id, student_id),
    CONSTRAINT ck_tuition_log_charges_cost CHECK (cost >= 0)
);

CREATE INDEX ix_tuition_log_charges_student_id ON tuition_log_charges (student_id);
CREATE INDEX ix_tuition_log_charges_parent_id ON tuition_log_charges (parent_id);
