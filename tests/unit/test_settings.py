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


@pytest.mark.parametrize("key", ["backup_jobs", "backups_kept", "lock_timeout_ms"])
@pytest.mark.parametrize(
    "value", ["0", "-1", "0.5", "2.0", "nan", "inf", "true", '"4"', "2147483648"]
)
def test_a_count_is_a_whole_number_that_the_server_can_read(tmp_path, key, value):
    with pytest.raises(SettingsError, match=f"'{key}' must be a whole number from 1 to"):
        load_settings(write(tmp_path, f"{GOOD}{key} = {value}\n"), environment={})


@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "-inf", "9" * 400, "true", '"4"'])
def test_a_time_is_a_finite_number_of_seconds(tmp_path, value):
    with pytest.raises(SettingsError, match="'lock_wait_seconds' must be a number above 0"):
        load_settings(write(tmp_path, f"{GOOD}lock_wait_seconds = {value}\n"), environment={})


def test_no_more_sessions_dump_and_restore_than_a_machine_can_bear(tmp_path):
    with pytest.raises(SettingsError, match="'backup_jobs' must be a whole number from 1 to 128"):
        load_settings(write(tmp_path, f"{GOOD}backup_jobs = 129\n"), environment={})


def test_numbers_within_their_limits_are_taken(tmp_path):
    text = f"{GOOD}backup_jobs = 1\nbackups_kept = 2147483647\nlock_wait_seconds = 0.5\n"
    settings = load_settings(write(tmp_path, text), environment={})
    assert (settings.jobs, settings.backups_kept, settings.lock_wait_seconds) == (1, 2**31 - 1, 0.5)


@pytest.mark.parametrize("value", ["0", "true", '""', '"  "', '["a"]'])
def test_a_place_of_backups_is_a_text(tmp_path, value):
    with pytest.raises(SettingsError, match="'backups_url' must be a text"):
        load_settings(write(tmp_path, f"{GOOD}backups_url = {value}\n"), environment={})


@pytest.mark.parametrize("text", ["", "  "])
def test_a_place_of_backups_that_is_empty_in_the_environment_is_none(tmp_path, text):
    settings = load_settings(write(tmp_path, GOOD), environment={"PRODUCTION_BACKUPS_URL": text})
    assert settings.backups_url is None


def test_at_least_one_schema_is_ours(tmp_path):
    with pytest.raises(SettingsError, match="'schemas' must name at least one"):
        load_settings(write(tmp_path, f"{GOOD}schemas = []\n"), environment={})


def test_the_path_of_the_runners_has_no_other_braces(tmp_path):
    text = GOOD.replace("v{version}_migration", "v{version}_{name}")
    with pytest.raises(SettingsError, match=r"'runners' must hold .* no other braces"):
        load_settings(write(tmp_path, text), environment={})


@pytest.mark.parametrize("text", ["tool = 3\n", "[tool]\ndb_workflow = 3\n"])
def test_a_table_that_is_none_is_told(tmp_path, text):
    with pytest.raises(SettingsError, match="must be a table"):
        load_settings(write(tmp_path, text), environment={})


@pytest.mark.parametrize(
    "url", ["s3://k:S@b/x", "simplecache::s3://k:S@b/x", "https://h/x?signature=1"]
)
def test_a_secret_is_not_accepted_in_the_file_that_everyone_reads(tmp_path, url):
    with pytest.raises(SettingsError, match="PRODUCTION_BACKUPS_URL"):
        load_settings(write(tmp_path, f"{GOOD}backups_url = {url!r}\n"), environment={})


def test_a_users_name_is_no_secret(tmp_path):
    url = "sftp://backup@store/shop"
    settings = load_settings(write(tmp_path, f"{GOOD}backups_url = {url!r}\n"), environment={})
    assert settings.backups_url == url
