"""Voices of ever so many answers, weighed some at a time and put together, in whole numbers.

As long as all answers of a voice are weighed at once, it is all the same what others they are
weighed with: what is kept of them is how many answers of each kind weigh 1, 1/2, 1/3 and so on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ranking.method import counting
from ranking.method.counting import LEVELS, SATISFIED, Column

LEVEL_BITS = 3
AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Weights:
    """So many `answers` like `answer` weigh 1/`m` each; each once, in order."""

    answer: Column
    m: Column
    answers: Column


@dataclass(frozen=True, slots=True)
class Voiced:
    """Voices of one kind: n of them, x satisfied; how often 1, 2, 3, 4 and 5 were given."""

    n: Fraction
    x: Fraction
    levels: tuple[int, ...]


NOTHING = Weights(*(np.zeros(0, dtype=np.int64) for _ in range(3)))


def of_voices(voice: Column, answer: Column) -> Weights:
    """The weights of answers, of equal `voice` those of one resident; all of theirs are here.

    An answer is its kind and the level given in one number (`LEVEL_BITS`).
    """
    if not len(voice):
        return NOTHING
    m = counting.answers_of_voice([voice])
    return together([Weights(answer, m, np.ones_like(m))])


def folded(parts: Iterable[Weights]) -> Weights:
    """The weights of all of them, few of which are held at a time."""
    held: list[Weights] = [NOTHING]
    for part in parts:
        held.append(part)
        if sum(len(of.m) for of in held) > AT_ONCE:
            held = [together(held)]
    return together(held)


def together(parts: Sequence[Weights]) -> Weights:
    """The weights of all of them."""
    answer = np.concatenate([part.answer for part in parts])
    m = np.concatenate([part.m for part in parts])
    answers = np.concatenate([part.answers for part in parts])
    if not len(answer):
        return NOTHING
    order = np.lexsort((m, answer))
    answer, m = answer[order], m[order]
    starts = np.flatnonzero(counting.begins([answer, m]))
    return Weights(answer[starts], m[starts], np.add.reduceat(answers[order], starts))


def voiced(of: Weights) -> dict[int, Voiced]:
    """The voices by kind, in order."""
    if not len(of.answer):
        return {}
    kind, overall = of.answer >> LEVEL_BITS, of.answer & (2**LEVEL_BITS - 1)
    starts = np.flatnonzero(counting.begins([kind]))
    n = counting.fractions(starts, of.m, of.answers)
    x = counting.fractions(starts, of.m, of.answers * (overall >= SATISFIED))
    given = [
        np.add.reduceat(of.answers * (overall == level), starts).tolist()
        for level in range(1, LEVELS + 1)
    ]
    voices = map(Voiced, n, x, zip(*given, strict=True))
    return dict(zip(kind[starts].tolist(), voices, strict=True))
