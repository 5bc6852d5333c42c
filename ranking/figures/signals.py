"""What in an edition asks for somebody to look: every sign against gaming, agency by agency. Pure.

Nothing here accuses. Each sign has a threshold of the published method, sections 9, 12 and 13; what
follows by rule, as having no place, follows elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ranking.figures import quality
from ranking.frozen.edition_body import Agency, Edition
from ranking.method import bands, eligibility
from ranking.method.eligibility import Reason
from ranking.method.limits import Limits
from ranking.method.spread import SourceKind


class Sign(StrEnum):
    """What was found."""

    INVITATIONS_MISSING = "invitations_missing"
    CONTACTS_REUSED = "contacts_reused"
    DEVICES = "devices"
    LOW_TWICE = "low_twice"
    HELD = "held"
    SENSITIVE = "sensitive"
    CLIFF = "cliff"
    PILE_UP = "pile_up"
    PAUSES = "pauses"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign at one agency: so much of so much, where there is such a figure."""

    sign: Sign
    agency: Agency
    part: Decimal | int | None = None
    whole: Decimal | int | None = None


def signals(edition: Edition) -> list[Signal]:
    """All of them, by sign, then in the order of the edition."""
    held_to = edition.config.held_to
    near = {one.code for one in quality.quality(edition).proposed}
    piled = _piled(edition)
    found = [
        signal
        for agency in edition.agencies
        for signal in (
            *_asked(agency, edition.config.response_flag),
            *_answered(agency, held_to, over_the_edge=agency.code in near),
            *_kept(agency, has_piled=agency.code in piled),
        )
    ]
    order = list(Sign)
    return sorted(found, key=lambda signal: order.index(signal.sign))


def _asked(agency: Agency, flag: float) -> Iterator[Signal]:
    said = agency.satisfaction
    asked = said.asked
    if asked and said.score.reason is Reason.INVITATIONS_MISSING:
        yield Signal(Sign.INVITATIONS_MISSING, agency, asked.invited, asked.closed)
    if asked and said.score.reason is Reason.CONTACTS_REUSED:
        yield Signal(Sign.CONTACTS_REUSED, agency, asked.reused, asked.closed)
    if said.is_low_twice(flag):
        yield Signal(Sign.LOW_TWICE, agency, said.response, said.response_before)


def _answered(agency: Agency, held_to: Limits, *, over_the_edge: bool) -> Iterator[Signal]:
    said = agency.satisfaction
    top, few = (Decimal(str(of)) for of in (held_to.top_source, held_to.effective_share))
    for spread in said.spread or ():
        is_crowded = spread.top_share > top or spread.effective < few * spread.residents
        if spread.kind is SourceKind.DEVICE and is_crowded:
            yield Signal(Sign.DEVICES, agency, spread.effective, spread.residents)
    aside = said.quarantine
    n = said.n
    if aside and n is not None and eligibility.is_under_investigation(aside.held, n, held_to):
        yield Signal(Sign.HELD, agency, aside.held, n + aside.held)
    if said.is_sensitive:
        yield Signal(Sign.SENSITIVE, agency)
    if over_the_edge and said.fragility:
        yield Signal(Sign.CLIFF, agency, said.fragility.ones_to_lose, said.n)


def _kept(agency: Agency, *, has_piled: bool) -> Iterator[Signal]:
    kept = agency.punctuality
    if has_piled and kept.pile_up:
        yield Signal(Sign.PILE_UP, agency, kept.pile_up.last_day, kept.pile_up.last_three_days)
    if kept.pauses and kept.pauses.is_flagged:
        yield Signal(Sign.PAUSES, agency, kept.gross_share, kept.due.met / kept.due.due)
    if kept.split:
        yield Signal(Sign.SPLIT, agency, kept.split, kept.due.due)


def _piled(edition: Edition) -> frozenset[str]:
    """Where closures pile up on the last day: all agencies tested in one stroke."""
    tails = {
        agency.code: float(agency.punctuality.pile_up.tail)
        for agency in edition.agencies
        if agency.punctuality.pile_up
    }
    q = edition.config.false_discovery_rate
    threshold = bands.benjamini_hochberg(list(tails.values()), q)
    return frozenset(
        code for code, tail in tails.items() if threshold is not None and tail <= threshold
    )
