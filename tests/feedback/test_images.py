"""What becomes of a picture: only pixels come through, and nothing it holds can do harm."""

import asyncio
import io
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from feedback import images
from feedback.errors import NotAPicture
from tests import hostile
from web.pages import attachments

LIMITS = Path("/proc/self/limits")


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


async def refused(data: bytes) -> str:
    with pytest.raises(NotAPicture) as caught:
        await images.clean(data)
    return caught.value.reason


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_where_whose_and_by_what_is_gone(kind: str):
    original = hostile.photo(kind)
    assert any(secret in original for secret in hostile.SECRETS)
    drawn = await images.clean(original)
    for data in (drawn.whole, drawn.preview):
        assert not [secret for secret in hostile.SECRETS if secret in data]
        assert not [mark for mark in (b"Exif", b"ICC_PROFILE", b"http:", b"GPS") if mark in data]
        assert images.is_bare(data)
        assert not opened(data).getexif()


async def test_a_picture_stands_upright_as_the_camera_was_held():
    drawn = await images.clean(hostile.photo(size=(640, 480), orientation=6))
    assert (drawn.width, drawn.height) == (480, 640)
    red, green, _ = opened(drawn.whole).getpixel((470, 10))  # top left came to stand top right
    assert red > 150
    assert green < 100


async def test_a_large_photo_is_scaled_down_and_a_small_one_left_as_it_is():
    drawn = await images.clean(hostile.photo(size=(4000, 3000)))
    assert (drawn.width, drawn.height) == (2560, 1920)
    assert max(opened(drawn.preview).size) == 320
    assert (await images.clean(hostile.photo(size=(30, 20)))).width == 30


async def test_of_an_animation_the_first_frame_remains():
    drawn = await images.clean(hostile.animated())
    assert opened(drawn.whole).getpixel((5, 5))[1] > 100
    assert getattr(opened(drawn.whole), "n_frames", 1) == 1


async def test_what_is_transparent_lies_on_white():
    out = io.BytesIO()
    Image.new("LA", (20, 20), (0, 0)).save(out, "PNG")
    assert opened((await images.clean(out.getvalue())).whole).getpixel((3, 3)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16", "RGBA"])
async def test_every_kind_of_png_is_drawn(mode: str):
    out = io.BytesIO()
    Image.new(mode, (3000, 10)).save(out, "PNG")
    assert (await images.clean(out.getvalue())).width == 2560


async def test_ten_kilobytes_do_not_unpack_to_four_hundred_megabytes():
    bomb = hostile.bomb()
    assert len(bomb) < 100_000
    assert await refused(bomb) == "too_many_pixels"


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
async def test_a_head_that_tells_too_many_pixels_is_enough_to_refuse(kind: str):
    assert await refused(hostile.declared(kind)) == "too_many_pixels"


async def test_of_two_pictures_in_one_file_the_first_remains():
    """As phones store a portrait: the second may show what was cut away."""
    out, first = io.BytesIO(), Image.new("RGB", (60, 40), "green")
    first.save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (60, 40), "blue")])
    drawn = await images.clean(out.getvalue())
    assert opened(drawn.whole).getpixel((5, 5))[1] > 100
    assert drawn.whole.count(b"\xff\xd8\xff") == 1


async def test_inks_are_drawn_as_light():
    out = io.BytesIO()
    Image.new("CMYK", (60, 40), (0, 255, 255, 0)).save(out, "JPEG")
    red, green, _ = opened((await images.clean(out.getvalue())).whole).getpixel((5, 5))
    assert red > 150 > green


async def test_more_pixels_than_a_header_tells_are_never_unpacked():
    drawn = await images.clean(hostile.bomb(20_000, declared=300))
    assert (drawn.width, drawn.height) == (300, 300)


async def test_a_comment_that_unpacks_to_a_hundred_megabytes_gets_nowhere():
    assert await refused(hostile.text_bomb()) == "broken"


async def test_a_picture_that_is_a_page_as_well_is_only_a_picture_afterwards():
    drawn = await images.clean(hostile.POLYGLOT)
    assert b"script" not in drawn.whole + drawn.preview
    assert b"PK\x03\x04" not in drawn.whole


@pytest.mark.parametrize("name", sorted(hostile.NO_PICTURES))
async def test_what_is_no_picture_is_refused_whatever_it_is_called(name: str):
    data = hostile.NO_PICTURES[name]
    assert images.kind_of(data[: images.HEAD]) == ""
    assert await refused(data) == "not_a_picture"


@pytest.mark.parametrize("part", [0.1, 0.5, 0.95])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_cut_short_is_refused(kind: str, part: float):
    data = hostile.photo(kind)
    assert await refused(data[: int(len(data) * part)]) == "broken"


async def test_an_empty_file_is_no_picture():
    assert await refused(b"") == "not_a_picture"


def test_kinds_are_told_by_content():
    kinds = {kind: images.kind_of(hostile.photo(kind)[:64]) for kind in ("JPEG", "PNG", "WEBP")}
    assert kinds == {"JPEG": "jpeg", "PNG": "png", "WEBP": "webp"}
    assert images.kind_of(hostile.HEIC) == "heic"
    assert images.kind_of(hostile.PDF) == "pdf"


def test_a_file_with_anything_behind_its_end_is_not_bare():
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG")
    assert images.is_bare(out.getvalue())
    assert not images.is_bare(out.getvalue() + b"x")
    assert not images.is_bare(out.getvalue() + b"x\xff\xd9")
    assert not images.is_bare(hostile.photo())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_no_bytes_confuse_who_judges_them(data: bytes, is_jpeg: bool):
    whole = b"\xff\xd8" + data + b"\xff\xd9" if is_jpeg else data
    assert images.is_bare(whole) in {True, False}
    assert images.kind_of(data) in images.ACCEPTED | {"heic", "pdf", ""}


async def test_the_child_can_open_no_file_and_no_connection(tmp_path):
    code = (
        f"import sys; sys.path.insert(0, {str(images.CHILD.parent)!r}); import image_child as c\n"
        "import os, socket\n"
        "c.Image.preinit(); c.give_up_rights(); ended = []\n"
        "for act in (lambda: open('/etc/hostname'), socket.socket, lambda: bytearray(1 << 30),"
        " lambda: os.fork() or os._exit(0)):\n"
        "    try: act()\n"
        "    except (OSError, MemoryError): ended.append(1)\n"
        "os.write(1, str(len(ended)).encode())\n"
    )
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await child.communicate()
    assert int(said) >= 3  # root may fork for all that


@pytest.mark.skipif(not LIMITS.exists(), reason="this system does not show limits")
async def test_the_child_has_given_up_its_rights_before_it_reads_a_byte():
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(images.CHILD),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    wanted = [f"Max address space {640 * 1024 * 1024}", "Max open files 3", "Max file size 0"]
    try:
        async with asyncio.timeout(120):  # nothing was sent: it waits, however long it takes
            while not all(  # noqa: ASYNC110 -- the kernel tells nobody when a limit is set
                one in limits_of(child.pid) for one in wanted
            ):
                await asyncio.sleep(0.05)
    finally:
        child.kill()
        await child.wait()


def limits_of(pid: int) -> str:
    lines = Path(f"/proc/{pid}/limits").read_text("ascii").splitlines()
    return "\n".join(" ".join(line.split()) for line in lines)


def test_running_out_of_time_and_being_killed_for_memory_are_told_apart():
    assert images.REASONS[-signal.SIGXCPU] == "too_slow"
    assert images.REASONS[-signal.SIGKILL] == "too_much_memory"
    assert set(images.REASONS.values()) <= {*attachments.REASONS}
