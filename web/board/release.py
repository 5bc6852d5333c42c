"""An edition becomes files once: whole or not at all, also when the power fails in between."""

import asyncio
import fcntl
import logging
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from feedback import deliveries
from ranking.frozen.edition_body import Edition
from ranking.life import editions
from sla.acts import Act
from web.board import flushing, manifest, pages, tables
from web.settings import Settings

log = logging.getLogger(__name__)

FENCE = ".fence"
"""Holds the number of the last who led: whoever has a lower one has been passed by."""


@dataclass(eq=False)
class PassedBy(Exception):
    """Another process leads by now; this one was held up, and puts nothing in place any more."""

    number: int
    latest: int


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
    fence: int | None = None
    for name in await editions.published_names():
        is_there = (into / name).is_dir()
        if is_there and name not in untold:
            continue
        if not is_there:
            fence = fence or await editions.lead_releases()
            if fence is None:
                return False  # another process is at it
            edition = await editions.read(name)
            await asyncio.to_thread(_drawn, edition, into / name, settings, fence)
        digest = manifest.digest((into / name / manifest.NAME).read_bytes())
        if await editions.note_manifest(name, digest) != digest:
            log.warning("edition released anew differs", extra={"edition": name})
        if name in untold:
            await deliveries.owe_edition(name, act)
        return True
    return False


def _drawn(edition: Edition, into: Path, settings: Settings, fence: int) -> None:
    with suppress(AlreadyReleased):  # by another process, as quick, with the same bytes
        draw(edition, into, demo=settings.demo, base_url=settings.base_url, fence=fence)


def draw(
    edition: Edition,
    into: Path,
    *,
    demo: bool = False,
    base_url: str | None = None,
    fence: int | None = None,
) -> int:
    """`release` of all files of an edition, each written as soon as it is drawn; how many."""
    with _placed(into, fence) as draft:
        listed = pages.draw(edition, partial(_write, draft), demo=demo, base_url=base_url)
        content = manifest.listing(listed, tables.facts(edition))
        listed |= _write(draft, [(manifest.NAME, content)])
    return len(listed)


def release(files: Mapping[str, bytes], into: Path, *, fence: int | None = None) -> None:
    """Put the files in place as the folder `into`. Raises `AlreadyReleased` if it stands already.

    Everything is on disk before the folder gets its name; what a crash left of an earlier attempt
    is discarded. `fence` is the number under which this process leads; `PassedBy` if the folder
    has seen a higher one: whoever was held up so long that another leads must not write.
    """
    with _placed(into, fence) as draft:
        # the manifest last: a folder without one is not an edition
        names = sorted(files, key=lambda name: (name == manifest.NAME, name))
        _write(draft, ((name, files[name]) for name in names))


@contextmanager
def _placed(into: Path, fence: int | None) -> Iterator[Path]:
    """An empty folder that becomes `into` with what was written to it meanwhile."""
    into.parent.mkdir(parents=True, exist_ok=True)
    with _alone(into.parent):
        if fence is not None:
            _pass_fence(into.parent / FENCE, fence)
        if into.exists():
            raise AlreadyReleased(into)
        draft = into.with_name(f".{into.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        with flushing.flushed(draft):
            yield draft
        draft.rename(into)
        flushing.sync(into.parent)


def _write(draft: Path, files: Iterable[pages.File]) -> dict[str, manifest.Entry]:
    """What the manifest says of each."""
    listed: dict[str, manifest.Entry] = {}
    folders: set[str] = set()
    for name, content in files:
        folder = name.rpartition("/")[0]
        if folder not in folders:
            (draft / folder).mkdir(parents=True, exist_ok=True)
            folders.add(folder)
        with (draft / name).open("wb") as file:  # over what a helper may have left half
            file.write(content)
        listed[name] = manifest.entry(content)
    return listed


def read(folder: Path) -> dict[str, bytes]:
    """The files of a released edition, path -> content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _pass_fence(path: Path, fence: int) -> None:
    """Leave one's number, unless a higher one is there."""
    latest = int(path.read_text()) if path.exists() else 0
    if fence < latest:
        raise PassedBy(fence, latest)
    if fence > latest:
        new = path.with_name(f"{FENCE}.new")
        new.unlink(missing_ok=True)
        new.write_text(str(fence))
        flushing.sync(new)
        new.replace(path)
        flushing.sync(path.parent)


@contextmanager
def _alone(parent: Path) -> Iterator[None]:
    """One release at a time; the lock goes with the process that held it."""
    descriptor = os.open(parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
