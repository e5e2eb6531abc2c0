-- One row per student of a tuition, each with a price of their own. The payer is kept
-- here and not looked up through the student: it is agreed per tuition, and need not
-- be the parent on file.

CREATE TABLE tuition_template_charges (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    tuition_id uuid NOT NULL,
    student_id uuid NOT NULL,
    parent_id uuid NOT NULL,
    cost numeric(10, 2) NOT NULL,
    CONSTRAINT pk_tuition_template_charges PRIMARY KEY (id),
    CONSTRAINT fk_tuition_template_charges_tuition_id
        FOREIGN KEY (tuition_id) REFERENCES tuitions (id) ON DELETE CASCADE,
    CONSTRAINT fk_tuition_template_charges_student_id
        FOREIGN KEY (student_id) REFERENCES students (id) ON DELETE CASCADE,
    CONSTRAINT fk_tuition_template_charges_parent_id
        FOREIGN KEY (parent_id) REFERENCES parents (id) ON DELETE RESTRICT,
    CONSTRAINT uq_tuition_template_charges_tuition_id_student_id
        UNIQUE (tuition_id, student_id),
    CONSTRAINT ck_tuition_template_charges_cost CHECK (cost >= 0)
);

CREATE INDEX ix_tuition_template_charges_student_id ON tuition_template_charges (student_id);
CREATE INDEX ix_tuition_template_charges_parent_id ON tuition_template_charges (parent_id);
