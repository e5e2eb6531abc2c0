"""Finished files into the data folder: all of a run's, or a refusal; never somebody's own rows."""

import shutil
import signal
import subprocess
import sys

import pytest

from db_workflow.errors import TestDataError
from db_workflow.testdata.files.placing import put_in_place
from db_workflow.testdata.files.reading import read_table
from db_workflow.testdata.files.spool import Spool
from db_workflow.testdata.files.writing import write_parts

FILE = "auto_things.py"
SECOND = "auto_things__002.py"
FACTS = {"source": "schema", "key": "public", "rules": "rules"}
LINES = [f"{number}\tvalue {number:03}" for number in range(1, 10)]
# Room for three of these lines (and less than a fourth) in each file.
THREE = 3 * len(LINES[0] + "\n") + 5


def write(folder, lines, *, most_bytes=THREE, file=FILE, table="things", **facts):
    spool = Spool(folder, file, most_bytes=most_bytes)
    spool.add(lines)
    name = file.removesuffix(".py").upper()
    options = {"table": table, "file": file, "variable": f"{name}_DATA", **FACTS, **facts}
    return write_parts(
        folder,
        columns=("id", "value"),
        spools=spool.close(),
        most_bytes=most_bytes,
        **options,
    )


def names(paths):
    return [path.name for path in paths]


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_only_what_changed_is_replaced_and_what_is_no_longer_made_goes(tmp_path):
    made, data = tmp_path / "made", tmp_path / "data"
    for folder in (made, data):
        folder.mkdir()
        write(folder, LINES[:3], file="auto_same.py", table="same")
    write(data, LINES)
    write(data, LINES, file="auto_gone.py", table="gone")
    write(made, LINES[:5])
    own = {
        "things.py": b"THINGS_DATA = []\n",
        "auto_mine.py": b"AUTO_MINE_DATA = []\n",
        "auto_gone__004.py": b"AUTO_GONE__004_DATA = []\n",
    }
    for name, text in own.items():
        (data / name).write_bytes(text)
    there, changed = put_in_place(made, data, ["auto_same.py", FILE])
    assert names(there) == ["auto_same.py", FILE, SECOND]
    assert names(changed) == [FILE, SECOND]
    assert files(data) == own | files(made)
    assert put_in_place(made, data, ["auto_same.py", FILE]) == (there, ())


def test_a_file_of_a_removed_table_that_somebody_edited_stays(tmp_path):
    made, data = tmp_path / "made", tmp_path / "data"
    made.mkdir()
    data.mkdir()
    write(data, LINES[:3])
    (data / FILE).write_text((data / FILE).read_text("utf-8").replace("value", "worth"), "utf-8")
    before = files(data)
    assert put_in_place(made, data, []) == ((), ())
    assert files(data) == before


def test_a_part_never_replaces_manual_rows_and_nothing_else_changes_then(tmp_path):
    made, data = tmp_path / "made", tmp_path / "data"
    made.mkdir()
    data.mkdir()
    write(data, LINES[:3])
    (data / SECOND).write_text("AUTO_THINGS__002_DATA = [{'id': 1}]\n")
    before = files(data)
    write(made, LINES)
    with pytest.raises(TestDataError, match=r"auto_things__002\.py is in the way"):
        put_in_place(made, data, [FILE])
    assert files(data) == before


def test_a_damaged_file_of_a_table_is_replaced(tmp_path):
    made, data = tmp_path / "made", tmp_path / "data"
    made.mkdir()
    data.mkdir()
    write(made, LINES)
    write(data, LINES)
    (data / FILE).write_text("<<<<<<< half a merge")
    (data / SECOND).write_bytes((data / SECOND).read_bytes()[:200])
    assert names(put_in_place(made, data, [FILE])[1]) == [FILE, SECOND]
    assert files(data) == files(made)


KILLED = """
import os, signal, sys
from pathlib import Path
from db_workflow.testdata.files.placing import put_in_place

left = int(sys.argv[1])

def watch(event, arguments):
    # Whatever changes a folder or a file's contents is told to the audit hook before it happens.
    global left
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_ACCMODE
    if writes or event in ("os.rename", "os.remove", "shutil.copyfile"):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
put_in_place(Path(sys.argv[2]), Path(sys.argv[3]), ["auto_one.py", "auto_two.py"])
"""


def test_a_kill_at_any_moment_leaves_the_old_files_or_a_refusal_and_the_next_run_completes(
    tmp_path,
):
    old, new = tmp_path / "old", tmp_path / "new"
    for folder, lines in ((old, LINES), (new, [f"{line}!" for line in LINES[:5]])):
        folder.mkdir()
        write(folder, lines, file="auto_one.py", table="one")
        write(folder, lines, file="auto_two.py", table="two")
    write(old, LINES, file="auto_gone.py", table="gone")
    outcomes = []
    for moment in range(100):
        data = tmp_path / f"data_{moment}"
        shutil.copytree(old, data)
        command = [sys.executable, "-c", KILLED, str(moment), new, data]
        done = subprocess.run(command, check=False)
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
        try:
            states = [read_table(data, name).rows.lines for name in ("auto_one.py", "auto_two.py")]
        except TestDataError as error:
            assert "a generate was stopped while it replaced the files" in error.found
            outcomes.append("refused")
        else:
            assert states == [LINES, LINES]
            outcomes.append("old")
        put_in_place(new, data, ["auto_one.py", "auto_two.py"])
        assert files(data) == files(new)
    # Four files are written beside the old ones; then four are replaced, five removed.
    assert outcomes == ["old"] * outcomes.count("old") + ["refused"] * outcomes.count("refused")
    assert outcomes.count("old") >= 4
    assert outcomes.count("refused") >= 9


def test_a_full_disk_leaves_the_old_files_and_nothing_beside_them(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    for folder, lines in ((old, LINES), (new, LINES[:5])):
        folder.mkdir()
        write(folder, lines, file="auto_one.py", table="one")
        write(folder, lines * 50, file="auto_two.py", table="two", most_bytes=1 << 20)
    before = files(old)
    size = max(len(made) for name, made in files(new).items() if "one" in name)
    # No file may become larger than the first ones are: what a full disk says, too.
    program = (
        "import resource, sys; from pathlib import Path;"
        "from db_workflow.testdata.files.placing import put_in_place;"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}));"
        "put_in_place(Path(sys.argv[1]), Path(sys.argv[2]), ['auto_one.py', 'auto_two.py'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, new, old], check=False, capture_output=True, text=True
    )
    assert "File too large" in done.stderr
    assert files(old) == before
