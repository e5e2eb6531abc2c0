-- Students belong to the parent who pays. A parent with students cannot be deleted:
-- losing a child's history with a parent's account must be somebody's decision.

CREATE TYPE student_status AS ENUM ('NONE', 'Alpha', 'Omega', 'Sigma', 'HIM');

CREATE TABLE students (
    id uuid NOT NULL,
    parent_id uuid NOT NULL,
    status student_status NOT NULL DEFAULT 'NONE',
    -- What one lesson costs this student unless a tuition says otherwise.
    cost numeric(10, 2) NOT NULL DEFAULT 0,
    min_lessons_per_week smallint NOT NULL DEFAULT 0,
    max_lessons_per_week smallint NOT NULL DEFAULT 7,
    -- One-time password, in clear until its first use, then NULL.
    generated_password text,
    -- As the office typed it: 'IGCSE 10', 'KW 11', 'SAT'. v0.3 takes it apart.
    school_year text,
    CONSTRAINT pk_students PRIMARY KEY (id),
    CONSTRAINT fk_students_id FOREIGN KEY (id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT fk_students_parent_id
        FOREIGN KEY (parent_id) REFERENCES parents (id) ON DELETE RESTRICT,
    CONSTRAINT ck_students_cost CHECK (cost >= 0),
    CONSTRAINT ck_students_lessons_per_week
        CHECK (min_lessons_per_week >= 0 AND max_lessons_per_week >= min_lessons_per_week)
);

CREATE INDEX ix_students_parent_id ON students (parent_id);
