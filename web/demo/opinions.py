"""What residents of the demo city answer when they are asked."""

from bisect import bisect_right
from datetime import datetime, timedelta

from numpy.random import Generator

from feedback import invitations
from feedback.drafts import RatingDraft
from feedback.results import Rated
from web.demo import texts
from web.demo.city import Workplace

LATE_COSTS = 0.3
"""How much less likely a late result satisfies."""

ASKED = timedelta(days=12)
"""Those whose work was closed so shortly before were asked."""

_SATISFIED, _DISSATISFIED = (5, 4), (3, 2, 1)
_SHARES = {_SATISFIED: (0.62,), _DISSATISFIED: (0.5, 0.78)}
"""Of each level and those before it; the last has the rest."""

WRITES = {1: 0.75, 2: 0.6, 3: 0.3, 4: 0.15, 5: 0.15}
"""How often who answers so writes a word with it: mostly those who are not content."""


HARD = {"Đất đai": -0.14, "Giảm nghèo": -0.06, "Chứng thực": 0.03}
"""How much more or less a kind of work satisfies, whoever does it, by the field of the service."""

BURST_DAY = timedelta(days=45)
"""Into the last ended quarter: on that day somebody at one agency has everybody answer 5."""


def opinion(
    place: Workplace, closed_at: datetime, *, is_late: bool, field: str = ""
) -> Rated | None:
    """The answer of a resident whose work was closed; None where there was none by now.

    Most do not answer; they are the same as those who do, so that the board can be right.
    """
    rng, profile, span = place.rng, place.profile, place.span
    burst = span.last_ended.starts_at + BURST_DAY
    if profile.is_arranged and burst - ASKED < closed_at < burst:
        arranged = burst + timedelta(hours=9, seconds=int(rng.integers(0, 6 * 3600)))
        return Rated(_draft(rng, 5), arranged, "counter")
    if rng.random() >= profile.response:
        return None
    at = closed_at + timedelta(seconds=60 + int(rng.exponential(40 * 3600)))
    if at >= min(closed_at + invitations.WINDOW, span.now):
        return None
    satisfied = profile.satisfaction + LATE_COSTS * (1 - profile.on_time - is_late)
    satisfied += HARD.get(field, 0.0)
    if closed_at >= span.last_ended.starts_at:
        satisfied += profile.change
    levels = _SATISFIED if rng.random() < satisfied else _DISSATISFIED
    overall = levels[bisect_right(_SHARES[levels], rng.random())]
    return Rated(_draft(rng, overall), at, "counter" if rng.random() < 0.1 else "link")


def _draft(rng: Generator, overall: int) -> RatingDraft:
    language = "en" if rng.random() < 0.04 else "vi"
    told = texts.comments()[overall, language]
    solved = {5: "yes", 4: "yes", 3: "partly", 2: "partly", 1: "no"}[overall]
    return RatingDraft(
        overall,
        solved=solved if rng.random() < 0.7 else None,
        clear=min(5, max(1, overall + int(rng.integers(-1, 2)))) if rng.random() < 0.6 else None,
        contacts=int(rng.integers(0, 3)) if rng.random() < 0.5 else None,
        comment=told[rng.integers(len(told))] if rng.random() < WRITES[overall] else "",
        language=language,
    )
