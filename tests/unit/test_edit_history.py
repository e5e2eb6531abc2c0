"""Whatever was done to the lists after a part of them ran, the right steps are named."""

import itertools
from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from db_workflow.schema.declaration import Migration, Step
from db_workflow.schema.ledger.ledger import Row
from db_workflow.schema.ledger.reconcile import Reconciliation, reconcile
from db_workflow.schema.plan import Entry, Plan

EDITS = ("edit", "rename", "remove", "insert", "swap", "append", "move", "add version", "drop")


@dataclass(frozen=True)
class File:
    """A file with an identity that no edit takes away."""

    identity: int
    name: str
    contents: str
    version: str


class History:
    """Lists that are written, applied in part, and then edited."""

    def __init__(self, draw):
        self.draw = draw
        self.fresh = itertools.count()
        self.versions = [f"0.{number}" for number in range(1, draw(st.integers(1, 3)) + 1)]
        self.files = [
            self.new(version) for version in self.versions for _ in range(draw(st.integers(0, 4)))
        ]

    def new(self, version: str) -> File:
        number = next(self.fresh)
        return File(number, f"v{version}/{number}.sql", f"contents {number}", version)

    def apply(self) -> list[Row]:
        """Apply a prefix; some of its steps are skipped."""
        prefix = self.files[: self.draw(st.integers(0, len(self.files)))]
        return [
            Row(
                at,
                file.version,
                file.name,
                file.contents,
                outcome=self.draw(st.sampled_from(("ran", "ran", "adopted", "skipped"))),
            )
            for at, file in enumerate(prefix, start=1)
        ]

    def edit(self, kind: str) -> None:
        place = self.draw(st.integers(0, max(len(self.files) - 1, 0)))
        version = self.draw(st.sampled_from(self.versions)) if self.versions else None
        if kind == "add version":
            self.versions.append(f"0.{100 + next(self.fresh)}")
        elif kind in {"insert", "append"} and version is not None:
            file = self.new(version)
            same = [at for at, one in enumerate(self.files) if one.version == version]
            at = self.draw(st.sampled_from(same)) if same and kind == "insert" else len(self.files)
            self.files.insert(at, file)
        elif kind == "drop" and version is not None:
            self.versions.remove(version)
            self.files = [file for file in self.files if file.version != version]
        elif self.files:
            self.change(kind, place)
        # Lists are read version by version, whatever the edit did.
        self.files.sort(key=lambda file: int(file.version[2:]))

    def change(self, kind: str, place: int) -> None:
        file, number = self.files[place], next(self.fresh)
        if kind == "edit":
            self.files[place] = replace(file, contents=f"contents {number}")
        elif kind == "rename":
            self.files[place] = replace(file, name=f"v{file.version}/{number}.sql")
        elif kind == "move":
            version = self.draw(st.sampled_from(self.versions))
            name = file.name if version == file.version else f"v{version}/{number}.sql"
            del self.files[place]
            other = self.draw(st.integers(0, len(self.files)))
            self.files.insert(other, replace(file, version=version, name=name))
        elif kind == "remove":
            del self.files[place]
        elif kind == "swap":
            other = self.draw(st.integers(0, len(self.files) - 1))
            if self.files[other].version == file.version:
                self.files[place], self.files[other] = self.files[other], file

    def plan(self) -> Plan:
        return Plan(
            tuple(Migration(version, "", ()) for version in self.versions),
            tuple(
                Entry(file.version, at, file.name, "sql", Path(file.name), file.contents, STEP)
                for at, file in enumerate(self.files, start=1)
            ),
        )


STEP = Step("sql", "")


@dataclass(frozen=True)
class Case:
    before: tuple[File, ...]
    after: tuple[File, ...]
    versions: tuple[str, ...]
    rows: tuple[Row, ...]
    found: Reconciliation

    @property
    def had(self) -> list[File]:
        """What ran, as it was."""
        return [self.before[row.sequence - 1] for row in self.rows if not row.skipped]

    @property
    def now(self) -> dict[int, File]:
        return {file.identity: file for file in self.after}

    def named(self, *kinds: str) -> set[str]:
        return {problem.name for problem in self.found.problems if problem.kind in kinds}


@st.composite
def cases(draw) -> Case:
    history = History(draw)
    before = tuple(history.files)
    rows = history.apply()
    for kind in draw(st.lists(st.sampled_from(EDITS), max_size=5)):
        history.edit(kind)
    found = reconcile(history.plan(), rows)
    return Case(before, tuple(history.files), tuple(history.versions), tuple(rows), found)


def is_same_file(then: File, now: File | None) -> bool:
    """Tell whether a file can be known again: by its name, or by its contents."""
    return now is not None and (then.name == now.name or then.contents == now.contents)


@given(cases())
def test_nothing_is_reported_exactly_when_what_ran_is_still_the_beginning_of_the_lists(case: Case):
    ran = len(case.had)
    intact = list(case.after[:ran]) == case.had
    assert (case.found.problems == ()) == intact


@given(cases())
def test_every_step_that_left_its_list_is_named_with_its_kind(case: Case):
    gone = [file for file in case.had if not is_same_file(file, case.now.get(file.identity))]
    assert case.named("removed") == {file.name for file in gone if file.version in case.versions}
    assert case.named("unknown version") == {
        file.version for file in gone if file.version not in case.versions
    }


@given(cases())
def test_every_step_that_was_edited_renamed_or_moved_is_named_with_its_kind(case: Case):
    pairs = [(file, case.now.get(file.identity)) for file in case.had]
    same = [(then, now) for then, now in pairs if now and is_same_file(then, now)]
    assert case.named("changed") == {
        then.name for then, now in same if then.contents != now.contents
    }
    assert case.named("renamed") == {
        then.name for then, now in same if then.name != now.name and then.version == now.version
    }
    assert case.named("moved") == {then.name for then, now in same if then.version != now.version}


@given(cases())
def test_without_the_reordered_steps_the_order_is_right_and_no_smaller_set_does_it(case: Case):
    place = {file.identity: at for at, file in enumerate(case.after)}
    stayed = [
        file
        for file in case.had
        if is_same_file(file, now := case.now.get(file.identity)) and now.version == file.version
    ]
    wrong = case.named("reordered")

    def in_order(files: list[File]) -> bool:
        places = [place[file.identity] for file in files]
        return places == sorted(places)

    assert in_order([file for file in stayed if file.name not in wrong])
    smaller = max(len(wrong) - 1, 0)
    assert not wrong or not any(
        in_order([file for file in stayed if file not in left_out])
        for left_out in itertools.combinations(stayed, smaller)
    )


@given(cases())
def test_what_stands_before_a_step_that_ran_is_named_and_what_stands_after_all_is_pending(
    case: Case,
):
    wrong = case.named("reordered")
    had = {file.identity for file in case.had if is_same_file(file, case.now.get(file.identity))}
    in_place = {
        file.identity
        for file in case.had
        if file.identity in had
        and file.name not in wrong
        and case.now[file.identity].version == file.version
    }
    last = max((at for at, file in enumerate(case.after) if file.identity in in_place), default=-1)
    skipped = {
        case.now[file.identity].name
        for file, row in zip(case.before, case.rows, strict=False)
        if row.skipped and is_same_file(file, case.now.get(file.identity))
    }
    passed = {file.name for file in case.after[: last + 1] if file.identity not in had}
    assert case.named("inserted") == passed - skipped
    assert case.named("skipped") == passed & skipped
    assert [entry.name for entry in case.found.pending] == [
        file.name for file in case.after[last + 1 :] if file.identity not in had
    ]
