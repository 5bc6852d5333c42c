"""How much an agency's satisfaction hangs by: margins, what is set aside, who stayed silent. Pure.

Everything here is of one agency that may be shown. A figure that would tell, by subtraction, what
fewer than five residents answered is left out. Source: the published method, sections 9 and 13.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ranking import anomalies, bands, disclosure, nonresponse, rounding
from ranking.bands import Band
from ranking.config import Config
from ranking.edition_body import Score
from ranking.edition_detail import (
    Bias,
    Fragility,
    Gap,
    Month,
    Quarantine,
    ResponseCell,
    Variant,
)
from ranking.gathered import Answers, Aside, Served

ONLINE = frozenset({"online", "web", "api"})
"""Channels through which nobody had to come."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The configuration of the edition, and the threshold its bands were decided by."""

    threshold: float | None
    config: Config


def fragility(n: int, x: Fraction, config: Config) -> Fragility:
    """Residents more that would bring the raw share to the target, or lose it."""
    target = Decimal(str(config.target))
    return Fragility(
        fives_needed=anomalies.fives_needed(x, n, target=target),
        ones_to_lose=anomalies.ones_to_lose(x, n, target=target),
    )


def variants(answers: Answers, score: Score, rule: Rule) -> tuple[Variant, ...]:
    """The result without the busiest day, and without the counters; only of the ranked."""
    if score.band is None or score.share is None:
        return ()
    found = []
    for name, n, x in answers.without:
        if n < disclosure.K or answers.counts.n - n < disclosure.K:
            continue
        share = _moved(score.share, answers, n, x)
        band = _band(share, n, rule)
        found.append(Variant(without=name, n=n, x=x, share=share, band=band))
    return tuple(found)


def quarantine(answers: Answers, score: Score, rule: Rule) -> Quarantine | None:
    """What was set aside; None where nothing ever was."""
    aside = answers.aside
    if not (aside.held or aside.excluded or aside.released):
        return None
    counts = (aside.held, aside.excluded, aside.released)
    plain = Quarantine(held=counts[0], excluded=counts[1], released=counts[2])
    if not _may_tell(answers, aside) or score.share is None:
        return plain
    assert aside.n_with is not None  # noqa: S101 -- `_may_tell` looked
    assert aside.x_with is not None  # noqa: S101 -- both or none
    share = _moved(score.share, answers, aside.n_with, aside.x_with)
    return Quarantine(
        held=counts[0],
        excluded=counts[1],
        released=counts[2],
        n_with=aside.n_with,
        x_with=aside.x_with,
        share_with=share,
        band_with=None if score.band is None else _band(share, aside.n_with, rule),
    )


def _may_tell(answers: Answers, aside: Aside) -> bool:
    return aside.n_with is not None and aside.n_with - answers.counts.n >= disclosure.K


def _moved(share: Decimal, answers: Answers, n: int, x: Fraction) -> Decimal:
    """The adjusted share, changed by as much as the raw one is."""
    counts = answers.counts
    moved = Fraction(share) + x / n - Fraction(counts.x) / counts.n
    return rounding.nine(min(Fraction(1), max(Fraction(0), moved)))


def _band(share: Decimal, n: int, rule: Rule) -> Band:
    """Against the edition's threshold: the variant is no further test."""
    tails = bands.tails([min(n, n * float(share))], [n], rule.config.target)
    is_below = bool(tails.below[0] < tails.above[0])
    return bands.band(float(tails.p_values[0]), rule.threshold, is_below=is_below)


def months(found: Sequence[Month]) -> tuple[Month, ...]:
    """As they may be shown: one too thin is hidden, and with it another that would tell."""
    shown = disclosure.cells([month.n or 0 for month in found])
    return tuple(
        month if n is not None else Month(period=month.period, n=None, x=None)
        for month, n in zip(found, shown, strict=True)
    )


def bias(served: Iterable[Served]) -> Bias | None:
    """Who answered, among all closed cases; None where nobody did.

    Where a gap is flagged, the share as if every kind of case had answered alike, from cells with
    at least 20 answers each; not where an outcome has fewer.
    """
    own = list(served)
    closed, rated = sum(of.cell.closed for of in own), sum(of.cell.rated for of in own)
    traits = {
        "on_time": [of for of in own if of.cell.on_time],
        "refused": [of for of in own if of.cell.outcome == "refused"],
        "online": [of for of in own if of.cell.channel in ONLINE],
        "repeat": [of for of in own if of.is_repeat],
    }
    gaps = tuple(
        gap for name, some in traits.items() if (gap := _gap(name, some, closed, rated)) is not None
    )
    found = Bias(closed=closed, rated=rated, gaps=gaps)
    if not rated:
        return None
    return _post_stratified(found, own) if found.is_flagged else found


def _gap(name: str, some: Sequence[Served], closed: int, rated: int) -> Gap | None:
    closed_with, rated_with = (
        sum(of.cell.closed for of in some),
        sum(of.cell.rated for of in some),
    )
    gap = nonresponse.bias_meter(
        rated_with=rated_with, rated=rated, closed_with=closed_with, closed=closed
    )
    if gap is None or closed_with in (0, closed):
        return None
    return Gap(
        trait=name,
        rated_with=rated_with,
        closed_with=closed_with,
        gap=rounding.nine(gap.gap),
        is_flagged=gap.is_flagged,
    )


def _post_stratified(found: Bias, served: Sequence[Served]) -> Bias:
    same: dict[tuple[str, bool, str], list[ResponseCell]] = defaultdict(list)
    for of in served:
        same[of.cell.outcome, of.cell.on_time, of.cell.channel].append(of.cell)
    cells, _ = nonresponse.collapsed(
        nonresponse.Cell(
            *key,
            sum(cell.closed for cell in own),
            sum(cell.rated for cell in own),
            sum(cell.satisfied for cell in own),
        )
        for key, own in sorted(same.items())
    )
    result = nonresponse.weighed(cells)
    if result is None or min(cell.rated for cell in cells) < nonresponse.FEWEST:
        return found
    share, effective_n = result
    return Bias(
        closed=found.closed,
        rated=found.rated,
        gaps=found.gaps,
        share=rounding.nine(share),
        effective_n=rounding.nine(effective_n),
        cells=tuple(
            ResponseCell(
                outcome=cell.outcome,
                on_time=cell.on_time,
                channel=cell.channel,
                closed=cell.closed,
                rated=cell.rated,
                satisfied=cell.satisfied,
            )
            for cell in cells
        ),
    )
