"""As whom PostgreSQL runs, for it refuses to be root; no user is ever made for it."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from web.running import processes

NOBODY = 65534
# The server sees uid 1000 while its files stay root's: works below a folder of mode 0700.
_NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
_AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--")


@dataclass(eq=False)
class NotAsRoot(processes.EmbeddedError):
    """PostgreSQL cannot be started by root on this machine."""

    def __str__(self) -> str:
        return (
            "PostgreSQL does not run as root, and this machine allows neither user namespaces "
            "nor another user in the data folder: start as an ordinary user, choose a --data "
            "folder all users can reach, or set HAILONG_DATABASE_URL"
        )


@dataclass(frozen=True, slots=True)
class Road:
    """How to start a program of PostgreSQL: a prefix, its folder, and who owns its files."""

    prefix: tuple[str, ...]
    programs: Path
    owner: int


def road(home: Path, programs: Path) -> Road:
    """The first that works: as oneself, in a user namespace, as nobody; raises NotAsRoot.

    Afterwards all of `home` belongs to the one who will run there.
    """
    found = _road(home, programs)
    if home.lstat().st_uid != found.owner:
        give(home, found.owner)
    return found


def _road(home: Path, programs: Path) -> Road:
    if os.geteuid() != 0:
        return Road((), programs, os.geteuid())
    if processes.works(*_NAMESPACE, "true"):
        return Road(_NAMESPACE, programs, 0)
    if not processes.works(*_AS_NOBODY, "true"):
        raise NotAsRoot
    return _as_nobody(home, programs)


def _as_nobody(home: Path, programs: Path) -> Road:
    home.parent.chmod(home.parent.stat().st_mode | 0o011)  # to pass through, not to list
    give(home, NOBODY)
    if not processes.works(*_AS_NOBODY, "test", "-x", str(programs / "postgres")):
        programs = _copied(programs, home / "programs")
    if not processes.works(*_AS_NOBODY, "test", "-x", str(programs / "postgres")):
        raise NotAsRoot
    return Road(_AS_NOBODY, programs, NOBODY)


def _copied(programs: Path, into: Path) -> Path:
    """The installation around `programs`, where nobody can read it."""
    if not into.exists():
        draft = into.with_name(".programs.draft")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(programs.parent, draft, symlinks=True)
        give(draft, NOBODY)
        draft.rename(into)
    return into / programs.name


def give(folder: Path, owner: int) -> None:
    """All in it, the folder itself last: while that is another's, the work is unfinished."""
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(Path(parent, name), owner, -1, follow_symlinks=False)
    os.chown(folder, owner, -1, follow_symlinks=False)
