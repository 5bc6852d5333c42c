"""What is written is brought to the disk; what could not be is told."""

import os
from pathlib import Path

import pytest

from web.board import flushing


def test_what_is_written_meanwhile_is_brought_there_and_stays_as_it_is(tmp_path: Path):
    with flushing.flushed(tmp_path):
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "b").write_bytes(b"b")
    assert (tmp_path / "a" / "b").read_bytes() == b"b"


def test_where_all_at_once_cannot_be_it_is_done_one_by_one(tmp_path: Path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(b"b")
    flushing.one_by_one(tmp_path)
    assert (tmp_path / "a" / "b").read_bytes() == b"b"


@pytest.mark.skipif(flushing.SYNCFS is None, reason="this system has no syncfs")
def test_what_the_disk_refuses_is_told(tmp_path: Path):
    descriptor = os.open(tmp_path, os.O_RDONLY)
    os.close(descriptor)
    with pytest.raises(OSError, match="Bad file descriptor"):
        flushing.together(descriptor, flushing.SYNCFS)


def test_a_fault_of_whoever_writes_is_their_own(tmp_path: Path):
    with pytest.raises(KeyError), flushing.flushed(tmp_path):
        raise KeyError
