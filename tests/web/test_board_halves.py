"""Both languages are drawn at the same time, and come out as if one after the other."""

import multiprocessing
import os
from collections.abc import Callable

import pytest

from web.board import halves

LARGE = 1_000_000
"""More than stands in the pipe between two processes."""


def draw(language: str, told: Callable[[], bytes]) -> dict[str, bytes]:
    first = b"a" * LARGE
    return {f"{language}/a": first, f"{language}/b": told(), f"{language}/c": told()}


def drawn(draw: halves.Draw, languages: tuple[str, ...], *, at_once: bool) -> list[object]:
    with halves.begun(draw, languages, at_once=at_once) as finished:
        return finished(b"b" * LARGE)


@pytest.mark.parametrize("languages", [("vi",), ("vi", "en"), ("vi", "en", "fr")])
def test_at_once_or_one_after_the_other_makes_no_difference(languages: tuple[str, ...]):
    apart = drawn(draw, languages, at_once=True)
    assert apart == drawn(draw, languages, at_once=False)
    assert [len(files) for files in apart if isinstance(files, dict)] == [3] * len(languages)


def test_each_is_drawn_in_a_process_of_its_own_where_there_is_much():
    def where(language: str, told: Callable[[], bytes]) -> int:
        return os.getpid()

    assert len({*drawn(where, ("vi", "en"), at_once=True), os.getpid()}) == 3
    assert {*drawn(where, ("vi", "en"), at_once=False)} == {os.getpid()}


@pytest.mark.parametrize("asks_first", [False, True])
def test_what_a_helper_dies_of_is_done_without_it(asks_first: bool):
    here = os.getpid()

    def dying(language: str, told: Callable[[], bytes]) -> dict[str, bytes]:
        if asks_first:
            told()
        if os.getpid() != here and language == "en":
            os._exit(9)
        return draw(language, told)

    assert drawn(dying, ("vi", "en"), at_once=True) == drawn(draw, ("vi", "en"), at_once=False)


def test_what_cannot_be_drawn_is_a_fault_here_too():
    def failing(language: str, told: Callable[[], bytes]) -> dict[str, bytes]:
        if language == "en":
            os._exit(1) if os.getpid() != here else None
            raise KeyError(language)
        return draw(language, told)

    here = os.getpid()
    with pytest.raises(KeyError):
        drawn(failing, ("vi", "en"), at_once=True)


def test_nobody_draws_on_for_whom_nobody_waits():
    with pytest.raises(ValueError, match="no data"), halves.begun(draw, ("vi",), at_once=True):
        raise ValueError("no data")
    assert multiprocessing.active_children() == []
