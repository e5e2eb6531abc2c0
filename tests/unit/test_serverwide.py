"""Statements that act on the whole server are known by their words, and blanked in place."""

from pathlib import Path

import pytest

from db_workflow.schema.script.script import read_script
from db_workflow.schema.script.serverwide import serverwide, without

NO_TRANSACTION = "-- db_workflow: no-transaction\n"


def read(tmp_path: Path, text: str):
    path = tmp_path / "01.sql"
    path.write_text(text)
    return read_script(path, shown="01.sql")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE ROLE teacher",
        'CREATE USER "Teacher" WITH PASSWORD NULL',
        "DROP GROUP IF EXISTS teachers",
        "ALTER ROLE ALL SET search_path = app",
        "ALTER DATABASE app SET timezone = 'UTC'",
        "CREATE DATABASE other",
        "CREATE TABLESPACE fast LOCATION '/fast'",
        "ALTER SYSTEM SET work_mem = '1GB'",
        "GRANT teacher TO head",
        'REVOKE ADMIN OPTION FOR "teacher" FROM head',
        "GRANT CONNECT ON DATABASE app TO teacher",
        "COMMENT ON ROLE teacher IS 'teaches'",
        "SECURITY LABEL FOR x ON ROLE teacher IS 'y'",
        "REASSIGN OWNED BY teacher TO head",
        "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p",
        "COPY t FROM PROGRAM 'date'",
        "DO $$ BEGIN IF true THEN CREATE ROLE teacher; END IF; END $$",
        "DO $$ BEGIN EXECUTE 'alter  database ' || current_database() || ' set x.y = 1'; END $$",
    ],
)
def test_what_acts_on_the_whole_server_is_known(tmp_path: Path, statement: str):
    script = read(tmp_path, f"{NO_TRANSACTION}SELECT 1; {statement}; SELECT 2;")
    (found,) = serverwide(script)
    assert script.text[found.start : found.end] == statement


@pytest.mark.parametrize(
    "statement",
    [
        "GRANT SELECT ON t TO teacher",
        'GRANT SELECT ON "Database" TO teacher',
        "GRANT USAGE ON SCHEMA app TO teacher",
        "ALTER DEFAULT PRIVILEGES FOR ROLE teacher GRANT SELECT ON TABLES TO head",
        "CREATE USER MAPPING FOR teacher SERVER other",
        "COMMENT ON TABLE role IS 'x'",
        "CREATE TABLE role (name text)",
        "ALTER TABLE t OWNER TO teacher",
        "CREATE POLICY own ON t TO teacher",
        "INSERT INTO t VALUES ('CREATE ROLE x')",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DROP ROLE x'",
        "COPY t FROM '/program'",
        "COPY program FROM STDIN",
        "DO $$ BEGIN CREATE USER MAPPING FOR x SERVER y; END $$",
        "SET ROLE teacher",
    ],
)
def test_what_acts_on_its_own_database_only_is_left_alone(tmp_path: Path, statement: str):
    assert serverwide(read(tmp_path, f"{statement};")) == ()


def test_what_is_blanked_moves_nothing(tmp_path: Path):
    text = "SELECT 1;\nCREATE ROLE\n  teacher; SELECT 2;\n"
    script = read(tmp_path, text)
    blanked = without(script, serverwide(script))
    assert blanked == "SELECT 1;\n           \n         ; SELECT 2;\n"
    assert len(read(tmp_path, blanked).statements) == 2
