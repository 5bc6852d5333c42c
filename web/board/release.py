"""An edition becomes files once: whole or not at all, also when the power fails in between."""

import asyncio
import fcntl
import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ranking import editions
from ranking.edition_body import Edition
from sla.acts import Act
from web.board import manifest, pages
from web.settings import Settings

log = logging.getLogger(__name__)


@dataclass(eq=False)
class AlreadyReleased(Exception):
    """An edition stands there; it is never replaced."""

    folder: Path


def folder(settings: Settings) -> Path:
    """Where the released editions of this installation lie, a folder each."""
    return settings.data / "editions"


async def release_board(act: Act, settings: Settings) -> bool:
    """Put one published edition that is not on disk yet there; whether there was one.

    The digest of its manifest is kept with the edition: whoever has the files can be told whether
    they are those first released.
    """
    into = folder(settings)
    untold = set(await editions.without_manifest())
    for name in await editions.published_names():
        is_there = (into / name).is_dir()
        if is_there and name not in untold:
            continue
        if not is_there:
            edition = await editions.read(name)
            await asyncio.to_thread(_write, edition, into / name, settings)
        digest = manifest.digest((into / name / manifest.NAME).read_bytes())
        if await editions.note_manifest(name, digest) != digest:
            log.warning("edition released anew differs", extra={"edition": name})
        return True
    return False


def _write(edition: Edition, into: Path, settings: Settings) -> None:
    files = pages.files(edition, demo=settings.demo, base_url=settings.base_url)
    with suppress(AlreadyReleased):  # by another process, as quick, with the same bytes
        release(files, into)


def release(files: Mapping[str, bytes], into: Path) -> None:
    """Put the files in place as the folder `into`. Raises `AlreadyReleased` if it stands already.

    Everything is on disk before the folder gets its name; what a crash left of an earlier attempt
    is discarded.
    """
    into.parent.mkdir(parents=True, exist_ok=True)
    with _alone(into.parent):
        if into.exists():
            raise AlreadyReleased(into)
        draft = into.with_name(f".{into.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        # the manifest last: a folder without one is not an edition
        for name in sorted(files, key=lambda name: (name == manifest.NAME, name)):
            _write_durably(draft / name, files[name])
        for path in sorted((p for p in draft.rglob("*") if p.is_dir()), reverse=True):
            _sync(path)
        _sync(draft)
        draft.rename(into)
        _sync(into.parent)


def read(folder: Path) -> dict[str, bytes]:
    """The files of a released edition, path -> content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@contextmanager
def _alone(parent: Path) -> Iterator[None]:
    """One release at a time; the lock goes with the process that held it."""
    descriptor = os.open(parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write_durably(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
