"""A real `hailong up`, started and spoken to as a person or a script would."""

import contextlib
import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HAILONG = (sys.executable, "-m", "web")


def environment(**more: str) -> dict[str, str]:
    """Ours, blind to the settings of whoever runs the tests."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("HAILONG_") and name not in {"DATABASE_URL", "REDIS_URL"}
    }
    return {**kept, "PYTHONPATH": f"{ROOT}{os.pathsep}{kept.get('PYTHONPATH', '')}", **more}


def said(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*HAILONG, *arguments],
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,  # a busy machine takes its time
    )


class Up:
    """A running `hailong up`."""

    def __init__(self, process: subprocess.Popen[str], words: Path, address: str) -> None:
        self.process = process
        self.words = words
        self.address = address

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection(self.address, timeout=20)
        with contextlib.closing(connection):
            connection.request("GET", path)
            return connection.getresponse().status

    def children(self) -> dict[str, int]:
        """The numbers of its own children, by what they run."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                status = (entry / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
                if status[1] == str(self.process.pid) and status[0] != "Z":
                    found[_part((entry / "cmdline").read_bytes())] = int(entry.name)
        return {part: number for part, number in found.items() if part}


PARTS = ("postgres", "valkey-server", "serve", "work", "schedule")


def _part(command: bytes) -> str | None:
    words = {Path(word).name for word in command.decode().replace("\0", " ").split()}
    return next((part for part in PARTS if part in words), None)


@contextlib.contextmanager
def running(data: Path, words: Path, *arguments: str, **more: str) -> Iterator[Up]:
    with words.open("a") as output:
        process = subprocess.Popen(
            [*HAILONG, "up", "--port", "0", "--data", str(data), *arguments],
            cwd=ROOT,
            env=environment(**more),
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
        )
    try:
        line = process.stdout.readline()
        assert line.startswith("Ready: http://"), words.read_text("utf-8")
        yield Up(process, words, line.split("//")[1].strip())
    finally:
        process.terminate()
        try:
            process.wait(20)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
