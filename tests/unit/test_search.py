"""Which failing files may be sent once more, to find the statement that fails."""

from pathlib import Path

import pytest

from db_workflow.schema.run.search import may_be_repeated
from db_workflow.schema.script.script import read_script


def script(folder: Path, text: str):
    (folder / "a.sql").write_text(text)
    return read_script(folder / "a.sql", shown="a.sql")


@pytest.mark.parametrize(
    "text",
    [
        "COPY a TO PROGRAM 'mail ann'",
        "copy a from program $$curl x$$",
        "SELECT dblink_exec('dbname=b', 'DELETE FROM c')",
        "SELECT lo_export(1, '/tmp/x')",
        "CALL send_everything()",
        "DO $$ BEGIN PERFORM http_post('x', 'y', 'z'); END $$",
        "-- db_workflow: no-transaction\nINSERT INTO a VALUES (1)",
    ],
)
def test_what_no_rollback_takes_back_is_not_done_twice(tmp_path: Path, text: str):
    assert not may_be_repeated(script(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    [
        "ALTER TABLE a ADD program text",
        "SELECT nextval('s'), called FROM a",
        "UPDATE a SET program = 'x'",
        "NOTIFY a",
    ],
)
def test_what_a_rollback_takes_back_may_be_done_twice(tmp_path: Path, text: str):
    assert may_be_repeated(script(tmp_path, text))
