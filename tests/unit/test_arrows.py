"""Imports in the workflow's library point downwards only."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "db_workflow"

# The floors of the house, from the ground up: a module may import only from floors below its own.
FLOORS = (
    ("errors", "evidence", "console", "nouns"),
    ("address",),
    ("settings", "binaries"),
    ("account", "modules"),
    ("cluster",),
    ("server",),
    ("connection",),
    ("marker", "lock", "state", "program"),
    ("databases",),
    ("scratch",),
    ("catalog",),
    ("schema", "models", "testdata"),
    ("phases", "inventory", "scaffold"),
    ("turn",),
    ("release",),
    ("steps",),
    ("quickstart",),
    ("show", "pytest_plugin"),
    ("command",),
    ("front",),
    ("tasks", "scripts"),
)
# The same inside phase 1, which is a house of its own.
SCHEMA_FLOORS = (
    ("keys", "declaration", "version"),
    ("plan",),
    ("script", "ledger"),
    ("run",),
    ("backup", "judge", "lint"),
    ("facts",),
)
# Inside phase 2.
MODELS_FLOORS = (
    ("naming",),
    ("source", "writing"),
    ("created", "conventions", "reference"),
    ("compared",),
    ("facts", "suggestion"),
)
# And inside phase 3.
TESTDATA_FLOORS = (
    ("structure",),
    ("digests", "rules", "files", "factories"),
    ("declared",),
    ("gate",),
    ("extraction", "seeding"),
    ("facts",),
)
# And inside a release.
RELEASE_FLOORS = (
    ("files", "ticking"),
    ("boundary", "commits", "integrity", "kept", "production", "result"),
    ("inputs", "rehearsal"),
    ("evidence", "checks", "report"),
    ("checklist",),
    ("render", "deploy"),
    ("rollback",),
)
HEIGHT = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}


def imports(path):
    """Yield the modules of ours that a file imports, type-checking and lazy imports included."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            if name.startswith("db_workflow."):
                yield name.split(".")[1:]


def room_of(path):
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def test_every_room_has_a_floor():
    rooms = {room_of(path) for path in SOURCE.rglob("*.py")} - {"__init__"}
    assert rooms == set(HEIGHT)


def test_no_import_points_upwards_or_sideways():
    wrong = [
        f"{path.relative_to(SOURCE)} imports {target}"
        for path in SOURCE.rglob("*.py")
        if room_of(path) != "__init__"
        for target, *_ in imports(path)
        if target in HEIGHT and target != room_of(path) and HEIGHT[target] >= HEIGHT[room_of(path)]
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("house", "floors"),
    [
        ("schema", SCHEMA_FLOORS),
        ("models", MODELS_FLOORS),
        ("testdata", TESTDATA_FLOORS),
        ("release", RELEASE_FLOORS),
    ],
)
def test_no_import_inside_a_phase_points_upwards_or_sideways(house, floors):
    height = {room: number for number, rooms in enumerate(floors) for room in rooms}
    rooms = {
        path: path.relative_to(SOURCE / house).parts[0].removesuffix(".py")
        for path in (SOURCE / house).rglob("*.py")
    }
    assert set(rooms.values()) - {"__init__"} == set(height)
    wrong = [
        f"{path.relative_to(SOURCE)} imports {target[1]}"
        for path, room in rooms.items()
        if room != "__init__"
        for target in imports(path)
        if target[0] == house and len(target) > 1 and target[1] in height
        if target[1] != room and height[target[1]] >= height[room]
    ]
    assert not wrong


def test_the_library_never_imports_the_application():
    wrong = [
        str(path)
        for path in SOURCE.rglob("*.py")
        if "efficient_tutor_backend" in path.read_text("utf-8")
    ]
    assert not wrong
