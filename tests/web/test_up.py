"""`hailong up` and its parts, as a person or a script meets them."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import HAILONG, PARTS, ROOT, environment, running, said
from web.running import processes
from web.running.embedded import Postgres, Valkey


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    """One tree for all tests that leave it working."""
    folder = tmp_path_factory.mktemp("up")
    with running(folder / "var", folder / "words") as tree:
        yield tree


def test_help_names_every_command_and_imports_none(tmp_path):
    done = said(tmp_path, "--help")
    assert done.returncode == 0
    for name in ("up", "demo", "serve", "work", "schedule", "migrate", "import", "rank"):
        assert name in done.stdout
    program = "import sys; from web.__main__ import hailong; print('tortoise' in sys.modules)"
    fast = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert fast.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("arguments", "settings", "word"),
    [
        (["nonsense"], {}, "nonsense"),
        (["up", "--port", "x"], {}, "--port"),
        (["up", "--port", "70000"], {}, "--port"),
        (["up"], {"HAILONG_TIMEZONE": "Mars/Olympus"}, "HAILONG_TIMEZONE"),
        (["migrate"], {"HAILONG_DATABASE_URL": "mysql://x"}, "HAILONG_DATABASE_URL"),
        (["migrate"], {"HAILONG_DATABASE_URL": "postgres://u@127.0.0.1:1/x"}, "database"),
        (["migrate", "--data", "/dev/null/x"], {}, "/dev/null"),
    ],
)
def test_a_mistake_is_one_clear_line_and_a_failing_status(tmp_path, arguments, settings, word):
    done = said(tmp_path, *arguments, **settings)
    assert done.returncode not in {0, -signal.SIGKILL}
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert word in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("part", ["work", "schedule"])
def test_the_parts_alone_want_configured_servers(tmp_path, part):
    done = said(tmp_path, part)
    assert done.returncode == 1
    assert "HAILONG_DATABASE_URL" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_serve_refuses_what_is_unsafe_for_production(tmp_path):
    done = said(tmp_path, "serve")
    assert done.returncode == 1
    for variable in ("HAILONG_SECRET_KEY", "HAILONG_PEPPER", "HAILONG_BASE_URL"):
        assert variable in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_migrate_works_on_a_folder_where_nothing_runs_and_leaves_nothing_running(tmp_path):
    for _ in range(2):
        done = said(tmp_path, "migrate", "--data", "var")
        assert (done.returncode, done.stderr) == (0, "")
    cluster = tmp_path / "var/pg/data"
    assert not list(processes.leftovers("postgres", cluster))
    assert (tmp_path / "var/secrets.toml").exists()


def test_serve_refuses_a_database_that_may_forget(tmp_path, postgres, template):
    done = said(
        tmp_path,
        "serve",
        HAILONG_DATABASE_URL=postgres.url(template),
        HAILONG_BASE_URL="https://hailong.example",
        HAILONG_SECRET_KEY="s" * 40,
        HAILONG_PEPPER="p" * 40,
    )
    assert done.returncode == 1
    assert "fsync off" in done.stderr
    assert "Traceback" not in done.stderr


def test_commands_at_the_same_time_share_the_server_that_one_of_them_started(tmp_path):
    arguments = [*HAILONG, "migrate", "--data", "var"]
    several = [
        subprocess.Popen(
            arguments, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    ends = [(process.communicate(timeout=60)[1], process.returncode) for process in several]
    assert ends == [("", 0)] * 3
    assert not list(processes.leftovers("postgres", tmp_path / "var/pg/data"))


def test_up_answers_where_it_says_and_runs_each_part_once(up):
    assert up.get("/readyz") == 200
    assert set(up.children()) == set(PARTS)


def test_a_second_up_on_the_same_folder_is_told_whose_it_is(up, tmp_path):
    data = up.words.with_name("var")
    done = said(tmp_path, "up", "--port", "0", "--data", str(data))
    assert done.returncode == 1
    assert f"in use by process {up.process.pid}" in done.stderr
    assert up.get("/readyz") == 200


def test_a_taken_port_is_told_in_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = said(tmp_path, "up", "--port", port, "--data", "var")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert port in done.stderr


def test_a_command_uses_the_servers_that_run(up, tmp_path):
    data = up.words.with_name("var")
    done = said(tmp_path, "migrate", "--data", str(data))
    assert (done.returncode, done.stderr) == (0, "")
    assert up.get("/readyz") == 200


@pytest.mark.parametrize("part", PARTS)
def test_a_killed_part_comes_back_and_visitors_are_answered(up, part):
    before = up.children()
    os.kill(before[part], signal.SIGKILL)

    def is_back() -> bool:
        now = up.children()
        return set(now) == set(before) and now[part] != before[part]

    assert processes.wait_until(is_back, seconds=30), up.words.read_text("utf-8")[-2000:]
    assert processes.wait_until(lambda: up.get("/readyz") == 200, seconds=30)


def test_the_whole_tree_killed_leaves_data_that_the_next_one_serves(tmp_path):
    data, words = tmp_path / "var", tmp_path / "words"
    with running(data, words) as tree:
        Postgres(data).psql("create table kept as select 1 as one", "hailong")
        for pid in tree.children().values():
            os.kill(pid, signal.SIGKILL)
        tree.process.kill()
        tree.process.wait()
    with running(data, words) as tree:
        assert Postgres(data).psql("select one from kept", "hailong") == "1"
        assert tree.get("/readyz") == 200


def test_a_stopped_tree_leaves_no_process_and_no_lock(tmp_path):
    data = tmp_path / "var"
    with running(data, tmp_path / "words") as tree:
        pids = tree.children().values()
    assert tree.process.returncode == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    with Postgres(data), Valkey(data):
        pass
