"""Child processes: tied to their parent, one owner per folder, nothing left behind."""

import contextlib
import fcntl
import functools
import hashlib
import os
import re
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from web import mistakes

SHORT = Path("/tmp")  # noqa: S108 -- the same whatever TMPDIR says; what is made there is private
SOCKET_LIMIT = 107  # bytes of sun_path on Linux, without the final NUL; macOS has 103
_PLAIN = re.compile(r"[A-Za-z0-9/._-]+")  # needs no quoting in a URL, a setting, a list


class EmbeddedError(mistakes.Mistake):
    """An embedded server cannot be had here. Never raised itself."""


@dataclass(eq=False)
class InUse(EmbeddedError):
    """Another process holds this folder."""

    folder: Path
    holder: str

    def __str__(self) -> str:
        return f"{self.folder} is in use by process {self.holder} (is `hailong up` running there?)"


@dataclass(eq=False)
class UnsafeFolder(EmbeddedError):
    """A folder that others could have prepared for us."""

    folder: Path

    def __str__(self) -> str:
        return f"{self.folder} exists, but is not a private folder of this user"


def claim(folder: Path) -> int:
    """Take the folder for this process; raises InUse. Close the descriptor to give it back.

    The kernel drops the claim with the process, however that dies.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(descriptor)
        raise InUse(folder, holder) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def tied(argv: Sequence[str], deathsig: signal.Signals) -> list[str]:
    """The same command, sent `deathsig` by the kernel when the thread that started it dies.

    Start such children from the main thread. Where the system cannot do it the command is
    unchanged: `leftovers` finds the orphan at the next start.
    """
    name = deathsig.name.removeprefix("SIG")
    prefix = ["setpriv", "--pdeathsig", name, "--"]
    return [*prefix, *argv] if works(*prefix, "true") else list(argv)


@functools.cache
def works(*argv: str) -> bool:
    """Whether this harmless command succeeds on this machine; asked once per process."""
    if shutil.which(argv[0]) is None:
        return False
    return subprocess.run(argv, check=False, capture_output=True).returncode == 0  # noqa: S603 -- ours


def leftovers(program: str, folder: Path) -> Iterator[int]:
    """Living processes of that program that work in that folder: orphans of a killed parent.

    Zombies are not among them. Empty where there is no /proc.
    """
    home = folder.resolve()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            works_here = (entry / "cwd").readlink() == home
            # "postgres (deleted)" when the wheel was replaced under a running server
            if works_here and (entry / "exe").readlink().name.split(" ")[0] == program:
                yield int(entry.name)
        except OSError:  # gone meanwhile, a zombie, or somebody else's
            continue


def stop_leftovers(program: str, folder: Path, *, first: int | None = None) -> None:
    """Stop the orphans in that folder: `first` politely, with patience, then whoever remains."""

    def gone() -> bool:
        return not any(leftovers(program, folder))

    orphans = set(leftovers(program, folder))
    if first in orphans:
        _signal({first}, signal.SIGINT)
        wait_until(gone, seconds=30)
    for number in (signal.SIGTERM, signal.SIGQUIT, signal.SIGKILL):
        if gone():
            return
        _signal(set(leftovers(program, folder)), number)
        wait_until(gone, seconds=5)


def _signal(targets: set[int], number: signal.Signals) -> None:
    for target in targets:
        with contextlib.suppress(ProcessLookupError):
            os.kill(target, number)


def wait_until(settled: Callable[[], bool], *, seconds: float) -> bool:
    """Look every 20 ms; whether it came true in time."""
    end = time.monotonic() + seconds
    while not settled():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def end(process: subprocess.Popen[bytes], *signals: tuple[signal.Signals, float]) -> int:
    """Send one signal after the other, each with its seconds of patience; then SIGKILL. Reaps."""
    for number, patience in signals:
        if process.poll() is None:
            process.send_signal(number)
        try:
            return process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    return process.wait()


def socket_folder(wanted: Path, longest_name: str) -> Path:
    """The folder for unix sockets: `wanted`, or a short one that stands for it.

    A socket's path has at most 107 bytes, and must pass through URLs and settings unquoted.
    The short one is derived from `wanted` and so is the same at every start.
    """
    path = wanted.absolute()
    if len(os.fsencode(path / longest_name)) > SOCKET_LIMIT or not _PLAIN.fullmatch(str(path)):
        digest = hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:16]
        path = SHORT / f"hailong-{os.geteuid()}-{digest}"
    return path


def private_folder(path: Path, *, owner: int) -> Path:
    """The folder, made for `owner` alone; raises UnsafeFolder if another user prepared it."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), owner}:
        raise UnsafeFolder(path)
    if found.st_uid != owner:
        os.chown(path, owner, -1)
    if stat.S_IMODE(found.st_mode) != 0o700:
        path.chmod(0o700)
    return path
