"""Secrets of many jobs become one index, in a memory that does not grow with them."""

import stat
import tracemalloc

import numpy as np
import pytest

from db_workflow.testdata import rules
from db_workflow.testdata.gate.hashing import Text, mixed
from db_workflow.testdata.gate.index import Index, build_index
from db_workflow.testdata.gate.secrets import Secrets
from db_workflow.testdata.structure import Column

TEXT = Column("c", "text", "text", "text", None, False, False)


def saved(path, notes):
    secrets = Secrets()
    for origin, rule, values in notes:
        secrets.note(origin, TEXT, rule, values)
    secrets.save(path)
    return path


def built(tmp_path, *jobs, name="index"):
    folders = [saved(tmp_path / f"{name}-{number}", notes) for number, notes in enumerate(jobs)]
    build_index(folders, tmp_path / name)
    return Index.open(tmp_path / name)


def keys(*words):
    text = Text("\n".join(words))
    return mixed(text.hashes(text.starts, text.ends))


NAME = rules.first_name()


def test_an_index_holds_the_secrets_of_all_jobs_and_no_others(tmp_path):
    index = built(
        tmp_path,
        [("a.name", NAME, ["Omar", "Laila"])],
        [("b.name", NAME, ["Fernsby"])],
    )
    held = index.holds(keys("omar", "laila", "fernsby", "other", "oma", "omarlaila"))
    assert held.tolist() == [True, True, True, False, False, False]
    assert [index.origin(key) for key in keys("laila", "fernsby")] == ["a.name", "b.name"]


def test_no_word_of_many_is_forgotten_or_made_up(tmp_path):
    words = [f"word{number}x" for number in range(40_000)]
    jobs = [[("a.c", rules.text(), words[start::7])] for start in range(7)]
    index = built(tmp_path, *jobs)
    assert len(index) == len(words)
    assert index.holds(keys(*words)).all()
    assert not index.holds(keys(*(f"other{number}x" for number in range(40_000)))).any()


def test_the_order_of_jobs_makes_no_difference(tmp_path):
    jobs = [
        [("b.name", NAME, ["Omar"]), ("a.name", NAME, ["Laila Omar"])],
        [("c.name", NAME, ["Omar", "Ali"])],
    ]
    built(tmp_path, *jobs, name="one")
    index = built(tmp_path, *reversed(jobs), name="two")
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
    assert index.origin(keys("omar")[0]) == "a.name"


def test_a_value_is_named_after_its_own_column_rather_than_a_text_that_mentions_it(tmp_path):
    mentions = [
        ("a.note", rules.scrub(), ["Omar is ill"]),
        ("b.names", rules.each(NAME), ["{Omar}"]),
        ("c.data", rules.json({"": NAME}), ['"Omar"']),
    ]
    assert built(tmp_path, mentions, name="one").origin(keys("omar")[0]) == "a.note"
    address = [("d.email", rules.email(), ["omar@home.invalid"])]
    assert built(tmp_path, mentions, address, name="two").origin(keys("omar")[0]) == "d.email"
    name = [("people.name", NAME, ["Omar"])]
    index = built(tmp_path, mentions, address, name, name="three")
    assert index.origin(keys("omar")[0]) == "people.name"


def test_an_index_of_nothing_holds_nothing(tmp_path):
    for number, jobs in enumerate(([], [[]])):
        index = built(tmp_path, *jobs, name=f"index{number}")
        assert len(index) == 0
        assert not index.holds(keys("omar")).any()
        assert not index.begins(keys("omar")).any()
        assert index.unsearched == {}


def test_what_is_saved_is_for_its_owner_and_holds_no_value(tmp_path):
    built(tmp_path, [("a.name", NAME, ["Fernsby", "Al"])])
    for folder in tmp_path.iterdir():
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for path in folder.iterdir():
            assert b"ernsby" not in path.read_bytes()


def test_values_that_are_too_short_or_too_common_are_counted(tmp_path):
    notes = [
        ("a.name", NAME, ["Al", "Bo", "the", "Omar", "", "--"]),
        ("a.email", rules.email(), ["student@home.invalid"]),  # its first part is common
        ("a.pin", rules.digits(), ["1234", "12345", "123456"]),
    ]
    more = [("a.name", NAME, ["Al", "AL", "Cy"]), ("b.note", rules.text(), ["x", "y"])]
    index = built(tmp_path, notes, more)
    assert index.unsearched == {"a.name": 4, "a.pin": 2, "b.note": 2}


def test_what_one_job_counts_is_known_before_it_is_saved():
    secrets = Secrets()
    for values in (["Al", "Omar"], ["Al", "Bo"]):
        secrets.note("a.name", TEXT, NAME, values)
    assert secrets.unsearched == {"a.name": 2}


@pytest.mark.parametrize("kind", ["number", "date", "interval", "boolean", "enum"])
def test_kinds_that_coincide_by_chance_are_not_remembered(tmp_path, kind):
    secrets = Secrets()
    column = Column("c", "array", "array", kind, None, False, False)
    secrets.note("a.c", column, rules.text(), ["Fernsby"])
    secrets.save(tmp_path / "saved")
    build_index([tmp_path / "saved"], tmp_path / "index")
    assert len(Index.open(tmp_path / "index")) == 0


def test_memory_does_not_grow_with_the_secrets(tmp_path):
    folders = []
    for job in range(8):
        values = [f"{job}{number}a b{number}" for number in range(50_000)]
        folders.append(saved(tmp_path / str(job), [("a.name", rules.full_name(), values)]))
    on_disk = sum((folder / "keys.bin").stat().st_size for folder in folders)
    tracemalloc.start()
    build_index(folders, tmp_path / "index")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert on_disk > 12_000_000
    assert most < on_disk / 1.5  # and stays so, however many there are
    assert (
        len(Index.open(tmp_path / "index")) * 8 == (tmp_path / "index" / "keys.bin").stat().st_size
    )


def test_pieces_of_a_text_have_the_hashes_of_their_words():
    text = Text("one two\nüber-drei 42")
    starts = np.append(text.starts, text.starts[0])
    ends = np.append(text.ends, text.ends[0])
    words = [text.piece(start, end) for start, end in zip(starts, ends, strict=True)]
    assert words == ["one", "two", "über", "drei", "42", "one"]
    hashes = text.hashes(starts, ends)
    assert hashes[0] == hashes[5]
    assert len(set(hashes.tolist())) == 5
    assert text.cells(starts).tolist() == [0, 0, 1, 1, 1, 0]
