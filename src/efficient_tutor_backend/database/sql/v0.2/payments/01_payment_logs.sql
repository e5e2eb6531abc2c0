-- What a parent paid to a teacher. Corrected like lessons: void the wrong one, add
-- another that names it. `log_status` comes with the lesson logs.

CREATE TABLE payment_logs (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    parent_id uuid NOT NULL,
    teacher_id uuid NOT NULL,
    amount numeric(10, 2) NOT NULL,
    paid_at timestamptz NOT NULL,
    status log_status NOT NULL DEFAULT 'ACTIVE',
    notes text,
    corrected_from_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_payment_logs PRIMARY KEY (id),
    CONSTRAINT fk_payment_logs_parent_id
        FOREIGN KEY (parent_id) REFERENCES parents (id) ON DELETE RESTRICT,
    CONSTRAINT fk_payment_logs_teacher_id
        FOREIGN KEY (teacher_id) REFERENCES teachers (id) ON DELETE RESTRICT,
    CONSTRAINT fk_payment_logs_corrected_from_id
        FOREIGN KEY (corrected_from_id) REFERENCES payment_logs (id) ON DELETE SET NULL,
    CONSTRAINT ck_payment_logs_amount CHECK (amount >= 0),
    CONSTRAINT ck_payment_logs_corrected_from_id CHECK (corrected_from_id <> id)
);

CREATE INDEX ix_payment_logs_parent_id_paid_at ON payment_logs (parent_id, paid_at DESC);
CREATE INDEX ix_payment_logs_teacher_id ON payment_logs (teacher_id);
CREATE INDEX ix_payment_logs_corrected_from_id ON payment_logs (corrected_from_id);
