"""The embedded servers: real processes, killed in every way, started as whoever may start them."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import asyncpg
import pytest
import redis
from tortoise.context import TortoiseContext

from web.running import processes, servers, unprivileged
from web.running.embedded import Postgres, Valkey

ROOT = Path(__file__).resolve().parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A data folder whose cluster is already made: copying it is faster than initdb."""
    data = tmp_path_factory.mktemp("made")
    with Postgres(data, durable=False) as server:
        server.psql("create table kept (word text)")
    return data


@pytest.fixture
def data(made, tmp_path):
    return Path(shutil.copytree(made, tmp_path / "var", copy_function=shutil.copy2))


def alive(pid: int) -> bool:
    try:
        state = (
            Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[0]
        )
    except FileNotFoundError:
        return False
    return state != "Z"


def starter(data: Path) -> subprocess.Popen[str]:
    """Another process that starts PostgreSQL, says its number, and stays."""
    program = """
        import sys, time
        from pathlib import Path
        from web.running.embedded import Postgres
        server = Postgres(Path(sys.argv[1]), durable=False).start()
        server.psql("insert into kept values ('before')")
        print(server.process.pid, flush=True)
        time.sleep(60)
    """
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program), str(data)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_a_new_folder_becomes_a_cluster_with_the_rules_we_count_on(tmp_path):
    with Postgres(tmp_path) as server:
        assert server.psql("show server_version_num").startswith("18")
        assert server.psql("show listen_addresses") == ""
        assert server.psql("show timezone") == "UTC"
        assert server.psql("show server_encoding") == "UTF8"
        assert server.psql("select lower('ĐẠI')") == "đại"
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            assert server.psql(f"show {name}") == "on"
    assert not (tmp_path / "pg/data/postmaster.pid").exists()


async def test_asyncpg_understands_the_address(data):
    with Postgres(data, durable=False) as server:
        assert server.create_database("hailong")
        assert not server.create_database("hailong")
        connection = await asyncpg.connect(server.url())
        assert await connection.fetchval("select current_database()") == "hailong"
        await connection.close()


async def test_tortoise_understands_the_address(data):
    config = {
        "connections": {"default": Postgres(data).url("postgres")},
        "apps": {"sla": {"models": ["sla.models"]}},
    }
    with Postgres(data, durable=False):
        async with TortoiseContext() as context:
            await context.init(config=config)
            rows = await context.connections.get("default").execute_query_dict("select 1 as one")
    assert rows == [{"one": 1}]


def test_what_was_committed_survives_a_stop(data):
    with Postgres(data) as server:
        server.psql("insert into kept values ('xin chào')")
    with Postgres(data) as server:
        assert server.psql("select word from kept") == "xin chào"


def test_what_was_committed_survives_the_kill_of_the_postmaster(data):
    server = Postgres(data).start()
    server.psql("insert into kept values ('before')")
    server.process.kill()
    server.process.wait()
    with server:  # its orphans and its lock file are still there
        assert server.psql("select word from kept") == "before"


def test_a_killed_postmaster_that_nobody_reaped_does_not_block_the_next_start(data):
    server = Postgres(data).start()
    server.process.kill()  # a zombie from here on, for its parent is not waiting
    os.close(server._claim)
    with Postgres(data) as following:
        assert following.psql("select 1") == "1"
    server.process.wait()


def test_a_stranger_with_the_number_in_the_lock_file_neither_blocks_nor_suffers(data):
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        record = f"{stranger.pid}\n{data / 'pg/data'}\n1\n5432\n{data}\n\n  0 0\nready\n"
        (data / "pg/data/postmaster.pid").write_text(record, "ascii")
        with Postgres(data) as server:
            assert server.psql("select 1") == "1"
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_server_whose_parent_was_killed_is_stopped_and_its_data_kept(data):
    with starter(data) as parent:
        orphan = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
        with Postgres(data) as server:
            assert not alive(orphan)
            assert server.psql("select word from kept") == "before"


def test_an_orphan_is_found_where_the_kernel_ties_no_child_to_its_parent(data, monkeypatch):
    first = Postgres(data)
    monkeypatch.setattr(processes, "tied", lambda argv, _: list(argv))
    first.start()
    os.close(first._claim)  # what the kernel does when the parent dies
    with Postgres(data) as second:
        assert first.process.wait() == 0, "it was shut down, not killed"
        assert second.psql("select 1") == "1"


def test_a_folder_serves_one_owner_and_says_which(data):
    with Postgres(data, durable=False) as server:
        with pytest.raises(processes.InUse, match=f"process {os.getpid()}"):
            Postgres(data).start()
        assert server.psql("select 1") == "1", "the refused one did no harm"


def test_servers_in_different_folders_know_nothing_of_each_other(made, data):
    with Postgres(made, durable=False) as one, Postgres(data, durable=False) as other:
        other.psql("insert into kept values ('other')")
        assert one.psql("select count(*) from kept") == "0"
        assert one.url() != other.url()


@pytest.mark.parametrize("name", ["x" * 120, "có dấu cách & ký tự lạ?", "a,b'c"])
def test_a_long_or_strange_path_is_no_obstacle(made, tmp_path, name):
    data = tmp_path / name
    shutil.copytree(made, data)
    with Postgres(data, durable=False) as server, Valkey(data) as queue:
        assert server.psql("select 1") == "1"
        with redis.Redis.from_url(queue.url) as client:
            assert client.ping()


def test_a_socket_folder_prepared_by_another_user_is_refused(tmp_path):
    (tmp_path / "target").mkdir()
    (tmp_path / "sock").symlink_to(tmp_path / "target")
    with pytest.raises(processes.UnsafeFolder):
        processes.private_folder(tmp_path / "sock", owner=os.geteuid())


def test_nothing_outside_the_data_folder_changes_its_mode(made, tmp_path):
    outer = tmp_path / "private"
    outer.mkdir(mode=0o700)
    shutil.copytree(made, outer / "var")
    with Postgres(outer / "var", durable=False):
        pass
    assert stat.S_IMODE(outer.stat().st_mode) == 0o700


def test_a_failed_start_says_why_in_one_line_and_gives_the_folder_back(data):
    (data / "pg/data/postgresql.auto.conf").write_text("no_such_setting = 1\n", "ascii")
    with pytest.raises(servers.ServerFailed) as failure:
        Postgres(data).start()
    assert "\n" not in str(failure.value)
    (data / "pg/data/postgresql.auto.conf").write_text("", "ascii")
    with Postgres(data) as server:
        assert server.psql("select 1") == "1"


def test_a_first_start_cut_short_is_begun_anew(tmp_path):
    half = tmp_path / "pg" / ".data.draft"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n", "ascii")
    with Postgres(tmp_path, durable=False) as server:
        assert server.psql("select 1") == "1"


def test_the_queue_keeps_what_it_acknowledged_when_killed(tmp_path):
    queue = Valkey(tmp_path).start()
    with redis.Redis.from_url(queue.url) as client:
        client.set("word", "kept")
    queue.process.kill()
    queue.process.wait()
    with queue, redis.Redis.from_url(queue.url) as client:
        assert client.get("word") == b"kept"
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_an_unreadable_queue_file_is_set_aside_for_the_database_owes_it_all(tmp_path):
    with Valkey(tmp_path):
        pass
    (manifest,) = (tmp_path / "valkey/data/appendonlydir").glob("*.manifest")
    manifest.write_bytes(b"garbage\0\xff\n")
    with Valkey(tmp_path) as queue, redis.Redis.from_url(queue.url) as client:
        assert client.dbsize() == 0
    assert (tmp_path / "valkey/data.unreadable").is_dir()


def test_the_queue_listens_on_no_port(tmp_path):
    with Valkey(tmp_path) as queue, redis.Redis.from_url(queue.url) as client:
        assert client.config_get("port") == {"port": "0"}
        assert (
            stat.S_IMODE(Path(client.connection_pool.connection_kwargs["path"]).stat().st_mode)
            == 0o700
        )


@as_root
@pytest.mark.skipif(
    not processes.works(*unprivileged._AS_NOBODY, sys.executable, "-c", "import asyncpg"),
    reason="this Python cannot be started by another user",
)
def test_an_ordinary_user_starts_it_directly():
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "var")
        data.mkdir()
        os.chown(folder, unprivileged.NOBODY, -1)
        os.chown(data, unprivileged.NOBODY, -1)
        program = (
            "import sys; from pathlib import Path; from web.running.embedded import Postgres\n"
            "with Postgres(Path(sys.argv[1]), durable=False) as server:\n"
            "    print(server.psql('select 40 + 2'))"
        )
        done = subprocess.run(
            [*unprivileged._AS_NOBODY, sys.executable, "-c", program, str(data)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout.strip() == "42", done.stderr
        assert (data / "pg/data").stat().st_uid == unprivileged.NOBODY


@as_root
def test_root_without_user_namespaces_starts_it_as_nobody(made, monkeypatch):
    works = processes.works
    monkeypatch.setattr(processes, "works", lambda *argv: "unshare" not in argv and works(*argv))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        data = Path(shutil.copytree(made, Path(folder, "var")))
        with Postgres(data, durable=False) as server:
            owner = Path(f"/proc/{server.process.pid}").stat().st_uid
            assert (owner, server.psql("select 1")) == (unprivileged.NOBODY, "1")
        monkeypatch.undo()
        with Postgres(data, durable=False) as server:  # and back again
            assert server.psql("select 1") == "1"


@as_root
def test_where_root_has_no_way_the_message_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "works", lambda *argv: False)
    with pytest.raises(unprivileged.NotAsRoot, match="ordinary user"):
        Postgres(tmp_path).start()
