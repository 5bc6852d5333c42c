"""Tasks are done at the same time, and come out as if one after the other."""

import multiprocessing
import os
from functools import partial

import pytest

from web.board import at_once

LARGE = 1_000_000
"""More than stands in the pipe between two processes."""


def draw(name: str) -> dict[str, bytes]:
    return {f"{name}/a": b"a" * LARGE, f"{name}/b": b"b"}


@pytest.mark.parametrize("names", [("all",), ("vi", "all"), ("vi", "en", "all")])
def test_at_once_or_one_after_the_other_makes_no_difference(names: tuple[str, ...]):
    tasks = [partial(draw, name) for name in names]
    assert at_once.done(tasks) == [task() for task in tasks]


def test_each_but_the_last_is_done_in_a_process_of_its_own():
    *others, last = at_once.done([os.getpid] * 3)
    assert last == os.getpid()
    assert len({*others, last}) == 3


def test_what_a_helper_dies_of_is_done_without_it():
    here = os.getpid()

    def dying(name: str) -> dict[str, bytes]:
        if os.getpid() != here:
            os._exit(9)
        return draw(name)

    tasks = [partial(draw, "vi"), partial(dying, "en"), partial(draw, "all")]
    assert at_once.done(tasks) == [draw(name) for name in ("vi", "en", "all")]


def test_a_task_without_a_result_is_done_once():
    here = os.getpid()

    def quiet() -> None:
        assert os.getpid() != here

    assert at_once.done([quiet, int]) == [None, 0]


def test_what_cannot_be_done_is_a_fault_here_too():
    here = os.getpid()

    def failing() -> None:
        if os.getpid() != here:
            os._exit(1)
        raise KeyError("vi")

    with pytest.raises(KeyError):
        at_once.done([failing, partial(draw, "all")])


def test_nobody_draws_on_for_whom_nobody_waits():
    def failing() -> None:
        raise ValueError("no data")

    with pytest.raises(ValueError, match="no data"):
        at_once.done([partial(draw, "vi"), failing])
    assert multiprocessing.active_children() == []
