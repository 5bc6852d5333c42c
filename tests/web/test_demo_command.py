"""`hailong demo`: once filled it is used again, cut off it begins again, a stranger's is let be."""

import contextlib
import json
import signal
import socket
import subprocess

import pytest

from tests.web.test_up import HAILONG, ROOT, environment, said
from web.demo import accounts, folder
from web.demo.folder import Demo, NotADemo, OtherDemo
from web.running import processes
from web.running.embedded import Postgres


class Running:
    """A `hailong demo` of the tiny city; what it says is read line by line."""

    def __init__(self, data, words):
        self.words = words.open("a")
        self.process = subprocess.Popen(
            [*HAILONG, "demo", "--scale", "tiny", "--port", "0", "--data", str(data)],
            cwd=ROOT,
            env=environment(PYTHONUNBUFFERED="1"),
            stdout=subprocess.PIPE,
            stderr=self.words,
            text=True,
        )
        self.said = ""

    def until(self, text):
        while text not in self.said:
            line = self.process.stdout.readline()
            assert line, self.said
            self.said += line
        return self.said

    def end(self):
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        try:
            self.process.wait(30)
        finally:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.words.close()


@pytest.fixture
def start(tmp_path):
    """Starts the demo of this test's folder; whatever still runs is ended afterwards."""
    running = []

    def begin():
        running.append(Running(tmp_path / "var", tmp_path / "words"))
        return running[-1]

    yield begin
    for one in running:
        if one.process.poll() is None:
            one.end()


def test_a_killed_filling_starts_over_and_a_second_start_uses_what_is_there(start, tmp_path):
    data = tmp_path / "var"
    killed = start()
    killed.until("a year of dossiers")
    killed.process.send_signal(signal.SIGKILL)
    killed.end()
    assert not json.loads((data / folder.NAME).read_text())["made_at"]
    assert processes.wait_until(
        lambda: not list(processes.leftovers("postgres", data / "pg/data")), seconds=20
    )

    first = start()
    told = first.until("open it to a network")
    assert "Making the demo city" in told
    assert "Ready: http://127.0.0.1:" in told
    for one in accounts.ACCOUNTS:
        assert one.name in told
    assert accounts.PASSWORD in told
    database = Postgres(data)
    counted = "select count(*), count(distinct code) from promise"
    before = database.psql(counted, "hailong")
    assert before.split("|")[0] == before.split("|")[1]
    assert (data / "editions").is_dir()
    first.end()

    second = start()
    again = second.until("open it to a network")
    assert "Making" not in again
    assert again.split("Ready")[1].split("\n", 4)[4] in told
    assert database.psql(counted, "hailong") == before
    assert second.process.poll() is None


def test_a_folder_that_holds_something_else_is_never_touched(tmp_path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secrets.toml").write_text("")
    done = said(tmp_path, "demo", "--data", "var", "--port", "0")
    assert done.returncode == 1
    assert "not a demo" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secrets.toml"]


def test_a_port_that_is_taken_is_told_before_anything_is_made(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = said(tmp_path, "demo", "--data", "var", "--port", port)
    assert done.returncode == 1
    assert done.stderr == (
        f"hailong: cannot listen on 127.0.0.1:{port}: Address already in use; "
        "name another with --port\n"
    )
    assert "Making" not in done.stdout
    assert [path.name for path in (tmp_path / "var").iterdir()] == [folder.NAME]


def test_a_folder_that_was_begun_is_to_be_filled_and_one_that_was_filled_is_not(tmp_path):
    assert not folder.claim(tmp_path, scale="small", seed=1).is_filled
    assert not folder.claim(tmp_path, scale="city", seed=2).is_filled
    filled = Demo("city", 2, made_at="2026-11-18T03:30:00+00:00", tracking_code="X")
    folder.keep(tmp_path, filled)
    assert folder.claim(tmp_path, scale="city", seed=2) == filled
    assert (tmp_path / folder.NAME).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("scale", "seed"), [("city", 1), ("small", 2)])
def test_another_demo_than_the_one_that_is_there_is_refused(tmp_path, scale, seed):
    folder.keep(tmp_path, Demo("small", 1, made_at="2026-11-18T03:30:00+00:00"))
    with pytest.raises(OtherDemo, match="--scale small --seed 1"):
        folder.claim(tmp_path, scale=scale, seed=seed)


@pytest.mark.parametrize("content", ["", "[]", '{"scale": 1}', '{"strange": true}'])
def test_a_note_that_cannot_be_read_is_no_demo(tmp_path, content):
    (tmp_path / folder.NAME).write_text(content)
    with pytest.raises(NotADemo):
        folder.claim(tmp_path, scale="small", seed=1)
