"""Settings are read from the nearest table, and every mistake is told at once."""

import pytest

from db_workflow.errors import SettingsError
from db_workflow.settings import load_settings

GOOD = """
[tool.db_workflow]
project = "shop"
sql = "sql"
runners = "scripts/v{version}_migration/run_migrations.py"
models = "shop.models:Base"
enums = "shop.enums"
test_data = "tests/database"
"""


def write(folder, text):
    (folder / "pyproject.toml").write_text(text)
    return folder


def test_paths_are_absolute_and_defaults_filled(tmp_path):
    settings = load_settings(write(tmp_path, GOOD), environment={})
    assert settings.sql == tmp_path / "sql"
    assert settings.data == tmp_path / "tests/database/data"
    assert settings.test_database == "shop_test"
    assert settings.schemas == ("public",)


def test_the_table_is_found_from_a_folder_below(tmp_path):
    write(tmp_path, GOOD)
    below = tmp_path / "src" / "deep"
    below.mkdir(parents=True)
    assert load_settings(below, environment={}).root == tmp_path


def test_the_environment_names_the_databases(tmp_path):
    settings = load_settings(
        write(tmp_path, GOOD),
        environment={
            "TEST_DATABASE_URL": "postgresql://u@h/mine",
            "PRODUCTION_DATABASE_URL": "postgresql://u:p@h/real",
        },
    )
    assert settings.test_database == "mine"
    assert settings.production_address is not None
    assert settings.production_address.database == "real"


def test_all_mistakes_are_told_at_once(tmp_path):
    text = GOOD.replace('project = "shop"', 'project = "Shop!"\nextra = 1\nbackups_kept = 0')
    text = text.replace('sql = "sql"\n', "").replace("v{version}_", "")
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, text), environment={"TEST_DATABASE_URL": "nonsense"})
    found = caught.value.found
    for part in ("'project'", "'extra'", "'backups_kept'", "'sql'", "{version}", "TEST_DATABASE"):
        assert part in found


@pytest.mark.parametrize("text", ["[tool.other]\n", "this is not toml ["])
def test_a_missing_table_or_a_broken_file_is_told(tmp_path, text):
    with pytest.raises(SettingsError):
        load_settings(write(tmp_path, text), environment={})
