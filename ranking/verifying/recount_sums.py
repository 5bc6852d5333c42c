"""What all boards of an edition share: bands, and sums around the lines; beside verify.py."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from ranking.verifying.recount_text import cases, figures, folder_of, number, percent, period

Row = dict[str, Any]

BANDS = ("above", "undetermined", "below", "none")
NAMED_AT_MOST = 5
ONLY = {
    "above.html": "above",
    "cannot-tell.html": "undetermined",
    "below.html": "below",
    "not-ranked.html": "none",
}
PLACE, PROMISES, NAMES = "index.html", "on-time.html", "by-name.html"
EXAMPLES = ("93.4", "92.2", "94.5"), ("7", "3", "15", "3", "15"), ("97.1", "92.9", "98.9")
"""The figures by which pages explain themselves."""

_CHIP = re.compile(r'<span class="hl-chip hl-chip--(\w+)">.*?</svg>([^<]*)<')


@dataclass(frozen=True)
class Board:
    """What all boards of an edition in one language are held against."""

    language: str
    ranking: Row
    notes: Row
    parameters: Row
    life: Row
    words: dict[str, set[str]] = field(default_factory=lambda: {band: set() for band in BANDS})
    """By band what it is called on the pages read so far."""

    @cached_property
    def lines(self) -> dict[str, Row]:
        """By the folder of the agency."""
        return {folder_of(line["code"]): line for line in self.ranking["agencies"]}

    @cached_property
    def bands(self) -> list[str]:
        """How many are in each band."""
        return [number(sum(band_of(of) == band for of in self.lines.values())) for band in BANDS]

    @cached_property
    def has_answers(self) -> bool:
        return any(of["status"] != "no_answers" for of in self.lines.values())

    @cached_property
    def names(self) -> list[str]:
        """With digits of their own, the longest first."""
        found = [of[f"name_{self.language}"] for of in self.lines.values()]
        found += [of["peer_group"] for of in self.lines.values()]
        return sorted({of for of in found if any(map(str.isdigit, of))}, key=len, reverse=True)

    @cached_property
    def confidence(self) -> str:
        return percent(self.parameters["confidence"], 0)

    @cached_property
    def target(self) -> str:
        return percent(self.parameters["target"], 0)


def band_of(line: Row, prefix: str = "") -> str:
    """The band of an agency, `none` where it is not ranked."""
    return line[prefix + "band"] or "none"


def shown_bands(part: str, board: Board) -> list[str]:
    """The bands of a part of a page, in order; what they are called is kept."""
    found = _CHIP.findall(part)
    for band, word in found:
        board.words.setdefault(band, set()).add(word.strip())
    return [band for band, _ in found]


def check_words(board: Board) -> list[str]:
    """Each band is called by one word, and by no other's."""
    words = [board.words[band] for band in BANDS]
    called = [word for own in words for word in own]
    is_right = len(set(called)) == len(called) and all(len(own) < 2 for own in words)
    return [] if is_right else [f"{board.language}: bands are not always called alike"]


def opening(page: str, board: Board) -> Iterator[str]:
    """From the title to the first group."""
    yield from period(board.ranking["period"], board.language)
    if page == PLACE:
        yield from headline(board)
        yield from _sums(board)
    yield from figures(board.ranking["reason"] or "", board.language)
    if page == PLACE:
        yield from _large(board)
        if board.has_answers:
            yield from (*_quoting(board), board.target)
    if board.has_answers:
        yield from (board.bands[BANDS.index(band)] for band in ONLY.values())
    if page == NAMES:
        yield from ("50", "100", board.target)
    elif page != PROMISES and board.has_answers:
        yield from _marks(board)
    if page == PLACE and board.has_answers:
        yield from _jumps(board)


def closing(page: str, board: Board) -> Iterator[str]:
    """After the last group."""
    has_kept = not (board.has_answers and board.notes["promises_due"])
    if page == PROMISES or (page == PLACE and has_kept):
        for line in board.lines.values():
            if line["without_promise"]:
                yield from (number(line["received"]), number(line["without_promise"]))
    elif page not in (PLACE, NAMES):
        yield from _quoting(board)


def headline(board: Board) -> list[str]:
    """The figures of the one sentence on top."""
    above, undetermined, below, _ = map(int, board.bands)
    ranked = above + undetermined + below
    if above:
        more = [number(below)] if below else []
        first = [number(above), number(ranked)]
        return [*(first[::-1] if board.language == "vi" else first), board.target, *more]
    if ranked:
        return [board.target]
    due = board.notes["promises_due"]
    return [percent(_part(board.notes["promises_met"], due))] if due else []


def _sums(board: Board) -> Iterator[str]:
    total = len(board.lines)
    notes = board.notes
    if not board.has_answers:
        yield from (number(total), cases(notes["promises_due"]), cases(notes["promises_met"]))
        return
    if notes["residents_counted"] is not None:
        yield number(notes["residents_counted"])
    ranked = sum(of["status"] == "ranked" for of in board.lines.values())
    yield from (number(ranked), number(total), number(total - ranked))
    for band, count in zip(BANDS, board.bands, strict=True):
        yield count
        rest = int(count) - NAMED_AT_MOST
        if band in ("above", "below") and rest > 0:
            yield number(rest)


def _large(board: Board) -> Iterator[str]:
    """The three large figures."""
    notes = board.notes
    if notes["residents_counted"] is not None:
        yield number(notes["residents_counted"])
    rolling = sum(bool(of["rolling"] and of["n"]) for of in board.lines.values())
    if rolling:
        yield number(rolling)
    yield cases(notes["promises_due"])
    if notes["promises_due"]:
        yield percent(_part(notes["promises_met"], notes["promises_due"]))


def _quoting(board: Board) -> Iterator[str]:
    """Before you quote this table."""
    share, place, _ = EXAMPLES
    yield from (*share, board.confidence, *place, board.confidence)
    yield percent(board.parameters["false_discovery_rate"], 0)
    aside = [board.notes[f"ratings_{of}"] for of in ("quarantined", "excluded")]
    if any(aside):
        yield from map(number, aside)


def _marks(board: Board) -> Iterator[str]:
    """What the marks and dashes mean."""
    _, place, share = EXAMPLES
    few = percent(board.parameters["response_flag"], 0)
    yield from (*share, board.confidence, *place, board.confidence, few, "12", few, "7")


def _jumps(board: Board) -> Iterator[str]:
    """How many each group has, the most first that can be compared."""
    groups: dict[str, list[int]] = {}
    for line in board.lines.values():
        counts = groups.setdefault(line["peer_group"], [0, 0])
        counts[0] += line["status"] == "ranked"
        counts[1] += 1
    if len(groups) > 1:
        yield from (number(total) for _, total in sorted(groups.values(), reverse=True))


def _part(of: float, whole: float) -> Fraction:
    return Fraction(str(of)) / Fraction(str(whole))
