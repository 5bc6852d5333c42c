"""How much an agency's satisfaction hangs by: margins, what is set aside, who stayed silent. Pure.

Everything here is of one agency that may be shown. A figure that would tell, by subtraction, what
fewer than five residents answered is left out. Source: the published method, sections 9 and 13.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from ranking.counts.gathered import Answers, Served
from ranking.frozen.edition_body import Score
from ranking.frozen.edition_detail import (
    Bias,
    Crowd,
    Fragility,
    Gap,
    Month,
    Quarantine,
    ResponseCell,
    Returned,
    Spread,
    Variant,
)
from ranking.method import anomalies, bands, disclosure, nonresponse, rounding, spread
from ranking.method.bands import Band
from ranking.method.config import Config
from ranking.method.spread import SourceKind

ONLINE = frozenset({"online", "web", "api"})
"""Channels through which nobody had to come."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The configuration of the edition, and the threshold its bands were decided by."""

    threshold: float | None
    config: Config
    bands: Mapping[tuple[Decimal, int], Band] = field(default_factory=dict)
    """Of every share of so many residents that is told beside the published one."""


def rule(threshold: float | None, config: Config, of: Iterable[tuple[Answers, Score]]) -> Rule:
    """With the bands of all that is told of these: tested in one stroke, for they are many."""
    asked = list(dict.fromkeys(one for answers, score in of for one in _asked(answers, score)))
    tails = bands.tails(
        [min(n, n * float(share)) for share, n in asked], [n for _, n in asked], config.target
    )
    # Against the edition's threshold: a variant is no further test.
    found = {
        one: bands.band(p, threshold, is_below=below < above)
        for one, p, below, above in zip(
            asked,
            tails.p_values.tolist(),
            tails.below.tolist(),
            tails.above.tolist(),
            strict=True,
        )
    }
    return Rule(threshold, config, found)


def _asked(answers: Answers, score: Score) -> Iterator[tuple[Decimal, int]]:
    if score.band is None:
        return
    for _, n, _, share in _without(answers, score):
        yield share, n
    aside = answers.aside
    if (told := _with_aside(answers, score)) is not None and aside.n_with is not None:
        yield told, aside.n_with


def fragility(n: int, x: Fraction, config: Config) -> Fragility:
    """Residents more that would bring the raw share to the target, or lose it."""
    target = Decimal(str(config.target))
    return Fragility(
        fives_needed=anomalies.fives_needed(x, n, target=target),
        ones_to_lose=anomalies.ones_to_lose(x, n, target=target),
    )


def variants(answers: Answers, score: Score, rule: Rule) -> tuple[Variant, ...]:
    """The result without the busiest day, each day's busiest device and the counters; only of the
    ranked.
    """
    if score.band is None:
        return ()
    return tuple(
        Variant(without=name, n=n, x=x, share=share, band=rule.bands[share, n])
        for name, n, x, share in _without(answers, score)
    )


def _without(answers: Answers, score: Score) -> Iterator[tuple[str, int, Fraction, Decimal]]:
    """What is left out, then residents, satisfied and the share that are left.

    One that leaves fewer than five out, or tells them by its difference from another, is not told:
    the busiest device may have been busy on the busiest day.
    """
    told = [answers.counts.n]
    for name, n, x in answers.without:
        is_told = disclosure.K <= n <= told[0] - disclosure.K and not any(
            0 < abs(n - other) < disclosure.K for other in told
        )
        if is_told and score.share is not None:
            told.append(n)
            yield name, n, x, _moved(score.share, answers, n, x)


def quarantine(answers: Answers, score: Score, rule: Rule) -> Quarantine | None:
    """What was set aside; None where nothing ever was."""
    aside = answers.aside
    if not (aside.held or aside.excluded or aside.released):
        return None
    counts = (aside.held, aside.excluded, aside.released)
    plain = Quarantine(held=counts[0], excluded=counts[1], released=counts[2])
    share = _with_aside(answers, score)
    if share is None or aside.n_with is None:
        return plain
    return Quarantine(
        held=counts[0],
        excluded=counts[1],
        released=counts[2],
        n_with=aside.n_with,
        x_with=aside.x_with,
        share_with=share,
        band_with=None if score.band is None else rule.bands[share, aside.n_with],
    )


def _with_aside(answers: Answers, score: Score) -> Decimal | None:
    """The share with what was set aside; None where it may not be told."""
    aside = answers.aside
    if aside.n_with is None or aside.x_with is None or score.share is None:
        return None
    if aside.n_with - answers.counts.n < disclosure.K:
        return None
    return _moved(score.share, answers, aside.n_with, aside.x_with)


def _moved(share: Decimal, answers: Answers, n: int, x: Fraction) -> Decimal:
    """The adjusted share, changed by as much as the raw one is."""
    counts = answers.counts
    moved = Fraction(share) + x / n - Fraction(counts.x) / counts.n
    return rounding.nine(min(Fraction(1), max(Fraction(0), moved)))


def spreads(found: Mapping[SourceKind, Mapping[int, int]]) -> tuple[Spread, ...]:
    """How answers spread over where they came from; not told of fewer than five."""
    return tuple(
        Spread(
            kind=kind,
            residents=figures.total,
            sources=sum(crowds.values()),
            top_share=rounding.nine(figures.top_share),
            hhi=rounding.nine(figures.hhi),
            effective=rounding.nine(figures.effective_number),
            crowds=tuple(Crowd(residents=n, sources=of) for n, of in sorted(crowds.items())),
        )
        for kind, crowds in sorted(found.items())
        if (figures := spread.concentration(crowds)) and figures.total >= disclosure.K
    )


def returned(found: Returned) -> Returned:
    """As it may be shown: that somebody said "not solved" is an answer."""
    return replace(found, unsolved=disclosure.count(found.unsolved or 0))


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
