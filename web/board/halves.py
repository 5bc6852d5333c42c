"""The same drawn for each language, at the same time where there is much of it."""

import multiprocessing
import warnings
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

Files = dict[str, bytes]
Draw = Callable[[str], Files]


def each(draw: Draw, languages: Sequence[str], *, at_once: bool) -> list[Files]:
    """What `draw` gives for each language, in their order.

    `at_once`: all but the first in processes of their own, which begin as copies of this one, with
    everything that was read and compiled. What such a process could not do is done here.
    """
    if not at_once:
        return [draw(language) for language in languages]
    begun = [_begin(draw, language) for language in languages[1:]]
    return [draw(languages[0])] + [
        _taken(helper, end) or draw(language)
        for (helper, end), language in zip(begun, languages[1:], strict=True)
    ]


def _begin(draw: Draw, language: str) -> tuple[Any, Connection]:
    here, there = multiprocessing.Pipe(duplex=False)
    helper = multiprocessing.get_context("fork").Process(
        target=_give, args=(draw, language, there), daemon=True
    )
    with warnings.catch_warnings():
        # A copy with one thread of a process with several: it only draws, and takes no lock but
        # those of templates, which nobody else here renders meanwhile.
        warnings.simplefilter("ignore", DeprecationWarning)
        helper.start()
    there.close()
    return helper, here


def _give(draw: Draw, language: str, end: Connection) -> None:
    end.send(draw(language))
    end.close()


def _taken(helper: Any, end: Connection) -> Files | None:
    try:
        files: Files | None = end.recv()
    except EOFError:
        files = None
    helper.join()
    return files
