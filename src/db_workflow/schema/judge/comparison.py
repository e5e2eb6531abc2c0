"""A live schema against a fresh run's: what differs, and what neither side could show."""

from dataclasses import dataclass

from db_workflow.catalog import GRANTS, Difference, SchemaObject, Snapshot, differences
from db_workflow.schema.judge.drift import drift_text
from db_workflow.schema.judge.expected import Expected
from db_workflow.schema.judge.live import Live

_NEVER_COMPARED = (
    "rows: a fresh run has only those that the lists insert",
    "owners, roles, storage settings, statistics targets and security labels",
)
# So many of the objects that have privileges of their own are told by name.
_NAMED = 10


@dataclass(frozen=True, slots=True)
class Drift:
    """What is not as a fresh run gives it.

    Attributes:
        differences: between the two schemas.
        tables: those outside the schemas that are looked after, which no step creates.
        not_compared: what this could not see, in sentences.

    """

    differences: tuple[Difference, ...]
    tables: tuple[str, ...]
    not_compared: tuple[str, ...]

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """Every difference: the object's name, and what is there and should be."""
        return tuple((one.name, drift_text(one)) for one in self.differences) + tuple(
            (name, f"table {name} is there, but none of these steps creates it")
            for name in self.tables
        )


def compare(live: Live, expected: Expected) -> Drift:
    """Compare a database with what a fresh run gave.

    An extension that no step creates is told and is no difference: providers bring their own. So
    are privileges, unless the steps themselves grant or revoke some: whoever runs the database
    grants them.
    """
    ignored = _ignored(expected)
    found = differences(expected.snapshot, live.snapshot, ignore=ignored, renames=True)
    brought = [one for one in found if one.kind == "extension" and one.change == "unexpected"]
    outside = [name for name in live.outside if name in expected.outside]
    left_out = [
        *_NEVER_COMPARED,
        *([_granted(live.snapshot)] if ignored else ()),
        *(
            f"extension {one.name}: it is there, but none of these steps creates it"
            for one in brought
        ),
        *expected.notes,
        *sorted({*live.unread, *expected.unread}),
    ]
    if outside:
        left_out.append(f"tables outside `schemas`, but that they exist: {', '.join(outside)}")
    if live.major != expected.major:
        left_out.append(
            f"what PostgreSQL {live.major} and {expected.major} print differently: the database"
            " runs on the one, the fresh run was made on the other"
        )
    return Drift(
        tuple(one for one in found if one not in brought),
        tuple(name for name in live.outside if name not in expected.outside),
        tuple(left_out),
    )


def distance(live: Live, expected: Expected) -> int:
    """Return how far two schemas are apart: every object counts, a table's columns one by one."""
    ignored = _ignored(expected)
    here, there = (
        {
            found.key: {
                name: value for name, value in found.properties.items() if name not in ignored
            }
            for found in snapshot.objects
            if found.kind != "extension"
        }
        for snapshot in (live.snapshot, expected.snapshot)
    )
    return sum(here.get(key) != there.get(key) for key in here.keys() | there.keys())


def _ignored(expected: Expected) -> tuple[str, ...]:
    """Return the properties that are not compared: privileges, if the steps leave them alone."""
    granted = any(map(_is_granted, expected.snapshot.objects))
    return () if granted else tuple(sorted(GRANTS))


def _is_granted(found: SchemaObject) -> bool:
    return not GRANTS.isdisjoint(found.properties)


def _granted(snapshot: Snapshot) -> str:
    """Return that privileges are not compared, and on what somebody granted or revoked some."""
    names = [f"{found.kind} {found.name}" for found in snapshot.objects if _is_granted(found)]
    text = "privileges: the steps grant and revoke none"
    if not names:
        return text
    things = "1 object here has" if len(names) == 1 else f"{len(names)} objects here have"
    more = f", and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{text}; {things} some of their own: {', '.join(names[:_NAMED])}{more}"
