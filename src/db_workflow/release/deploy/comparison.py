"""Whether a restored database holds what was written down: differences in names and counts."""

from collections.abc import Iterator, Mapping

from db_workflow.catalog import GRANTS, Snapshot, differences
from db_workflow.release.deploy.contents import Contents

_NAMED = 20


def copy_faults(
    expected: Contents, actual: Contents, *, same_server: bool, exact_sequences: bool = True
) -> tuple[str, ...]:
    """Return how a copy differs from what was written down; nothing if it is whole.

    Args:
        expected: what was written down.
        actual: the copy's.
        same_server: whether roles are the same, and with them owners and grants.
        exact_sequences: whether sequences have to stand exactly where they stood.

    """
    found = [
        *_schema(expected.schema, actual.schema, grants=same_server),
        *_rows(expected, actual),
        *(_sequences(expected, actual) if exact_sequences else ()),
        *(_values("owner of", expected.owners, actual.owners) if same_server else ()),
    ]
    if expected.large_objects != actual.large_objects:
        found.append(f"{actual.large_objects} large objects, not {expected.large_objects}")
    return tuple(found)


def told(faults: tuple[str, ...]) -> str:
    """Return the first of many in one sentence."""
    more = len(faults) - _NAMED
    return "; ".join(faults[:_NAMED]) + (f"; and {more} more" if more > 0 else "")


def _schema(expected: Snapshot, actual: Snapshot, *, grants: bool) -> Iterator[str]:
    if expected.to_json() == actual.to_json():
        return
    ignored = () if grants else tuple(GRANTS)
    found = differences(expected, actual, ignore=ignored)
    yield from (f"{one.kind} {one.name} is {_CHANGES[one.change]}" for one in found)


_CHANGES = {"missing": "missing", "unexpected": "one too many", "different": "another"}


def _rows(expected: Contents, actual: Contents) -> Iterator[str]:
    for name in sorted(expected.rows.keys() | actual.rows.keys()):
        here, there = actual.rows.get(name), expected.rows.get(name)
        if here == there:
            continue
        if here is None or there is None:
            yield f"table {name} is {'missing' if here is None else 'one too many'}"
        elif here[0] != there[0]:
            yield f"{name} has {here[0]:,} rows, not {there[0]:,}"
        else:
            yield f"the {here[0]:,} rows of {name} hold something else"


def _sequences(expected: Contents, actual: Contents) -> Iterator[str]:
    for name in sorted(expected.sequences.keys() | actual.sequences.keys()):
        if expected.sequences.get(name) != actual.sequences.get(name):
            yield f"sequence {name} stands elsewhere"


def _values(what: str, expected: Mapping[str, str], actual: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(expected.keys() | actual.keys()):
        if expected.get(name) != actual.get(name):
            yield f"{what} {name} is another"
