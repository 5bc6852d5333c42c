"""The satisfaction lines of an edition: counted, adjusted, ranked, and what each hangs by. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ranking.counts.gathered import Gathered
from ranking.counts.tallies import SATISFIED
from ranking.figures import comparing, margins, scoring, voicing
from ranking.figures.comparing import Compared, Part, Small
from ranking.figures.margins import Rule
from ranking.figures.voicing import Voice
from ranking.frozen.edition_body import Indicator, Movement, Satisfaction, Score
from ranking.frozen.edition_detail import Funnel, FunnelPoint, Pool, Rate
from ranking.method import (
    disclosure,
    eligibility,
    funnel,
    invitations,
    movement,
    rounding,
    standings,
)
from ranking.method.config import Config
from ranking.method.eligibility import Status
from ranking.method.limits import Limits


@dataclass(frozen=True, slots=True)
class Said:
    """What the agencies share, each one's line, and what became of those too small to be shown."""

    indicator: Indicator
    lines: Mapping[str, Satisfaction]
    residents: int
    suppressed: int
    left_out: int
    as_before: int


def said(gathered: Sequence[Gathered], config: Config) -> Said:
    """The satisfaction of all agencies. Raises `DuplicateAgency`."""
    voices = [voicing.voice(of, config) for of in gathered]
    groups = sorted({of.peer_group for of in gathered})
    pooled = {name: _pools(voices, name, config) for name in groups}
    compared = {name: _compared(voices, name, pooled[name], config) for name in groups}
    before = {name: _compared_before(voices, name) for name in groups}
    voices = [_mixed(voice, compared, before) for voice in voices]
    reused = _reused(voices, groups, config.held_to)
    counts = [
        voicing.counts(voice, config.held_to, reuses_contacts=voice.of.code in reused)
        for voice in voices
    ]
    table = standings.rank_table(counts, config)
    scores = scoring.scores(table, config.confidence)
    moved, threshold = movement.movements(
        {
            voice.of.code: periods
            for voice in voices
            if (periods := voicing.periods(voice)) is not None
        },
        q=config.false_discovery_rate,
        confidence=config.confidence,
    )
    funnels, points = _funnels(voices, groups)
    told = ((v.answers, scores[v.of.code]) for v in voices if v.mixed)
    rule = margins.rule(table.bh_threshold, config, told)
    lines = {
        voice.of.code: _line(
            voice,
            scores[voice.of.code],
            moved.get(voice.of.code),
            points.get(voice.of.code),
            rule,
        )
        for voice in voices
    }
    more = {
        (group.name, group.part): _group(
            group.part, compared[group.name], pooled[group.name], funnels.get(group.name)
        )
        for group in table.groups
    }
    hidden = [voice for voice in voices if voice.n > 0 and voice.mixed is None]
    in_pools = [pool for own in pooled.values() for pool in own]
    return Said(
        indicator=scoring.indicator(table, movement_threshold=threshold, more=more),
        lines=lines,
        residents=sum(v.n for v in voices if v.mixed) + sum(pool.n for pool in in_pools),
        suppressed=len(hidden),
        left_out=len(hidden) - sum(pool.agencies for pool in in_pools),
        as_before=sum(voice.is_as_before for voice in voices),
    )


def _reused(voices: Sequence[Voice], groups: Sequence[str], held_to: Limits) -> frozenset[str]:
    """Whose contacts stand for many people too often, among their peers that are shown."""
    return frozenset().union(
        *(
            invitations.reused_too_often(
                {
                    voice.of.code: voice.answers.asked
                    for voice in voices
                    if voice.of.peer_group == name and voice.mixed
                },
                held_to,
            )
            for name in groups
        )
    )


def _pools(voices: Sequence[Voice], group: str, config: Config) -> tuple[Pool, ...]:
    return comparing.pools(
        Small(voice.of.parent, voice.n, voice.strata)
        for voice in voices
        if voice.of.peer_group == group and eligibility.is_pooled(voice.n, config=config)
    )


def _compared(
    voices: Sequence[Voice], group: str, pooled: Sequence[Pool], config: Config
) -> Compared:
    shown = {
        voice.of.code: voice.strata
        for voice in voices
        if voice.of.peer_group == group and voice.n >= config.listed_floor
    }
    return comparing.compare(shown, pooled)


def _compared_before(voices: Sequence[Voice], group: str) -> Compared:
    """Among those compared alone: the others were never published for it."""
    return comparing.compare(
        {
            voice.of.code: voice.strata_before
            for voice in voices
            if voice.of.peer_group == group and voice.strata_before
        }
    )


def _mixed(voice: Voice, now: Mapping[str, Compared], before: Mapping[str, Compared]) -> Voice:
    group, code = voice.of.peer_group, voice.of.code
    return replace(
        voice, mixed=now[group].agencies.get(code), before=before[group].agencies.get(code)
    )


def _line(
    voice: Voice,
    score: Score,
    moved: movement.Movement | None,
    point: FunnelPoint | None,
    rule: Rule,
) -> Satisfaction:
    of, answers, mixed = voice.of, voice.answers, voice.mixed
    counts, served = answers.counts, answers.served
    if score.status is Status.SUPPRESSED or mixed is None:
        is_hidden = score.status is Status.SUPPRESSED
        return Satisfaction(
            score=score,
            n=None if is_hidden else counts.n,
            x=None if is_hidden else Fraction(counts.x),
            served=disclosure.count(served) if is_hidden else served,
            response=None if is_hidden or not served else Decimal("0.000000000"),
            is_rolling=answers.is_rolling,
            levels=None if is_hidden else counts.levels,
            asked=None if is_hidden else answers.asked,
            returned=None if is_hidden else margins.returned(answers.returned),
            response_before=None if is_hidden else of.response_before,
        )
    variants = margins.variants(answers, score, rule)
    return Satisfaction(
        score=score,
        n=counts.n,
        x=counts.x,
        served=served,
        response=rounding.nine(min(Fraction(1), Fraction(counts.n, served))) if served else None,
        is_rolling=answers.is_rolling,
        levels=_levels(voice),
        n_before=of.before.counts.n if voice.before else None,
        x_before=of.before.counts.x if voice.before else None,
        edition_before=of.before.edition if voice.before else None,
        movement=_movement(moved) if moved else None,
        part=mixed.part,
        raw=rounding.nine(mixed.raw),
        expected=rounding.nine(mixed.expected),
        meets_target=mixed.raw >= Fraction(str(rule.config.target)),
        strata=voice.strata,
        strata_before=voice.strata_before or None,
        share_before=rounding.nine(voice.before.share) if voice.before else None,
        quarantine=margins.quarantine(answers, score, rule),
        fragility=margins.fragility(counts.n, Fraction(counts.x), rule.config),
        robustness=variants,
        is_sensitive=any(variant.band is not score.band for variant in variants),
        funnel=point,
        bias=margins.bias(answers.closed),
        months=margins.months(answers.months),
        asked=answers.asked,
        spread=margins.spreads(of.sources),
        returned=margins.returned(answers.returned),
        response_before=of.response_before,
    )


def _levels(voice: Voice) -> tuple[int | None, ...] | None:
    """The answers 1 to 5. The satisfied among them are known, so each side is closed in itself.

    Where another edition of the period showed them, not if the difference would tell.
    """
    levels, earlier = voice.answers.counts.levels, voice.of.earlier
    if earlier is not None and not voice.is_as_before:
        before = earlier.satisfaction.levels or (None,) * len(levels)
        if any(
            old is not None and 0 < abs(new - old) < disclosure.K
            for new, old in zip(levels, before, strict=True)
        ):
            return None
    if voice.is_as_before and earlier is not None:
        return earlier.satisfaction.levels
    split = SATISFIED - 1
    return disclosure.cells(levels[:split]) + disclosure.cells(levels[split:])


def _movement(moved: movement.Movement) -> Movement:
    return Movement(
        change=rounding.nine(moved.change),
        low=rounding.nine(moved.interval.low),
        high=rounding.nine(moved.interval.high),
        p_value=scoring.p_value(moved.p_value),
        arrow=moved.arrow,
    )


def _funnels(
    voices: Sequence[Voice], groups: Sequence[str]
) -> tuple[dict[str, Funnel], dict[str, FunnelPoint]]:
    """On the raw shares: the funnel shows what was answered, not what is ranked."""
    funnels: dict[str, Funnel] = {}
    points: dict[str, FunnelPoint] = {}
    for name in groups:
        own = [voice for voice in voices if voice.of.peer_group == name and voice.mixed]
        found = funnel.shares([float(v.answers.counts.x) for v in own], [float(v.n) for v in own])
        if found.centre is None or found.phi is None:
            continue
        funnels[name] = Funnel(
            centre=rounding.nine(found.centre),
            phi=rounding.nine(found.phi),
            tau2=rounding.nine(found.tau2),
        )
        points |= {
            voice.of.code: FunnelPoint(
                z=rounding.nine(point.z), adjusted_z=rounding.nine(point.adjusted_z)
            )
            for voice, point in zip(own, found.points, strict=True)
            if point is not None
        }
    return funnels, points


def _group(
    number: int, compared: Compared, pooled: tuple[Pool, ...], found: Funnel | None
) -> dict[str, Any]:
    part = next((part for part in compared.parts if part.number == number), None)
    return {
        **(_part(part) if part else {}),
        "funnel": found,
        "pools": pooled if number == 1 else None,
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "mean": rounding.nine(part.mean),
        "rates": tuple(
            Rate(
                category=category,
                channel=channel,
                n=rounding.nine(rate.n),
                share=rounding.nine(rate.share),
                is_shrunken=rate.is_shrunken,
                applicant=applicant,
            )
            for (category, channel, applicant), rate in sorted(part.rates.items())
        ),
        "agreement": scoring.optional(part.agreement),
        "uses_two_way": part.uses_two_way,
    }
