-- Lessons that took place. A log outlives the plan it came from, and a wrong log is
-- never edited: it is voided and a new one says what it corrects.

CREATE TYPE log_status AS ENUM ('ACTIVE', 'VOID');
CREATE TYPE log_creation AS ENUM ('SCHEDULED', 'CUSTOM');

CREATE TABLE tuition_logs (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    tuition_id uuid,
    teacher_id uuid NOT NULL,
    subject subject NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    status log_status NOT NULL DEFAULT 'ACTIVE',
    creation log_creation NOT NULL DEFAULT 'SCHEDULED',
    corrected_from_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_tuition_logs PRIMARY KEY (id),
    CONSTRAINT fk_tuition_logs_tuition_id
        FOREIGN KEY (tuition_id) REFERENCES tuitions (id) ON DELETE SET NULL,
    CONSTRAINT fk_tuition_logs_teacher_id
        FOREIGN KEY (teacher_id) REFERENCES teachers (id) ON DELETE RESTRICT,
    CONSTRAINT fk_tuition_logs_corrected_from_id
        FOREIGN KEY (corrected_from_id) REFERENCES tuition_logs (id) ON DELETE SET NULL,
    CONSTRAINT ck_tuition_logs_order CHECK (ends_at > starts_at),
    CONSTRAINT ck_tuition_logs_corrected_from_id CHECK (corrected_from_id <> id)
);

CREATE INDEX ix_tuition_logs_tuition_id ON tuition_logs (tuition_id);
CREATE INDEX ix_tuition_logs_teacher_id ON tuition_logs (teacher_id);
CREATE INDEX ix_tuition_logs_corrected_from_id ON tuition_logs (corrected_from_id);

-- The month's statement reads active logs only.
CREATE INDEX ix_tuition_logs_active ON tuition_logs (teacher_id, starts_at DESC)
    WHERE status = 'ACTIVE';
