"""Large tables: rows in several files, which belong together or are refused by name."""

import hashlib
import importlib.util
import pickle
import shutil
from dataclasses import replace

import pytest

from db_workflow.errors import TestDataError
from db_workflow.testdata.files.names import is_part_name, part_files, part_name
from db_workflow.testdata.files.reading import read_blocks, read_header, read_table
from db_workflow.testdata.files.spool import Spool
from db_workflow.testdata.files.writing import write_parts

FILE = "auto_things.py"
SECOND, THIRD = "auto_things__002.py", "auto_things__003.py"
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


def imported(path):
    spec = importlib.util.spec_from_file_location("written", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_parts_are_numbered_and_no_table_may_be_called_so():
    assert [part_name(FILE, number) for number in (1, 2, 1000)] == [
        FILE,
        SECOND,
        "auto_things__1000.py",
    ]
    assert is_part_name(SECOND)
    assert not is_part_name(FILE)
    assert not is_part_name("auto_things__02.py")


def test_rows_that_fit_stand_in_one_file_that_does_not_speak_of_parts(tmp_path):
    assert names(write(tmp_path, LINES, most_bytes=1000)) == [FILE]
    text = (tmp_path / FILE).read_text("utf-8")
    assert "PART" not in text
    assert "__file__" not in text


def test_the_rest_stands_in_further_files_each_complete_in_itself(tmp_path):
    assert names(write(tmp_path, LINES)) == [FILE, SECOND, THIRD]
    assert len(list(tmp_path.iterdir())) == 3  # and no spool is left
    headers = [read_header(tmp_path / name) for name in (FILE, SECOND, THIRD)]
    assert [(header.part, header.count, header.total) for header in headers] == [
        (1, 3, 9),
        (2, 3, 3),
        (3, 3, 3),
    ]
    for number, name in enumerate((FILE, SECOND, THIRD)):
        assert list(read_blocks(tmp_path / name)) == [LINES[3 * number : 3 * number + 3]]


def test_all_parts_are_read_together(tmp_path):
    write(tmp_path, LINES)
    found = read_table(tmp_path, FILE)
    assert found.rows.lines == LINES
    assert found.header.total == len(found.rows) == 9
    assert names(part.path for part in found.parts) == [FILE, SECOND, THIRD]
    assert found.parts == pickle.loads(pickle.dumps(found.parts))  # noqa: S301 - our own


def test_an_imported_first_file_has_all_rows_and_reads_a_part_when_somebody_looks(tmp_path):
    write(tmp_path, LINES)
    rows = imported(tmp_path / FILE).AUTO_THINGS_DATA
    (tmp_path / THIRD).unlink()
    assert len(rows) == 9
    assert rows[2]["value"] == "value 003"
    assert rows[5]["value"] == rows[-4]["value"] == "value 006"
    assert [row["id"] for row in rows[1:5]] == ["2", "3", "4", "5"]
    with pytest.raises(TestDataError, match=r"auto_things__003\.py is missing"):
        rows[6]
    with pytest.raises(IndexError, match="there are 9 rows, none is number 9"):
        rows[9]
    with pytest.raises(TestDataError, match=r"auto_things__003\.py is missing"):
        list(rows)


def test_imported_rows_of_all_parts_add_to_lists(tmp_path):
    write(tmp_path, LINES)
    rows = imported(tmp_path / FILE).AUTO_THINGS_DATA
    manual = [{"id": "0"}]
    assert [row["id"] for row in manual + rows] == [str(number) for number in range(10)]
    assert [row["id"] for row in rows + manual][-2:] == ["9", "0"]
    assert {"id": "8", "value": "value 008"} in rows
    assert [row["id"] for row in rows[::-4]] == ["9", "5", "1"]


def test_an_imported_part_is_only_its_own_rows(tmp_path):
    write(tmp_path, LINES)
    rows = imported(tmp_path / SECOND).AUTO_THINGS_DATA
    assert [row["id"] for row in rows] == ["4", "5", "6"]


def test_a_changed_row_changes_its_part_and_the_first(tmp_path):
    write(tmp_path, LINES)
    before = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    write(tmp_path, [*LINES[:4], "5\tanother a", *LINES[5:]])
    after = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    assert [name for name in sorted(after) if after[name] != before[name]] == [FILE, SECOND]


def test_rows_that_are_added_leave_full_parts_as_they_were(tmp_path):
    write(tmp_path, LINES)
    before = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    write(tmp_path, [*LINES, "10\tvalue 010"])
    after = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    assert [name for name in sorted(before) if after[name] != before[name]] == [FILE]
    assert after.keys() - before.keys() == {"auto_things__004.py"}


def copy(tmp_path, source, target):
    shutil.copyfile(tmp_path / source, tmp_path / target)


def drop_the_second(tmp_path):
    (tmp_path / SECOND).unlink()


def exchange(tmp_path):
    (tmp_path / SECOND).rename(tmp_path / "x")
    (tmp_path / THIRD).rename(tmp_path / SECOND)
    (tmp_path / "x").rename(tmp_path / THIRD)


def double_the_second(tmp_path):
    copy(tmp_path, SECOND, THIRD)


def add_one(tmp_path):
    copy(tmp_path, THIRD, "auto_things__004.py")


def put_the_first_in_place_of_the_second(tmp_path):
    copy(tmp_path, FILE, SECOND)


def put_the_second_in_place_of_the_first(tmp_path):
    copy(tmp_path, SECOND, FILE)


def take_one_of_another_table(tmp_path):
    write(tmp_path, LINES, file="auto_others.py", table="others")
    copy(tmp_path, "auto_others__002.py", SECOND)


def keep_an_old_one(tmp_path):
    copy(tmp_path, SECOND, "old")
    write(tmp_path, [*LINES[:4], "5\tanother a", *LINES[5:]])
    copy(tmp_path, "old", SECOND)


def keep_the_old_first(tmp_path):
    copy(tmp_path, FILE, "old")
    write(tmp_path, LINES, rules="others")
    copy(tmp_path, "old", FILE)


def edit_a_row(tmp_path):
    path = tmp_path / THIRD
    path.write_text(path.read_text("utf-8").replace("value 008", "value 888"), "utf-8")


def edit_the_list(tmp_path):
    path = tmp_path / FILE
    path.write_text(path.read_text("utf-8").replace("__003.py': (3,", "__003.py': (4,"), "utf-8")


def list_another(tmp_path):
    path = tmp_path / FILE
    header = read_header(path)
    others = (header.others[0], replace(header.others[1], file="auto_others.py"))
    text = path.read_text("utf-8").replace(THIRD, "auto_others.py")
    digest = replace(header, others=others)
    rows = hashlib.sha256("".join(f"{line}\n" for line in LINES[:3]).encode())
    text = text.replace(header.digest, digest.digest_with(rows.hexdigest()))
    path.write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (drop_the_second, "auto_things__002.py is missing"),
        (exchange, "auto_things__002.py is part 3 of things, not part 2"),
        (double_the_second, "auto_things__003.py is part 2 of things, not part 3"),
        (add_one, "auto_things__004.py is none of the 3 files that auto_things.py lists"),
        (put_the_first_in_place_of_the_second, "auto_things__002.py is part 1 of things"),
        (put_the_second_in_place_of_the_first, "auto_things.py is part 2 of a table"),
        (take_one_of_another_table, "auto_things__002.py holds rows of others, not of things"),
        (keep_an_old_one, "auto_things__002.py is not the file that belongs here"),
        (keep_the_old_first, "auto_things__002.py is not the file that belongs here"),
        (edit_a_row, "auto_things__003.py was changed after it was written"),
        (edit_the_list, "auto_things__003.py is not the file that belongs here"),
        (list_another, "auto_things.py lists auto_others.py, which is no part of it"),
    ],
)
def test_files_that_do_not_belong_together_are_refused_by_name(tmp_path, wrong, said):
    write(tmp_path, LINES)
    wrong(tmp_path)
    with pytest.raises(TestDataError) as caught:
        read_table(tmp_path, FILE)
    assert said in caught.value.found
    assert caught.value.next == "invoke generate"


def test_manual_rows_that_are_called_like_a_part_are_none(tmp_path):
    write(tmp_path, LINES[:3])
    (tmp_path / SECOND).write_text("AUTO_THINGS__002_DATA = [{'id': 1}]\n")
    assert names(part_files(tmp_path, FILE)) == [FILE]
    assert len(read_table(tmp_path, FILE).rows) == 3
