"""The boundary: what a change touches, told beside a revision of git."""

import json
import subprocess
from dataclasses import replace

import pytest

from db_workflow.errors import WorkflowError
from db_workflow.release.boundary import layer_paths, look_at_boundary
from db_workflow.settings import load_settings

TABLE = """
[tool.db_workflow]
project = "shop"
sql = "db/sql"
runners = "scripts/v{version}_migration/run_migrations.py"
models = "shop.models:Base"
enums = "shop.db.enums"
test_data = "tests/database"
import_paths = ["src"]
boundary = ["docs/schema-*.md", "infra/database"]
"""


@pytest.fixture
def shop(tmp_path):
    """Return a repository below another folder of git's, with one commit, as (settings, git)."""
    root = tmp_path / "services" / "shop"
    for file in (
        "src/shop/models.py",
        "src/shop/db/enums/__init__.py",
        "src/shop/api.py",
        "db/sql/v1.0/a.sql",
        "scripts/v1.0_migration/run_migrations.py",
        "scripts/other.py",
        "tests/database/data/orders.py",
        "docs/schema-1.md",
        "docs/other.md",
        "infra/database/size.tf",
    ):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text("1\n")
    (root / "pyproject.toml").write_text(TABLE)
    (tmp_path / "README.md").write_text("1\n")

    def git(*arguments):
        identity = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
        return subprocess.run(
            ["git", "-C", tmp_path, *identity, *arguments],  # noqa: S607 - whichever git it is
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    git("init", "--quiet", "--initial-branch", "main")
    git("add", "--all")
    git("commit", "--quiet", "-m", "all")
    git("switch", "--quiet", "-c", "change")
    return load_settings(root, environment={}), git


def change(settings, *names):
    for name in names:
        file = settings.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("2\n")


def test_the_layer_s_paths_come_from_the_settings(shop):
    settings, _ = shop
    assert layer_paths(settings) == (
        "db/sql/",
        "scripts/v*_migration/",
        "tests/database/",
        ".db_workflow/models_reference.py",
        "CHANGELOG.md",
        "src/shop/models.py",
        "src/shop/db/enums/",
        "docs/schema-*.md",
        "infra/database",
    )


def test_a_change_of_the_layer_alone_is_inside(shop):
    settings, git = shop
    layer = (
        "db/sql/v1.1/new/a.sql",
        "db/sql/v1.0/a.sql",
        "scripts/v1.1_migration/step.py",
        "src/shop/models.py",
        "src/shop/db/enums/more.py",
        "tests/database/data/orders.py",
        "docs/schema-1.md",
        "infra/database/deep/size.tf",
        "CHANGELOG.md",
    )
    change(settings, *layer)
    found = look_at_boundary(settings, base="main")
    assert found.ok
    assert set(found.inside) == set(layer)
    git("add", "--all")
    git("commit", "--quiet", "-m", "change")
    assert look_at_boundary(settings, base="main") == found


def test_what_is_outside_is_listed_committed_or_not_new_deleted_or_elsewhere(shop):
    settings, git = shop
    change(settings, "src/shop/api.py")
    git("commit", "--quiet", "--all", "-m", "change")
    change(settings, "scripts/other.py", "docs/new name.md", "../../README.md")
    (settings.root / "docs/other.md").unlink()
    found = look_at_boundary(settings, base="main")
    assert not found.ok
    assert found.inside == ()
    assert found.outside == (
        "../../README.md",
        "docs/new name.md",
        "docs/other.md",
        "scripts/other.py",
        "src/shop/api.py",
    )
    assert "✗ src/shop/api.py" in str(found)
    assert json.loads(json.dumps(found.to_json()))["ok"] is False


def test_a_file_moved_out_of_the_layer_is_outside_and_what_the_base_did_since_is_nothing(shop):
    settings, git = shop
    git("mv", "services/shop/src/shop/models.py", "services/shop/src/shop/moved.py")
    git("commit", "--quiet", "-m", "moved")
    git("switch", "--quiet", "main")
    change(settings, "src/shop/api.py")
    git("commit", "--quiet", "--all", "-m", "on main")
    git("switch", "--quiet", "change")
    found = look_at_boundary(settings, base="main")
    assert found.outside == ("src/shop/models.py", "src/shop/moved.py")


def test_ignored_files_are_nobody_s_change(shop):
    settings, _ = shop
    change(settings, ".gitignore", "built/x.o")
    (settings.root / ".gitignore").write_text("built/\n.gitignore\n")
    assert look_at_boundary(settings, base="main").ok


@pytest.mark.parametrize("base", ["nowhere", "--output=x", "", "main..change"])
def test_a_revision_that_git_does_not_know_is_refused(shop, base):
    settings, _ = shop
    with pytest.raises(WorkflowError) as caught:
        look_at_boundary(settings, base=base)
    assert "knows no revision" in caught.value.found
    assert caught.value.next
    assert not (settings.root / "x").exists()


def test_a_folder_without_git_is_refused(shop, tmp_path_factory):
    settings, _ = shop
    with pytest.raises(WorkflowError, match="in no git repository"):
        look_at_boundary(replace(settings, root=tmp_path_factory.mktemp("bare")), base="main")
