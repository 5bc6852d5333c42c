"""Pictures from outside, judged by content and drawn anew in a limited child process.

Ten kilobytes may unpack to four hundred megabytes, and a photo tells where it was taken: neither
the decoder nor the original is trusted. What comes out is checked to be a bare JPEG.
"""

import asyncio
import re
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import orjson

from feedback.errors import NotAPicture

CHILD = Path(__file__).with_name("image_child.py")
WALL_SECONDS = 20.0
OUTPUT_AT_MOST = 24 * 1024 * 1024
HEAD = 64
"""How many first bytes `kind_of` needs."""

ACCEPTED = frozenset({"jpeg", "png", "webp"})
# By the child's exit status, or the signal that ended it. Out of time it gets SIGXCPU; SIGKILL
# comes from the system, when memory runs out.
REASONS = {
    10: "not_a_picture",
    12: "too_many_pixels",
    -signal.SIGXCPU: "too_slow",
    -signal.SIGKILL: "too_much_memory",
}

_MAGIC: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"\xff\xd8\xff"), "jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "png"),
    (re.compile(rb"RIFF....WEBPVP8", re.DOTALL), "webp"),
    (re.compile(rb"....ftyp(hei[cxms]|hev[cxms]|mif1|msf1)", re.DOTALL), "heic"),
    (re.compile(rb"\s*%PDF-"), "pdf"),
)
# Everything a picture may consist of that is not its pixels' own: JFIF, tables, frame, restart.
_BARE = frozenset({0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDD, 0xDA})
_IN_SCAN = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Clean:
    """A picture drawn anew, with its preview; both are JPEG files without any metadata."""

    width: int
    height: int
    whole: bytes
    preview: bytes


def kind_of(head: bytes) -> str:
    """What the first bytes say it is: one of `ACCEPTED`, `heic`, `pdf`, or empty for all else."""
    return next((kind for pattern, kind in _MAGIC if pattern.match(head)), "")


async def clean(data: bytes) -> Clean:
    """Draw a picture anew. Raises `NotAPicture` with the reason.

    It takes the child a tenth of a second to start and never more than 20 s to end.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(CHILD),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd="/",
        env={"OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"},
    )
    try:
        async with asyncio.timeout(WALL_SECONDS):
            said, status = await _spoken(child, data)
    except TimeoutError:
        raise NotAPicture("too_slow") from None
    finally:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()
    if status == 0:
        return _read(said)
    # What begins as a picture and cannot be opened was one once.
    if status in REASONS and not (REASONS[status] == "not_a_picture" and kind_of(data[:HEAD])):
        raise NotAPicture(REASONS[status])
    raise NotAPicture("broken")


async def _spoken(child: asyncio.subprocess.Process, data: bytes) -> tuple[bytes, int]:
    """What the child says, up to a limit, and how it ended."""
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("a child without pipes")
    with suppress(BrokenPipeError, ConnectionResetError):  # it may end before it has read all
        child.stdin.write(data)
        await child.stdin.drain()
        child.stdin.close()
    said = bytearray()
    while chunk := await child.stdout.read(1 << 16):
        said += chunk
        if len(said) > OUTPUT_AT_MOST:
            raise NotAPicture("broken")
    return bytes(said), await child.wait()


def _read(said: bytes) -> Clean:
    """The child's answer, believed no further than it can be checked."""
    head, _, files = said.partition(b"\n")
    try:
        told = orjson.loads(head)
        width, height, length, rest = (
            int(told[name]) for name in ("width", "height", "whole", "preview")
        )
    except (ValueError, KeyError, TypeError):
        raise NotAPicture("broken") from None
    whole, preview = files[:length], files[length:]
    if len(preview) != rest or not (is_bare(whole) and is_bare(preview)):
        raise NotAPicture("broken")
    return Clean(width, height, whole, preview)


def is_bare(data: bytes) -> bool:
    """Whether this is one JPEG file from its first byte to its last, and pixels only: no Exif,
    no profile, no comment, nothing behind its end (ITU-T T.81, annex B).
    """
    if not data.startswith(b"\xff\xd8") or not data.endswith(b"\xff\xd9"):
        return False
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] in _BARE:
        is_scan = data[at + 1] == 0xDA
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if is_scan:
            found = _IN_SCAN.search(data, at)
            if found is None:
                return False
            at = found.start()
    return at == len(data) - 2 and data[at:] == b"\xff\xd9"
