"""The top of the page: may it be released, by which evidence, and how far the pipeline holds."""

from dataclasses import dataclass
from typing import Literal

from db_workflow.release.rehearsal.result import Rehearsal
from db_workflow.release.report.markup import Content, Markup, tag
from db_workflow.release.report.words import NONE, counted, duration, moment
from db_workflow.release.result import Checklist

Stand = Literal["pass", "fail", "not applicable", "waiting"]
# By shape and by word, never by colour alone.
SIGNS: dict[Stand, str] = {"pass": "✓", "fail": "✗", "not applicable": NONE, "waiting": "…"}
WORDS: dict[Stand, str] = {
    "pass": "holds",
    "fail": "fails",
    "not applicable": "not applicable",
    "waiting": "waits",
}


@dataclass(frozen=True, slots=True)
class _Stage:
    name: str
    stand: Stand
    text: str
    anchor: str


def header(checklist: Checklist, rehearsal: Rehearsal | None) -> Markup:
    """Return the page's header: the verdict, and what it rests on."""
    stand: Stand = "pass" if checklist.releasable else "fail"
    word = "releasable" if checklist.releasable else "not releasable"
    return tag(
        "header",
        tag("p", "Release report", class_="kicker"),
        tag(
            "h1",
            f"Version {checklist.version} is ",
            tag("span", sign(stand), f" {word}", class_=f"state {stand}"),
        ),
        tag("p", _counts(checklist), class_="lead"),
        _ground(checklist, rehearsal),
    )


def sign(stand: Stand) -> Markup:
    """Return the sign of a state, for the eye only: the word stands beside it."""
    return tag("span", SIGNS[stand], aria_hidden="true")


def badge(stand: Stand) -> Markup:
    """Return a state as sign and word."""
    return tag("span", sign(stand), " ", WORDS[stand], class_=f"state {_class(stand)}")


def pipeline(checklist: Checklist, rehearsal: Rehearsal | None) -> Markup:
    """Return the way to a release, stage by stage, each as it stands."""
    stages = [*_phases(checklist), *_afterwards(checklist, rehearsal)]
    return tag("ol", map(_stage, stages), class_="pipeline")


def _counts(checklist: Checklist) -> str:
    states = [item.state for item in checklist.items]
    parts = [f"{states.count('pass')} of {counted(len(states), 'check')} hold"]
    if failed := states.count("fail"):
        parts.append(f"{failed} fail" if failed > 1 else "1 fails")
    if absent := states.count("not applicable"):
        parts.append(f"{absent} do not apply here" if absent > 1 else "1 does not apply here")
    return ", ".join(parts) + "."


def _ground(checklist: Checklist, rehearsal: Rehearsal | None) -> Markup:
    rows: list[tuple[str, Content]] = [("Evidence", tag("code", checklist.digest))]
    if checklist.made:
        rows.insert(0, ("Checked", _time(checklist.made)))
    if rehearsal is None:
        rows.append(("Rehearsed", "not yet: no rehearsal belongs to this evidence"))
    else:
        backup = rehearsal.backup
        rows += [
            (
                "Rehearsed on",
                (
                    f"{rehearsal.database}: ",
                    tag("code", backup.name),
                    ", of ",
                    _time(backup.created),
                ),
            ),
            ("Backup's SHA-256", tag("code", backup.sha256)),
            ("PostgreSQL", rehearsal.server_version),
        ]
    pairs = (tag("div", tag("dt", what), tag("dd", text)) for what, text in rows)
    return tag("dl", pairs, class_="ground")


def _time(text: str) -> Markup:
    return tag("time", moment(text), datetime=text)


def _phases(checklist: Checklist) -> list[_Stage]:
    stages: list[_Stage] = []
    items = {f"item-{item.name}" for item in checklist.items}
    waits = False
    for phase in checklist.phases:
        stand: Stand = "pass" if phase.holds else "waiting" if waits else "fail"
        waits = waits or not phase.holds
        text = next(iter(phase.facts), "")
        anchor = f"item-phase-{phase.number}"
        anchor = anchor if anchor in items else "checklist"
        stages.append(_Stage(f"{phase.number} · {phase.name}", stand, text, anchor))
    return stages


def _afterwards(checklist: Checklist, rehearsal: Rehearsal | None) -> list[_Stage]:
    items = {item.name: item for item in checklist.items}
    stages = []
    if tests := items.get("db-tests"):
        text = next(iter(tests.evidence), "")
        stages.append(_Stage("database tests", tests.state, text, "item-db-tests"))
    if rehearsal is None:
        stages.append(_Stage("rehearsal", "waiting", "not rehearsed yet", "timeline"))
    else:
        steps = counted(len(rehearsal.steps), "step")
        text = f"{steps} in {duration(rehearsal.migrate_seconds)} on production's rows"
        stand: Stand = "pass" if rehearsal.ok else "fail"
        stages.append(_Stage("rehearsal", stand, text, "timeline"))
    failed = sum(item.state == "fail" for item in checklist.items)
    text = f"{counted(failed, 'check')} in the way" if failed else "nothing in the way"
    stages.append(_Stage("release", "fail" if failed else "pass", text, "checklist"))
    return stages


def _stage(stage: _Stage) -> Markup:
    return tag(
        "li",
        tag("a", stage.name, href=f"#{stage.anchor}"),
        badge(stage.stand),
        tag("span", stage.text, class_="text"),
        class_=_class(stage.stand),
    )


def _class(stand: Stand) -> str:
    return stand.replace(" ", "-")
