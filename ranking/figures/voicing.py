"""One agency's answers as they may be published, and the counts that go into the ranked table."""

from dataclasses import dataclass
from fractions import Fraction

from ranking.counts import strata
from ranking.counts.gathered import Answers, Gathered
from ranking.counts.tallies import Effective
from ranking.figures.comparing import Mixed
from ranking.frozen.edition_detail import Stratum
from ranking.method import eligibility, invitations, movement
from ranking.method.config import Config
from ranking.method.eligibility import Reason
from ranking.method.limits import Limits
from ranking.method.standings import Counts


@dataclass(frozen=True, slots=True)
class Voice:
    """One agency's answers, merged so that they may be shown; `mixed` None: too few."""

    of: Gathered
    answers: Answers
    strata: tuple[Stratum, ...]
    mixed: Mixed | None = None
    strata_before: tuple[Stratum, ...] = ()
    before: Mixed | None = None
    is_as_before: bool = False

    @property
    def n(self) -> int:
        return self.answers.counts.n


def voice(of: Gathered, config: Config) -> Voice:
    """Its answers, or where a correction would tell too much the ones published before."""
    answers = of.answers
    cells = answers.cells or _alone(answers.counts)
    earlier = of.earlier.satisfaction if of.earlier else None
    if earlier is None or earlier.strata is None or answers.counts.n < config.listed_floor:
        return Voice(of, answers, strata.merged(cells), strata_before=_before(of, config))
    same = strata.as_before(cells, earlier.strata)
    if same is None and earlier.n is not None and earlier.x is not None:
        levels = tuple(count or 0 for count in earlier.levels or ())
        counts = Effective(earlier.n, earlier.x, levels)
        kept = Answers(
            counts,
            earlier.served or 0,
            earlier.is_rolling,
            earlier.strata,
            asked=answers.asked,
            returned=answers.returned,
        )
        return Voice(of, kept, earlier.strata, is_as_before=True)
    return Voice(of, answers, same or strata.merged(cells), strata_before=_before(of, config))


def _before(of: Gathered, config: Config) -> tuple[Stratum, ...]:
    """The period before by itself, where the two may be compared."""
    thinnest = min(of.answers.counts.n, of.before.counts.n)
    if of.is_new or of.is_settling or of.answers.is_rolling or thinnest < config.listed_floor:
        return ()
    return strata.merged(of.before.cells or _alone(of.before.counts))


def _alone(counts: Effective) -> tuple[Stratum, ...]:
    if not counts.n:
        return ()
    return (Stratum(category="", channel="", n=Fraction(counts.n), x=Fraction(counts.x)),)


def counts(of: Voice, held_to: Limits, *, reuses_contacts: bool = False) -> Counts:
    """x* = n* x adjusted share; of those who are not shown only that they are there."""
    mixed, n, served = of.mixed, of.n, of.answers.served
    reasons = (Reason.NEW_AGENCY,) if of.of.is_new else ()
    if mixed is not None and not mixed.is_comparable:
        reasons = (*reasons, Reason.CASE_MIX_NOT_COMPARABLE)
    if invitations.are_missing(of.answers.asked, held_to):
        reasons = (*reasons, Reason.INVITATIONS_MISSING)
    if reuses_contacts:
        reasons = (*reasons, Reason.CONTACTS_REUSED)
    if eligibility.is_under_investigation(of.answers.aside.held, n, held_to):
        reasons = (*reasons, Reason.UNDER_INVESTIGATION)
    return Counts(
        id=of.of.code,
        n=float(n),
        x=min(n, n * mixed.share) if mixed else float(of.answers.counts.x),
        group=of.of.peer_group,
        part=mixed.part if mixed else 1,
        response_rate=min(1.0, n / served) if served else None,
        reasons=reasons,
    )


def periods(of: Voice) -> movement.Periods | None:
    if of.mixed is None or of.before is None:
        return None
    n, n_before = of.n, of.of.before.counts.n
    return movement.Periods(
        min(n, n * of.mixed.share), n, min(n_before, n_before * of.before.share), n_before
    )
