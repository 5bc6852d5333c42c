"""From counts to a frozen edition, without a database: the same counts give the same bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from ranking import disclosure, movement, punctuality, rounding, standings
from ranking.cohorts import Cohort
from ranking.config import Config
from ranking.edition_body import (
    Agency,
    Apologies,
    Before,
    Corrections,
    Group,
    Indicator,
    Movement,
    Punctuality,
    Satisfaction,
    Score,
)
from ranking.eligibility import Reason, Status
from ranking.standings import Counts, Row, Table
from ranking.tallies import SATISFIED, Effective


@dataclass(frozen=True, slots=True)
class Answers:
    """What is counted of an agency's residents: its voices among those it served, in a window."""

    counts: Effective
    served: int
    is_rolling: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that is known of one agency; `before` is the period before, by itself."""

    code: str
    name_vi: str
    name_en: str
    level: str
    peer_group: str
    is_new: bool
    answers: Answers
    before: Effective
    cohort: Cohort
    history: tuple[Before, ...] = ()
    corrections: Corrections = field(default_factory=Corrections)
    apologies: Apologies = field(default_factory=Apologies)


@dataclass(frozen=True, slots=True)
class Assembled:
    """The lines in the order they came in, and what they share."""

    satisfaction: Indicator
    punctuality: Indicator
    agencies: tuple[Agency, ...]
    residents: int | None
    suppressed: int


def assemble(gathered: Sequence[Gathered], config: Config) -> Assembled:
    """The edition's figures. Raises `DuplicateAgency`."""
    said = standings.rank_table([_voices(of) for of in gathered], config)
    moved, movement_threshold = movement.movements(
        {of.code: _periods(of) for of in gathered if _is_comparable(of, config)},
        q=config.false_discovery_rate,
        confidence=config.confidence,
    )
    rhos, deffs = _designs(gathered)
    kept = standings.rank_table([_promises(of, deffs[of.code]) for of in gathered], config)
    said_of, kept_of = _by_code(said), _by_code(kept)
    agencies = tuple(
        Agency(
            code=of.code,
            name_vi=of.name_vi,
            name_en=of.name_en,
            level=of.level,
            peer_group=of.peer_group,
            is_new=of.is_new,
            satisfaction=_satisfaction(of, said_of[of.code], moved.get(of.code), config),
            punctuality=_punctuality(of, kept_of[of.code], deffs[of.code]),
            history=of.history,
            corrections=of.corrections,
            apologies=of.apologies,
        )
        for of in gathered
    )
    voices = {of.code: of.answers.counts.n for of in gathered}
    hidden = [voices[row.code] for row in agencies if row.satisfaction.n is None]
    shown = [voices[row.code] for row in agencies if row.satisfaction.n is not None]
    return Assembled(
        _indicator(said, movement_threshold=movement_threshold),
        _indicator(kept, rhos=rhos),
        agencies,
        disclosure.total(shown, hidden),
        len(hidden),
    )


def _voices(of: Gathered) -> Counts:
    counts, served = of.answers.counts, of.answers.served
    return Counts(
        id=of.code,
        n=float(counts.n),
        x=float(counts.x),
        group=of.peer_group,
        response_rate=min(1.0, counts.n / served) if served else None,
        reasons=(Reason.NEW_AGENCY,) if of.is_new else (),
    )


def _promises(of: Gathered, deff: Decimal) -> Counts:
    """As many cases as count for independent ones, due/deff, at the same share."""
    due = of.cohort.due
    n = float(due.due) / float(deff)
    return Counts(
        id=of.code,
        n=n,
        x=min(n, n * (float(due.met) / float(due.due))) if due.due else 0.0,
        group=of.peer_group,
        reasons=(Reason.NEW_AGENCY,) if of.is_new else (),
    )


def _designs(gathered: Sequence[Gathered]) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Per peer group how alike cases of one week are; per agency what that costs it."""
    groups: dict[str, dict[str, Sequence[punctuality.Cluster]]] = {}
    for of in gathered:
        groups.setdefault(of.peer_group, {})[of.code] = of.cohort.weeks
    rhos: dict[str, Decimal] = {}
    deffs: dict[str, Decimal] = {}
    for name, clusters in groups.items():
        found = punctuality.design(clusters)
        rhos[name] = _nine(found.rho)
        deffs |= {code: _nine(deff) for code, deff in found.deff.items()}
    return rhos, deffs


def _is_comparable(of: Gathered, config: Config) -> bool:
    """Whether its share may be compared with the one before: both its own, neither too thin."""
    thinnest = min(of.answers.counts.n, of.before.n)
    return not (of.is_new or of.answers.is_rolling) and thinnest >= config.listed_floor


def _periods(of: Gathered) -> movement.Periods:
    now, before = of.answers.counts, of.before
    return movement.Periods(float(now.x), float(now.n), float(before.x), float(before.n))


def _satisfaction(
    of: Gathered, row: Row, moved: movement.Movement | None, config: Config
) -> Satisfaction:
    answers, before = of.answers, of.before
    counts, served = answers.counts, answers.served
    if row.status is Status.SUPPRESSED:
        return Satisfaction(
            score=Score(status=row.status, reason=row.reason),
            n=None,
            x=None,
            served=disclosure.count(served),
            response=None,
            is_rolling=answers.is_rolling,
            levels=None,
        )
    compared = before.n >= config.listed_floor and not answers.is_rolling and not of.is_new
    return Satisfaction(
        score=_score(row),
        n=counts.n,
        x=counts.x,
        served=served,
        response=_nine(min(Fraction(1), Fraction(counts.n, served))) if served else None,
        is_rolling=answers.is_rolling,
        levels=_levels(counts.levels),
        n_before=before.n if compared else None,
        x_before=before.x if compared else None,
        movement=_movement(moved) if moved else None,
    )


def _levels(levels: Sequence[int]) -> tuple[int | None, ...]:
    """The answers 1 to 5. The satisfied among them are known, so each side is closed in itself."""
    split = SATISFIED - 1
    return disclosure.cells(levels[:split]) + disclosure.cells(levels[split:])


def _movement(moved: movement.Movement) -> Movement:
    return Movement(
        change=_nine(moved.change),
        low=_nine(moved.interval.low),
        high=_nine(moved.interval.high),
        p_value=_p(moved.p_value),
        arrow=moved.arrow,
    )


def _punctuality(of: Gathered, row: Row, deff: Decimal) -> Punctuality:
    hidden = row.status is Status.SUPPRESSED
    score = Score(status=row.status, reason=row.reason) if hidden else _score(row)
    return Punctuality(score=score, deff=deff, due=of.cohort.due, received=of.cohort.received)


def _score(row: Row) -> Score:
    return Score(
        status=row.status,
        reason=row.reason,
        share=None if row.share is None else _nine(row.share),
        low=None if row.low is None else _nine(row.low),
        high=None if row.high is None else _nine(row.high),
        band=row.band,
        p_value=None if row.p_value is None else _p(row.p_value),
        rank=row.rank,
        rank_low=row.rank_low,
        rank_high=row.rank_high,
        place_printed=row.place_printed,
    )


def _indicator(
    table: Table,
    *,
    movement_threshold: float | None = None,
    rhos: Mapping[str, Decimal] | None = None,
) -> Indicator:
    return Indicator(
        groups=tuple(
            Group(
                name=group.name,
                total=len(group.rows),
                ranked=group.ranked,
                critical_value=(
                    None if group.critical_value is None else _nine(group.critical_value)
                ),
                rho=rhos[group.name] if rhos is not None else None,
            )
            for group in table.groups
        ),
        bh_threshold=None if table.bh_threshold is None else _p(table.bh_threshold),
        movement_threshold=None if movement_threshold is None else _p(movement_threshold),
    )


def _by_code(table: Table) -> dict[str, Row]:
    return {row.id: row for group in table.groups for row in group.rows}


def _nine(value: float | Fraction) -> Decimal:
    """Half up to 9 decimals, all of them written."""
    return Decimal(f"{rounding.share9(value):.9f}")


def _p(value: float) -> str:
    """13 digits: enough to tell any two apart, more than two machines agree on."""
    return f"{value:.12e}"
