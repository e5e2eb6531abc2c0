"""The key of pseudonyms: a team's own, kept by its owner only, hard to guess; public for nobody."""

import hashlib
import stat
from dataclasses import replace

import pytest

from db_workflow.errors import TestDataError
from db_workflow.settings import Settings
from db_workflow.testdata.rules.key import _PUBLIC_SECRET, load_key
from db_workflow.testdata.rules.pseudonyms import Pseudonyms


@pytest.fixture
def settings(tmp_path):
    nowhere = tmp_path / "none"
    return Settings(
        root=tmp_path,
        project="keys",
        sql=nowhere,
        runners="{version}",
        models="m:Base",
        enums="e",
        test_data=nowhere,
        codegen_reference=nowhere,
    )


def test_the_stand_ins_key_is_the_same_for_everyone(settings, tmp_path):
    key = load_key(settings, stand_in=True)
    assert key.id == "public"
    assert key == load_key(replace(settings, root=tmp_path / "elsewhere"), stand_in=True)
    assert not settings.state.exists()


def test_the_key_file_is_made_once_and_only_for_its_owner(settings):
    key = load_key(settings, stand_in=False, environment={})
    (file,) = settings.state.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load_key(settings, stand_in=False, environment={}) == key
    assert key.id != "public"
    assert key.id not in file.read_text()


def test_a_key_that_others_may_read_is_refused(settings):
    load_key(settings, stand_in=False, environment={})
    (file,) = settings.state.iterdir()
    file.chmod(0o644)
    with pytest.raises(TestDataError, match="can be read by others"):
        load_key(settings, stand_in=False, environment={})


def test_the_environments_key_comes_first_and_is_never_shown(settings):
    secret = "a long and secret sentence of a person"
    key = load_key(settings, stand_in=False, environment={"DB_WORKFLOW_KEY": secret})
    assert not settings.state.exists()
    assert secret not in repr(key)
    assert (
        load_key(settings, stand_in=False, environment={"DB_WORKFLOW_KEY": f" {secret}\n"}) == key
    )


@pytest.mark.parametrize("short", ["tiny secret", "x" * 31, "x" * 31 + "  "])
def test_a_key_that_could_be_guessed_is_refused_and_how_to_make_one_is_told(settings, short):
    with pytest.raises(TestDataError) as caught:
        load_key(settings, stand_in=False, environment={"DB_WORKFLOW_KEY": short})
    said = str(caught.value)
    assert short.strip() not in said
    assert "DB_WORKFLOW_KEY has fewer than 32 characters" in said
    assert "secrets.token_hex(32)" in said


def test_the_file_and_the_environment_mean_the_same_key(settings):
    key = load_key(settings, stand_in=False, environment={})
    (file,) = settings.state.glob("*.key")
    environment = {"DB_WORKFLOW_KEY": file.read_text()}
    assert load_key(settings, stand_in=False, environment=environment) == key


def test_each_guess_at_a_key_costs_a_run_of_scrypt(settings):
    text = "correct horse battery staple, twice"
    key = load_key(settings, stand_in=False, environment={"DB_WORKFLOW_KEY": text})
    assert key.secret == hashlib.scrypt(text.encode(), salt=b"db_workflow", n=2**14, r=8, p=1)


@pytest.mark.parametrize("text", [_PUBLIC_SECRET, hashlib.sha256(_PUBLIC_SECRET).digest()])
def test_no_setting_makes_the_public_key_of_a_real_production(settings, text):
    public = load_key(settings, stand_in=True)
    for spelled in (text.hex(), text.decode("latin-1") * 2):
        key = load_key(settings, stand_in=False, environment={"DB_WORKFLOW_KEY": spelled})
        assert key.id != public.id
        assert key.secret != public.secret


def test_two_teams_make_a_key_each(settings, tmp_path):
    ours = load_key(settings, stand_in=False, environment={})
    (tmp_path / "theirs").mkdir()
    theirs = load_key(replace(settings, root=tmp_path / "theirs"), stand_in=False, environment={})
    assert ours.id != theirs.id
    assert Pseudonyms(ours).email("a@b.example") != Pseudonyms(theirs).email("a@b.example")


def test_the_stand_ins_pseudonyms_are_the_same_for_ever(settings):
    by = Pseudonyms(load_key(settings, stand_in=True))
    assert by.email("omar@corp.example") == "user-ci7vbzzbpadgmhfm@example.test"
