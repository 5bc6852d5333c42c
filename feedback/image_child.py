"""Decodes one picture from outside and draws it anew; run alone, as `python -I image_child.py`.

The bytes come on standard input. Out come two JPEG files, the picture and a small preview, each
made of pixels only: whatever else the original held stays behind. Before the first byte is read
the process gives up memory, time, files and sockets, so that a picture made to do harm can at
most end it. It imports nothing of ours.

The exit status tells why there is no picture: see `feedback.images`.
"""

import io
import json
import os
import resource
import sys
import warnings

from PIL import Image, ImageOps, MpoImagePlugin, WebPImagePlugin

MEMORY_AT_MOST = 640 * 1024 * 1024
CPU_SECONDS = 8
PIXELS_AT_MOST = 40_000_000
LONGEST_SIDE = 2560
PREVIEW_SIDE = 320
FORMATS = ("JPEG", "PNG", "WEBP")
BEFOREHAND = (MpoImagePlugin, WebPImagePlugin)  # later nothing can be imported any more

NOT_A_PICTURE, BROKEN, TOO_MANY_PIXELS = 10, 11, 12


def give_up_rights() -> None:
    """No more memory, time, files, sockets, processes or core than one picture needs."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_AT_MOST, MEMORY_AT_MOST))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    for limit in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_NPROC):
        resource.setrlimit(limit, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))  # the three it has: nothing new opens


def drawn(data: bytes) -> tuple[tuple[int, int], bytes, bytes]:
    """The size, the picture and its preview. SystemExit with a status where there is none."""
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
    except (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        sys.exit(TOO_MANY_PIXELS)
    except Exception:  # noqa: BLE001 -- whatever a decoder raises, it is none of these three
        sys.exit(NOT_A_PICTURE)
    if picture.width * picture.height > PIXELS_AT_MOST:
        sys.exit(TOO_MANY_PIXELS)
    try:
        return _drawn(picture)
    except MemoryError:
        sys.exit(TOO_MANY_PIXELS)
    except Exception:  # noqa: BLE001 -- truncated, damaged, or made to look so
        sys.exit(BROKEN)


def _drawn(picture: Image.Image) -> tuple[tuple[int, int], bytes, bytes]:
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is shrunk as it is decoded
    picture.load()
    turned = picture.getexif().get(0x0112, 1)
    whole = _on_white(_shrunk(picture, LONGEST_SIDE))
    whole = ImageOps.exif_transpose(_with_turn(whole, turned))
    return whole.size, _written(whole, 84), _written(_shrunk(whole, PREVIEW_SIDE), 70)


def _shrunk(picture: Image.Image, side: int) -> Image.Image:
    if max(picture.size) <= side:
        return picture
    # Palettes and deep greys cannot be scaled as they are.
    if picture.mode not in {"RGB", "RGBA", "L", "LA", "CMYK"}:
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    factor = side / max(picture.size)
    width, height = (max(1, round(length * factor)) for length in picture.size)
    return picture.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)


def _on_white(picture: Image.Image) -> Image.Image:
    """Pixels alone, on paper where they were transparent: a new picture knows nothing else."""
    paper = Image.new("RGB", picture.size, "white")
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        paper.paste(picture, mask=picture.getchannel("A"))
    else:
        paper.paste(picture.convert("RGB"))
    return paper


def _with_turn(picture: Image.Image, turned: int) -> Image.Image:
    """The picture with nothing but its orientation, for it to be applied."""
    picture.getexif()[0x0112] = turned
    return picture


def _written(picture: Image.Image, quality: int) -> bytes:
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=quality, progressive=True)
    return out.getvalue()


def main() -> None:
    """Read, draw, write: a line of JSON with the sizes, then the two files."""
    warnings.simplefilter("error")
    Image.MAX_IMAGE_PIXELS = PIXELS_AT_MOST
    Image.preinit()
    give_up_rights()
    size, whole, preview = drawn(sys.stdin.buffer.read())
    head = {"width": size[0], "height": size[1], "whole": len(whole), "preview": len(preview)}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + whole + preview)
    sys.stdout.buffer.flush()
    os._exit(0)  # nothing of an interpreter in small quarters needs tidying up


if __name__ == "__main__":
    main()
