"""Pictures are packed so that any reader of PNG sees the very entries that were drawn."""

import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from web.board import packing
from web.board.packing import Rows

PALETTE = [(entry, 255 - entry, 7) for entry in range(256)]
RUNS = st.lists(
    st.tuples(st.integers(0, 255), st.one_of(st.integers(1, 5), st.integers(255, 1200))),
    min_size=1,
    max_size=40,
)


def picture(runs: list[tuple[int, int]], width: int) -> Rows:
    """The runs one after the other in rows of that width; what is left of the last row is 0."""
    entries = np.concatenate([np.full(length, entry, np.uint8) for entry, length in runs])
    rows = np.zeros((-(-entries.size // width), 1 + width), np.uint8)
    padded = np.zeros(rows.shape[0] * width, np.uint8)
    padded[: entries.size] = entries
    rows[:, 1:] = padded.reshape(-1, width)
    return rows


def read(content: bytes) -> Rows:
    found = Image.open(io.BytesIO(content))
    assert found.mode == "P"
    found.load()
    return np.asarray(found)


@given(RUNS, RUNS, st.integers(1, 400))
def test_a_picture_reads_as_it_was_drawn_whatever_the_code_was_fitted_to(
    runs: list[tuple[int, int]], others: list[tuple[int, int]], width: int
):
    rows = picture(runs, width)
    for code in (packing.fitted(rows), packing.fitted(picture(others, 7))):
        assert (read(packing.png(rows, PALETTE, code)) == rows[:, 1:]).all()


def test_every_length_of_a_run_can_be_written():
    rows = picture([(entry % 2, entry) for entry in range(1, 600)], 600)
    assert (read(packing.png(rows, PALETTE, packing.fitted(rows))) == rows[:, 1:]).all()


def test_entries_that_never_come_again_are_written_too():
    rows = picture([(entry, 1) for entry in range(256)], 16)
    assert (read(packing.png(rows, PALETTE, packing.fitted(rows))) == rows[:, 1:]).all()


def test_codes_are_never_longer_than_the_format_allows():
    rows = picture([(entry, 1) for entry in range(25) for _ in range(2**entry // 40 + 1)], 999)
    assert packing.fitted(rows).lengths.max() <= 3 * packing.LONGEST_CODE
    assert (read(packing.png(rows, PALETTE, packing.fitted(rows))) == rows[:, 1:]).all()


def test_paper_takes_hardly_any_room():
    rows = np.zeros((630, 1201), np.uint8)
    assert len(packing.png(rows, PALETTE[:1], packing.fitted(rows))) < 2500
