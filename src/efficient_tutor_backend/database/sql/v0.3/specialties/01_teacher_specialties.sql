-- What a teacher teaches, at which level. The four columns are what plans refer to;
-- the id is there for the application's addresses.

CREATE TABLE teacher_specialties (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    teacher_id uuid NOT NULL,
    subject subject NOT NULL,
    educational_system educational_system NOT NULL,
    grade smallint NOT NULL,
    CONSTRAINT pk_teacher_specialties PRIMARY KEY (id),
    CONSTRAINT fk_teacher_specialties_teacher_id
        FOREIGN KEY (teacher_id) REFERENCES teachers (id) ON DELETE CASCADE,
    CONSTRAINT uq_teacher_specialties_specialty
        UNIQUE (teacher_id, subject, educational_system, grade),
    CONSTRAINT ck_teacher_specialties_grade CHECK (grade BETWEEN 1 AND 13)
);
