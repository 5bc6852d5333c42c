"""Rows read many at a time are the rows that are read one by one."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from web.imports import blocks, lines, reader
from web.imports.blocks import Block
from web.imports.errors import FileRefused, Refusal
from web.imports.reader import Record, Wanted

WANTED = Wanted(("b", "a", "missing"), (("a",),))
BROKEN = '"never closed'

_CELLS = st.text("ab é\t", max_size=12) | st.sampled_from(('"a,b"', '"a\nb"', '"a""b"', "x" * 70))
_ROWS = st.lists(_CELLS, min_size=3, max_size=3) | st.lists(_CELLS, max_size=4)
_FILES = st.tuples(
    st.lists(_ROWS, max_size=12),
    st.sampled_from((",", ";")),
    st.sampled_from(("\n", "\r\n")),
    st.booleans(),
)


@given(_FILES, st.sampled_from(("", BROKEN)), st.integers(8, 64))
@settings(max_examples=50, deadline=None)
def test_blocks_hold_the_records_of_the_file(
    tmp_path_factory: pytest.TempPathFactory,
    file: tuple[list[list[str]], str, str, bool],
    tail: str,
    size: int,
) -> None:
    rows, delimiter, end, is_ended = file
    told = end.join(delimiter.join(row) for row in [["a", "b", "c"], *rows])
    path = tmp_path_factory.mktemp("blocks") / "file.csv"
    path.write_bytes((told + (end + tail if tail else end if is_ended else "")).encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "_BLOCK", size)
        assert _read(path, in_blocks=True) == _read(path, in_blocks=False)


def _read(path: Path, *, in_blocks: bool) -> list[Record | Refusal | str]:
    found: list[Record | Refusal | str] = []
    with lines.opened(path) as source:
        try:
            if not in_blocks:
                found += reader.read(source, path, WANTED)
                return found
            for told in blocks.read(source, path, WANTED):
                found += told.records(np.arange(len(told))) if isinstance(told, Block) else [told]
        except FileRefused as why:
            found.append(f"{why.reason} {why.line}")
    return found


def test_plain_rows_come_as_one_block_and_others_in_their_place(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    with lines.opened(path) as source:
        [block] = blocks.read(source, path, Wanted(("b", "a"), (("a",),)))
    assert isinstance(block, Block)
    assert (len(block), block.line) == (2, 2)
    every = np.arange(2)
    assert block.texts(0, 1, every).tolist() == [b"2", b"4"]
    assert block.texts(1, 8, every, since=1).tolist() == [b"", b""]


def test_texts_that_mix_alike_are_still_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = np.array([b"x", b"y", b"x"], dtype="S8")
    for odd in (blocks._ODD, np.uint64(0)):
        monkeypatch.setattr(blocks, "_ODD", odd)
        found, firsts, places = blocks.distinct(texts)
        assert [found[place] for place in places.tolist()] == [b"x", b"y", b"x"]
        assert texts[firsts].tolist() == found
