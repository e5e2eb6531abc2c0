"""Rows on disk: cut by what they are, never by how they came."""

from itertools import pairwise

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from db_workflow.testdata.files.reading import read_blocks, read_table
from db_workflow.testdata.files.spool import Spool
from db_workflow.testdata.files.writing import write_parts

FILE = "auto_things.py"
FACTS = {"source": "schema", "key": "public", "rules": "rules"}


@hypothesis_settings(deadline=None)  # a busy machine is no failure
@given(
    lines=st.lists(st.text(st.characters(exclude_characters="\0\n", codec="utf-8"), max_size=30)),
    cuts=st.sets(st.integers(0, 50)),
    most_bytes=st.integers(1, 120),
)
def test_files_do_not_depend_on_how_rows_are_handed_over(tmp_path_factory, lines, cuts, most_bytes):
    folder = tmp_path_factory.mktemp("files")
    found = []
    for places in ([0], sorted({0, *cuts})):
        spool = Spool(folder, "rows", most_bytes=most_bytes)
        for start, end in zip(places, [*places[1:], len(lines)], strict=True):
            spool.add(lines[start:end])
        found.append([(made.path.read_bytes(), made) for made in spool.close()])
    assert found[0] == found[1]
    assert all(
        made.bytes == len(text) and made.count == text.count(b"\n") for text, made in found[0]
    )
    assert all(made.bytes <= most_bytes or made.count == 1 for _, made in found[0])
    for (_, made), (following, _) in pairwise(found[0]):
        assert made.bytes + len(following.split(b"\n")[0]) + 1 > most_bytes


@hypothesis_settings(deadline=None)  # a busy machine is no failure
@given(
    stretches=st.lists(st.lists(st.text("ab'\\é\u2028", max_size=12), max_size=6), max_size=6),
    most_bytes=st.integers(1, 120),
)
def test_stretches_of_a_table_are_joined_into_as_few_files_as_hold_them(
    tmp_path_factory, stretches, most_bytes
):
    folder = tmp_path_factory.mktemp("files")
    spools = []
    for number, lines in enumerate(stretches):
        spool = Spool(folder, f"job-{number}", most_bytes=most_bytes)
        spool.add(lines)
        spools += spool.close()
    sizes = [spooled.bytes for spooled in spools]
    lines = [line for stretch in stretches for line in stretch]
    whole = Spool(folder, "whole", most_bytes=sum(sizes) + 1)
    whole.add(lines)
    texts = b"".join(spooled.path.read_bytes() for spooled in spools)
    assert texts == b"".join(spooled.path.read_bytes() for spooled in whole.close())
    made = write_parts(
        folder,
        table="t",
        file=FILE,
        variable="AUTO_DATA",
        columns=("a",),
        spools=spools,
        most_bytes=most_bytes,
        **FACTS,
    )
    assert {path for path in folder.iterdir() if path.suffix == ".py"} == set(made)
    assert not any(spooled.path.exists() for spooled in spools)
    found = read_table(folder, FILE)  # every digest fits
    assert "".join(f"{line}\n" for line in found.rows.lines).encode() == texts
    sizes = [len("".join(f"{line}\n" for line in part_lines(part)).encode()) for part in made]
    assert all(one + next_one > most_bytes for one, next_one in pairwise(sizes))


def part_lines(path):
    return [line for block in read_blocks(path) for line in block]
