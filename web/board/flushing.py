"""What was written is on the disk, also when the power fails a moment later."""

import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

SYNCFS = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
"""Linux has it since 2.6.39, and tells since 5.8 what could not be written."""


@contextmanager
def flushed(folder: Path) -> Iterator[None]:
    """All that is written below the folder meanwhile is on the disk at the end. Raises `OSError`.

    Thousands of files are brought there together, which takes a fifth of the time that one after
    the other takes.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)  # opened first: it sees every fault
    try:
        yield
        if SYNCFS is None:
            one_by_one(folder)
        else:
            together(descriptor, SYNCFS)
    finally:
        os.close(descriptor)


def together(descriptor: int, syncfs: Callable[[int], int]) -> None:
    """The whole file system it is a part of."""
    if syncfs(descriptor) != 0:
        fault = ctypes.get_errno()
        raise OSError(fault, os.strerror(fault))


def one_by_one(folder: Path) -> None:
    """Every file below the folder, every folder, and itself."""
    for path in folder.rglob("*"):
        sync(path)
    sync(folder)


def sync(path: Path) -> None:
    """One file, or which names a folder has."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
