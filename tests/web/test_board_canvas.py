"""A canvas as a file: any reader of PNG sees the very entries that were drawn."""

import io
import zlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from web.board.canvas import Canvas, Shades

PALETTE = bytes(part for entry in range(256) for part in (entry, 255 - entry, 7))
WIDTH = 50
BANDS = st.lists(
    st.tuples(st.integers(1, 60), st.sampled_from(["paper", "plain", "busy"])),
    min_size=1,
    max_size=9,
)


def canvas(bands: list[tuple[int, str]]) -> Canvas:
    """The bands one below the other, each so many rows high."""
    rows = {
        "paper": np.zeros(WIDTH, np.uint8),
        "plain": np.full(WIDTH, 9, np.uint8),
        "busy": np.arange(WIDTH, dtype=np.uint8),
    }
    drawn = np.concatenate([np.tile(rows[kind], (height, 1)) for height, kind in bands])
    return Canvas("#fff", np.pad(drawn, ((0, 0), (1, 0))), PALETTE)


def seen(content: bytes) -> Shades:
    found = Image.open(io.BytesIO(content))
    assert found.mode == "P"
    found.load()
    return np.asarray(found)


@given(BANDS)
def test_a_picture_reads_as_it_was_drawn_wherever_paper_lies_between(bands: list[tuple[int, str]]):
    made = canvas(bands)
    assert (seen(made.png()) == made.rows).all()


@given(BANDS)
def test_the_stream_is_whole_and_its_sum_is_that_of_all_rows(bands: list[tuple[int, str]]):
    made = canvas(bands)
    content = made.png()
    at = content.index(b"IDAT")
    size = int.from_bytes(content[at - 4 : at], "big")
    unpacked = zlib.decompress(content[at + 4 : at + 4 + size])  # which checks the sum
    assert unpacked == b"".join(b"\0" + row.tobytes() for row in made.rows)


def test_the_same_rows_give_the_same_bytes_whatever_was_packed_before():
    made = canvas([(30, "paper"), (40, "busy"), (30, "paper"), (3, "plain")])
    first = made.png()
    for height in range(1, 60):
        canvas([(height, "busy")]).png()
    assert made.png() == first


def test_paper_takes_hardly_any_room():
    assert len(Canvas("#fff").png()) < 2500
