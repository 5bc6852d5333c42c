"""Pictures are packed in pieces, and any reader of PNG sees the very entries that were drawn."""

import io
import zlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from web.board import png
from web.board.png import Rows

PALETTE = [(entry, 255 - entry, 7) for entry in range(256)]
WIDTH = 50
BANDS = st.lists(
    st.tuples(st.integers(1, 60), st.sampled_from(["paper", "plain", "busy"])),
    min_size=1,
    max_size=9,
)


def picture(bands: list[tuple[int, str]]) -> Rows:
    """The bands one below the other, each so many rows high."""
    rows = {
        "paper": np.zeros(WIDTH, np.uint8),
        "plain": np.full(WIDTH, 9, np.uint8),
        "busy": np.arange(WIDTH, dtype=np.uint8),
    }
    return np.concatenate([np.tile(rows[kind], (height, 1)) for height, kind in bands])


def seen(content: bytes) -> Rows:
    found = Image.open(io.BytesIO(content))
    assert found.mode == "P"
    found.load()
    return np.asarray(found)


@given(BANDS)
def test_a_picture_reads_as_it_was_drawn_wherever_paper_lies_between(bands: list[tuple[int, str]]):
    rows = picture(bands)
    assert (seen(png.png(rows, PALETTE)) == rows).all()


@given(BANDS)
def test_the_stream_is_whole_and_its_sum_is_that_of_all_pieces(bands: list[tuple[int, str]]):
    rows = picture(bands)
    content = png.png(rows, PALETTE)
    at = content.index(b"IDAT")
    size = int.from_bytes(content[at - 4 : at], "big")
    unpacked = zlib.decompress(content[at + 4 : at + 4 + size])  # which checks the sum
    assert unpacked == b"".join(b"\0" + row.tobytes() for row in rows)


def test_the_same_rows_give_the_same_bytes_whatever_was_packed_before():
    rows = picture([(30, "paper"), (40, "busy"), (30, "paper"), (3, "plain")])
    first = png.png(rows, PALETTE)
    for height in range(1, 60):
        png.png(picture([(height, "busy")]), PALETTE)
    assert png.png(rows, PALETTE) == first


def test_runs_are_packed_alike_by_the_zlib_of_python_and_by_that_of_pillow():
    rows = picture([(40, "busy"), (40, "plain"), (40, "busy")])
    written = io.BytesIO()
    Image.fromarray(rows).save(written, "PNG", compress_type=zlib.Z_RLE)
    theirs = written.getvalue()
    at = theirs.index(b"IDAT")
    stream = theirs[at + 4 : at + 4 + int.from_bytes(theirs[at - 4 : at], "big")]
    packer = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_RLE)
    ours = packer.compress(zlib.decompress(stream)) + packer.flush()
    assert ours[2:] == stream[2:]  # after the head, which says how hard it was tried


def test_paper_takes_hardly_any_room():
    rows = np.zeros((630, 1200), np.uint8)
    assert len(png.png(rows, PALETTE[:1])) < 2500
