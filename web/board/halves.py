"""The same drawn for each language, at the same time where there is much of it."""

import gc
import multiprocessing
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing.connection import Connection
from typing import Any

Told = Callable[[], Any]
Draw = Callable[[str, Told], Any]
"""Given a language, and what tells it that which is found out only while it draws."""


@contextmanager
def begun(
    draw: Draw, languages: Sequence[str], *, at_once: bool
) -> Iterator[Callable[[Any], list[Any]]]:
    """Inside, a function that is given what `draw` is to be told, and gives what it makes of each
    language, in their order.

    `at_once`: each is begun right away in a process of its own, as a copy of this one with
    everything that was read and compiled. What such a process could not do is done here.
    """
    helpers: list[_Helper] = []
    if at_once:
        for language in languages:
            helpers.append(_begin(draw, language, helpers))
    try:
        yield partial(_finished, draw, languages, helpers)
    finally:
        for helper in helpers:
            helper.process.kill()
            helper.process.join()
            helper.end.close()


@dataclass(frozen=True, slots=True)
class _Helper:
    process: Any
    end: Connection


def _begin(draw: Draw, language: str, others: Sequence[_Helper]) -> _Helper:
    here, there = multiprocessing.Pipe()
    # A copy has the ends of this process too; closed there, a helper whose maker is gone ends.
    ends = [here, *(other.end for other in others)]
    process = multiprocessing.get_context("fork").Process(
        target=_give, args=(draw, language, there, ends), daemon=True
    )
    with warnings.catch_warnings():
        # A copy with one thread of a process with several: it only draws, and takes no lock but
        # those of templates, which nobody else here renders meanwhile.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    there.close()
    return _Helper(process, here)


def _give(draw: Draw, language: str, end: Connection, ends: Sequence[Connection]) -> None:
    for other in ends:
        other.close()
    gc.disable()  # it makes little that must be looked for, and ends soon

    @cache
    def told() -> Any:
        end.send(_Asking())
        return end.recv()

    end.send(_Made(draw(language, told)))
    end.close()


def _finished(
    draw: Draw, languages: Sequence[str], helpers: Sequence[_Helper], told: Any
) -> list[Any]:
    def made_here(language: str) -> Any:
        return draw(language, lambda: told)

    if not helpers:
        return [made_here(language) for language in languages]
    found = [_taken(helper.end, told) for helper in helpers]
    return [
        of.made if of else made_here(language)
        for language, of in zip(languages, found, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Made:
    made: Any


@dataclass(frozen=True, slots=True)
class _Asking:
    pass


def _taken(end: Connection, told: Any) -> _Made | None:
    """What a helper made; nothing where it died before."""
    try:
        while isinstance(message := end.recv(), _Asking):
            end.send(told)
    except (EOFError, OSError):
        return None
    made: _Made = message
    return made
