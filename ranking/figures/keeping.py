"""The punctuality lines of an edition, from cohorts. Method, section 12."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from statistics import median

from ranking.counts import waiting
from ranking.counts.cohorts import Cohort
from ranking.counts.gathered import Gathered
from ranking.figures import scoring
from ranking.frozen.edition_body import Indicator, Punctuality, Score
from ranking.frozen.edition_cases import Pauses, PileUp
from ranking.method import anomalies, punctuality, rounding, standings
from ranking.method.config import Config
from ranking.method.eligibility import Reason
from ranking.method.punctuality import Cluster
from ranking.method.standings import Counts

GAP = Fraction(15, 100)
"""Net and gross further apart than this are flagged."""
DAY = 86400


def kept(gathered: Sequence[Gathered], config: Config) -> tuple[Indicator, dict[str, Punctuality]]:
    """What the agencies share on punctuality, and each one's line."""
    rhos, deffs = _designs(gathered)
    table = standings.rank_table([_counts(of, deffs[of.code]) for of in gathered], config)
    scores = scoring.scores(table, config.confidence)
    more = {(group.name, group.part): {"rho": rhos[group.name]} for group in table.groups}
    flagged = _flagged(gathered)
    piled = _pile_ups([of.cohort.last_days for of in gathered])
    lines = {
        of.code: _line(
            of.cohort, scores[of.code], deffs[of.code], pile_up, is_flagged=of.code in flagged
        )
        for of, pile_up in zip(gathered, piled, strict=True)
    }
    return scoring.indicator(table, more=more), lines


def _counts(of: Gathered, deff: Decimal) -> Counts:
    """As many cases as count for independent ones, at the same share: dossiers that were split
    count as one (method, section 13), and those of one week for as many as deff leaves.
    """
    due = of.cohort.due
    n = float(due.due - of.cohort.split) / float(deff)
    return Counts(
        id=of.code,
        n=n,
        x=min(n, n * (float(due.met) / float(due.due))) if due.due else 0.0,
        group=of.peer_group,
        reasons=(Reason.NEW_AGENCY,) if of.is_new else (),
    )


def _designs(gathered: Sequence[Gathered]) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Per peer group how alike cases of one week are; per agency what that costs it."""
    groups: dict[str, dict[str, list[Cluster]]] = {}
    for of in gathered:
        weeks = [Cluster(float(week.due), float(week.met)) for week in of.cohort.weeks]
        groups.setdefault(of.peer_group, {})[of.code] = weeks
    rhos: dict[str, Decimal] = {}
    deffs: dict[str, Decimal] = {}
    for name, clusters in groups.items():
        found = punctuality.design(clusters)
        rhos[name] = rounding.nine(found.rho)
        deffs |= {code: rounding.nine(deff) for code, deff in found.deff.items()}
    return rhos, deffs


def _line(
    cohort: Cohort, score: Score, deff: Decimal, pile_up: PileUp | None, *, is_flagged: bool
) -> Punctuality:
    due, charged = cohort.due, cohort.charged
    return Punctuality(
        score=score,
        deff=deff,
        due=due,
        received=cohort.received,
        shared=charged.shared,
        weeks=cohort.weeks,
        months=cohort.months,
        backlog=cohort.backlog,
        refused_share=_share(due.refused, due.due),
        mean_late_days=_share(charged.late_seconds / DAY, due.missed_closed),
        late_seconds=charged.late_seconds,
        gross_share=_share(charged.gross_met, due.due),
        pauses=_pauses(cohort, is_flagged=is_flagged),
        waiting=waiting.waiting(waiting.life_table(cohort.spells)),
        pile_up=pile_up,
        split=cohort.split,
    )


def _pauses(cohort: Cohort, *, is_flagged: bool) -> Pauses | None:
    charged = cohort.charged
    if not cohort.due.due:
        return None
    return Pauses(
        paused=charged.paused,
        gross_met=charged.gross_met,
        begun=charged.begun,
        late_begun=charged.late_begun,
        paused_seconds=charged.paused_seconds,
        open_seconds=charged.open_seconds,
        is_flagged=is_flagged,
    )


def _flagged(gathered: Sequence[Gathered]) -> frozenset[str]:
    """Whose pauses change its share by over 15 points, or by twice what they do at the median."""
    groups: dict[str, dict[str, Fraction]] = {}
    for of in gathered:
        due, gross = of.cohort.due, of.cohort.charged.gross_met
        if due.due:
            gap = Fraction(due.met - gross) / Fraction(due.due)
            groups.setdefault(of.peer_group, {})[of.code] = gap
    found: set[str] = set()
    for gaps in groups.values():
        usual = median(gaps.values())
        found |= {
            code for code, gap in gaps.items() if gap > GAP or (usual > 0 and gap > 2 * usual)
        }
    return frozenset(found)


def _pile_ups(last_days: Sequence[tuple[int, int, int]]) -> list[PileUp | None]:
    """Of each agency how its closures crowd on the last of the last three days."""
    return [
        found
        and PileUp(
            last_day=days[-1],
            last_three_days=sum(days),
            share=rounding.nine(found[0]),
            tail=scoring.p_value(found[1]),
        )
        for days, found in zip(last_days, anomalies.last_day_pile_ups(last_days), strict=True)
    ]


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return rounding.nine(Fraction(part) / Fraction(whole)) if whole else None
