"""The embedded server starts fast, is shared, is found again, and stops."""

import asyncio
import os
import shutil
import signal
import stat
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from db_workflow import cluster
from db_workflow.connection import session
from db_workflow.errors import ServerError
from db_workflow.server import embedded_status, start_server, stop_server, wipe_server
from db_workflow.settings import load_settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=[0o755, 0o700], ids=["open folder", "owner's folder"])
def checkout(request):
    """Return settings of a checkout of its own; its server is stopped afterwards.

    The folder has a space in its name. As root, nobody but root may enter the second one, and
    the server runs as somebody else.
    """
    folder = Path(tempfile.mkdtemp(prefix="db workflow "))
    folder.chmod(request.param)
    shutil.copy(ROOT / "pyproject.toml", folder)
    settings = load_settings(folder, environment={})
    yield settings
    stop_server(settings)
    shutil.rmtree(embedded_status(settings).folder, ignore_errors=True)
    shutil.rmtree(embedded_status(settings).address.host, ignore_errors=True)
    shutil.rmtree(folder)


async def ask(server, query):
    async with session(server.address, purpose="test") as connection:
        return await connection.fetchval(query)


async def test_it_answers_and_is_found_again(checkout):
    server = start_server(checkout)
    pid = embedded_status(checkout).pid
    assert await ask(server, "SELECT 1") == 1
    assert start_server(checkout).address == server.address
    assert embedded_status(checkout).pid == pid


async def test_it_listens_on_a_socket_only_and_never_waits_for_a_disk(checkout):
    server = start_server(checkout)
    assert await ask(server, "SHOW listen_addresses") == ""
    assert await ask(server, "SHOW fsync") == "off"
    assert await ask(server, "SHOW wal_level") == "replica"
    folder = server.address.host
    assert stat.S_IMODE(os.lstat(folder).st_mode) == 0o700
    assert len(os.fsencode(f"{folder}/.s.PGSQL.5432")) < 108


async def test_many_processes_at_once_get_one_server(checkout):
    with ThreadPoolExecutor(6) as pool:
        servers = list(pool.map(lambda _: start_server(checkout), range(6)))
    assert len({server.address for server in servers}) == 1
    assert await ask(servers[0], "SELECT 1") == 1


async def test_it_comes_back_after_being_killed(checkout):
    start_server(checkout)
    pid = embedded_status(checkout).pid
    os.kill(pid, signal.SIGKILL)
    async with asyncio.timeout(5):
        while embedded_status(checkout).running:  # noqa: ASYNC110 - another process's end
            await asyncio.sleep(0.01)
    server = start_server(checkout)
    assert await ask(server, "SELECT 1") == 1


async def test_a_terminal_with_another_tmpdir_finds_the_same_server(
    checkout, monkeypatch, tmp_path
):
    server = start_server(checkout)
    pid = embedded_status(checkout).pid
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    assert start_server(checkout).address == server.address
    assert embedded_status(checkout).pid == pid


async def test_a_server_that_lost_its_socket_is_replaced_and_not_doubled(checkout):
    server = start_server(checkout)
    lost = embedded_status(checkout).pid
    shutil.rmtree(server.address.host)
    assert await ask(start_server(checkout), "SELECT 1") == 1
    assert embedded_status(checkout).pid != lost
    with pytest.raises(ProcessLookupError):
        os.kill(lost, 0)


async def test_its_log_is_its_owner_s_and_holds_no_value_of_a_failed_statement(checkout):
    server = start_server(checkout)
    with pytest.raises(Exception, match="invalid input syntax"):
        await ask(server, "SELECT 'zoe@corp.example'::int")
    log = embedded_status(checkout).folder.with_name("server.log")
    assert stat.S_IMODE(os.lstat(log).st_mode) == 0o600
    assert "ready to accept connections" in log.read_text()
    assert "zoe" not in log.read_text()


def test_stopping_says_whether_it_ran(checkout):
    start_server(checkout)
    assert stop_server(checkout)
    assert not stop_server(checkout)
    assert not embedded_status(checkout).running


async def test_a_wiped_cluster_is_laid_anew(checkout):
    server = start_server(checkout)
    first = await ask(server, "CREATE DATABASE x") or await ask(
        server, "SELECT count(*) FROM pg_database"
    )
    wipe_server(checkout)
    again = start_server(checkout)
    assert await ask(again, "SELECT count(*) FROM pg_database") == first - 1


def test_a_socket_folder_of_somebody_else_is_refused(checkout):
    folder = Path(embedded_status(checkout).address.host)
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    with pytest.raises(ServerError, match="only this server's account"):
        start_server(checkout)


def test_a_server_that_cannot_start_shows_its_log(checkout, monkeypatch):
    monkeypatch.setitem(cluster._OPTIONS, "max_connections", "nonsense")
    with pytest.raises(ServerError, match="max_connections"):
        start_server(checkout)


def test_programs_named_in_the_settings_must_be_there(checkout, tmp_path):
    with pytest.raises(ServerError, match="binaries"):
        start_server(replace(checkout, binaries=tmp_path))
