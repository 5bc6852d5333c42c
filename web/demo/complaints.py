"""A year of complaints and suggestions to one agency, drawn from the same seed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from feedback import invitations
from feedback.codes import ALPHABET
from feedback.events import (
    CaseAnswered,
    CaseAssigned,
    CaseClosed,
    CaseReopened,
    CaseTransferred,
    CaseWithdrawn,
    ResidentAsked,
    ResidentReplied,
)
from feedback.models import CaseKind
from feedback.results import Rated
from feedback.stories import RESIDENT, Step, Story
from sla import ledger, promises
from sla.charter import Agency, Charter
from sla.ledger import Start
from sla.models import PromiseKind
from sla.promises import Paused, PromiseEvent, Resumed
from web.demo import opinions, texts, times
from web.demo.city import Workplace
from web.demo.dossiers import BY
from web.demo.texts import Complaint

SHARE = 0.04
"""Complaints for each dossier."""
CLOSING = timedelta(minutes=4)
"""Between the end of the window and the sweep that closes."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works on an agency's cases; `account_id` None where no person is named."""

    reference: str = BY
    name: str = ""
    account_id: int | None = None


NOBODY = (Desk(),)


def year(place: Workplace, desks: Sequence[Desk] = NOBODY) -> Iterator[Story]:
    """The agency's cases in the order of their filing."""
    rng, profile, seed = place.rng, place.profile, place.seed
    # A department's work is asked about more often than it is asked for.
    share = SHARE * (3 if profile.agency.kind == "department" else 1)
    since = times.opening(profile.agency)
    filed = place.span.arrivals(rng, profile.volume * share, since=since)
    for number, at in enumerate(filed):
        told = texts.complaints()[rng.integers(len(texts.complaints()))]
        who = rng.integers(0, max(1, round(0.8 * len(filed))))
        start = Start(
            kind=PromiseKind.CASE,
            code=_reference(seed, profile.agency, at, number),
            agency=profile.agency,
            service=place.known.services[told.service] if told.service else None,
            channel="web",
            at=at,
            resident=blake2b(
                f"{seed}/{profile.agency.code}/case/{who}".encode(), digest_size=32
            ).digest(),
        )
        desk = desks[int(rng.integers(len(desks)))]
        yield _story(start, told, place, desk)


def _reference(seed: int, agency: Agency, at: datetime, number: int) -> str:
    """As `codes.new_reference` makes them, but the same for the same seed."""
    drawn = blake2b(f"{seed}/{agency.code}/{number}".encode(), digest_size=7).digest()
    return f"HL-{at:%y%m%d}-" + "".join(ALPHABET[byte % len(ALPHABET)] for byte in drawn)


def _story(start: Start, told: Complaint, place: Workplace, desk: Desk) -> Story:
    steps, rated = _course(start, told, place, desk)
    where = texts.places()[place.rng.integers(len(texts.places()))]
    done = tuple(step for step in steps if step.at <= place.span.now)
    in_hand = any(step.event is CaseAssigned for step in done)
    return Story(
        start=start,
        kind=CaseKind(told.kind),
        language=told.language,
        subject=told.subject.format(place=where),
        text=told.text.format(place=where),
        location=where,
        steps=done,
        rated=rated,
        officer_id=desk.account_id if in_hand else None,
    )


def _course(
    start: Start, told: Complaint, place: Workplace, desk: Desk
) -> tuple[list[Step], tuple[Rated | None, ...]]:
    """All steps, also those yet to come, and the answers after each result."""
    rng, profile, calendar = place.rng, place.profile, place.span.calendar
    steps: list[Step] = []
    at = start.at
    if rng.random() < 0.06:
        at = times.later(calendar, at, rng.uniform(2, 14))
        other = _another(place, start.agency)
        steps.append(Step(CaseTransferred, at, BY, to=other.code, reason="Không thuộc thẩm quyền"))
        desk = NOBODY[0]
    at = times.later(calendar, at, rng.gamma(1.5, 3))
    steps.append(Step(CaseAssigned, at, desk.reference, officer=desk.name))
    if rng.random() < 0.03:
        at = times.later(calendar, at, rng.gamma(2, 10))
        return [*steps, Step(CaseWithdrawn, at, RESIDENT, "Tôi xin rút phản ánh này.")], ()
    pauses: list[PromiseEvent] = []
    if rng.random() < 0.16:
        asked = times.later(calendar, at, rng.gamma(2, 4))
        at = times.later(calendar, asked, rng.gamma(1.5, 14))
        steps += [
            Step(ResidentAsked, asked, desk.reference, told.question),
            Step(ResidentReplied, at, RESIDENT, told.reply),
        ]
        pauses = [Paused(asked), Resumed(at)]
    if rng.random() < 0.015 + profile.stuck:
        return steps, ()
    due = _due(start, place.known, pauses) or times.later(calendar, at, 80)
    if rng.random() < profile.on_time:
        at = times.between(calendar, at, max(due, at), rng.beta(3, 3))
    else:
        at = times.later(calendar, max(due, at), rng.gamma(1.5, 20))
    steps.append(Step(CaseAnswered, at, desk.reference, told.answer))
    rated: tuple[Rated | None, ...] = ()
    if rng.random() < 0.05:
        rated = (None,)
        again = at + timedelta(hours=int(rng.integers(5, 300)))
        at = times.later(calendar, again, rng.gamma(2, 10))
        steps += [
            Step(CaseReopened, again, RESIDENT, told.objection),
            Step(CaseAnswered, at, desk.reference, told.answer),
        ]
    opinion = opinions.opinion(place, at, is_late=at > due)
    closed = at + invitations.WINDOW + CLOSING
    return [*steps, Step(CaseClosed, closed, "system:close")], (*rated, opinion)


def _due(start: Start, known: Charter, pauses: Sequence[PromiseEvent]) -> datetime | None:
    binding = ledger.binding_of(start, known)
    return promises.fold([ledger.started(start, binding), *pauses], binding.calendar).due_at


def _another(place: Workplace, agency: Agency) -> Agency:
    others = [
        a for a in place.known.agencies.values() if a.peer_group == "departments" and a.opens_on
    ]
    found = others[place.rng.integers(len(others))]
    return found if found.code != agency.code else others[0]
