"""Pictures good and bad, made when they are needed."""

import io
import struct
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo

GPS = b"GPS-10.7769-106.7009"
SECRETS = (GPS, b"Nguyen Van A", b"SecretPhone", b"<x:xmpmeta", b"ICC-MARK", b"a comment")


def photo(kind: str = "JPEG", *, size: tuple[int, int] = (640, 480), orientation: int = 1) -> bytes:
    """A photo as a phone makes it: where, whose, by what, all in its metadata."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SecretPhone"
    exif[0x013B] = "Nguyen Van A"
    exif.get_ifd(0x8825).update({1: "N", 2: (10.0, 46.0, 37.0), 29: GPS.decode()})
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    picture.paste((200, 30, 30), (0, 0, size[0] // 4, size[1] // 4))  # top left is red
    out = io.BytesIO()
    more: dict[str, object] = {"exif": exif, "xmp": b"<x:xmpmeta>Nguyen Van A</x:xmpmeta>"}
    if kind == "JPEG":
        more |= {"comment": b"a comment", "icc_profile": b"ICC-MARK" * 20, "quality": 90}
    if kind == "PNG":
        texts = PngInfo()
        texts.add_text("Author", "Nguyen Van A")
        texts.add_text("Where", GPS.decode())
        more = {"exif": exif, "pnginfo": texts}
    picture.save(out, kind, **more)
    return out.getvalue()


def bomb(side: int = 20_000, *, declared: int | None = None) -> bytes:
    """A PNG of ten kilobytes that unpacks to hundreds of megabytes, as its header says or not."""
    packer = zlib.compressobj(9)
    row = b"\0" * (side // 8 + 1)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    told = declared or side
    header = struct.pack(">IIBBBBB", told, told, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND")


def text_bomb() -> bytes:
    """A small PNG whose compressed text unpacks to a hundred megabytes."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    text = b"Comment\0\0" + zlib.compress(b"\0" * 100_000_000, 9)
    chunks = _chunk(b"IHDR", header) + _chunk(b"zTXt", text)
    return b"\x89PNG\r\n\x1a\n" + chunks + _chunk(b"IDAT", zlib.compress(b"\0\0")) + _chunk(b"IEND")


def _chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def animated(kind: str = "WEBP") -> bytes:
    """Two frames: green, then blue."""
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


SCRIPT = b"<script>alert(document.cookie)</script>"
POLYGLOT = photo() + b"\n<html>" + SCRIPT + b"</html>PK\x03\x04"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"
HTML = b"<!doctype html><title>x</title>" + SCRIPT * 4
PDF = b"%PDF-1.7\n1 0 obj <</OpenAction 2 0 R>>" + b" " * 80
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 80


def drawn_as(kind: str) -> bytes:
    """A good picture of a kind we do not take: another decoder is another way in."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, kind)
    return out.getvalue()


def declared(kind: str, side: int = 16_000) -> bytes:
    """A small picture whose head says that it is large: nothing is to be unpacked to find out."""
    data = bytearray(photo(kind, size=(64, 64)))
    if kind == "JPEG":
        at = data.index(b"\xff\xc0\x00\x11\x08") + 5
        data[at : at + 4] = struct.pack(">HH", side, side)
    if kind == "WEBP":
        at = data.index(b"VP8 ") + 14
        data[at : at + 4] = struct.pack("<HH", side, side)
        at = data.index(b"VP8X") + 12
        data[at : at + 6] = 2 * (side - 1).to_bytes(3, "little")
    return bytes(data)


NO_PICTURES = {
    "svg": SVG,
    "html": HTML,
    "program": b"MZ" + b"\0" * 80,
    "archive": b"PK\x03\x04" + b"\0" * 80,
    "video": b"\0\0\0\x18ftypmp42" + b"\0" * 80,
    "script for a printer": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n(id) run\n"
    + b" " * 80,
    **{kind.lower(): drawn_as(kind) for kind in ("GIF", "TIFF", "BMP", "ICO", "PPM", "AVIF")},
}
