"""A promise: work somebody was told a time for, folded from the events that befell it.

Events are only appended; due time and verdict follow from them, in the order in which things
happened and whatever the order in which they were told. The original due time is the one judged:
pauses move it, and so does the gap between an end and a reopening (time used stays used, the gap
is not charged); an extension is written beside it. A `PauseRule` bounds the pauses, and only that
rule can bring a due time nearer. No commitment is no verdict, never "kept".
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sla import deadlines, pauses
from sla.calendars import WorkingCalendar
from sla.errors import (
    AlreadyEnded,
    AlreadyExtended,
    AlreadyPaused,
    AlreadyStarted,
    BadEvent,
    BeforeReceipt,
    CalendarEnds,
    NotEnded,
    NotPaused,
    NotStarted,
    Refusal,
    TooManyPauses,
)
from sla.pauses import Pause, PauseRule
from sla.promise_events import (
    KINDS,
    Corrected,
    Extended,
    Finished,
    Paused,
    PromiseEvent,
    Refused,
    Reopened,
    Resumed,
    Started,
    Transferred,
    Withdrawn,
    from_json,
    in_utc,
    kind_of,
    place_of,
    to_json,
)
from sla.standing import Ending, Standing, State, Stint, Verdict

__all__ = [
    "KINDS",
    "Corrected",
    "Ending",
    "Extended",
    "Finished",
    "Pause",
    "Paused",
    "PromiseEvent",
    "Refused",
    "Reopened",
    "Resumed",
    "Standing",
    "Started",
    "State",
    "Stint",
    "Transferred",
    "Verdict",
    "Withdrawn",
    "as_of",
    "check_may_append",
    "fold",
    "from_json",
    "kind_of",
    "to_json",
]


def fold(
    events: Iterable[PromiseEvent],
    calendar: WorkingCalendar | None,
    *,
    rule: PauseRule | None = None,
) -> Standing:
    """What the events say together, in whatever order they are given. `NotStarted` without a start.

    `calendar` may be None where nothing was promised, or a time that no pause moves. `rule` is the
    one for pauses in force when it was received; None: they may be as many and long as they are.
    """
    standing, _ = _told(events, rule)
    if standing.pauses:
        standing = replace(standing, pauses=pauses.capped(standing.pauses, rule, calendar))
    due_at = appointed_at = _due(standing, calendar)
    if due_at and rule and rule.second_request_is_late and standing.second_request_at:
        due_at = min(due_at, standing.second_request_at)
    return replace(standing, due_at=due_at, appointed_at=appointed_at)


def as_of(events: Iterable[PromiseEvent], at: datetime) -> list[PromiseEvent]:
    """What had happened by a moment."""
    moment = in_utc(at)
    return [event for event in events if event.at <= moment]


def check_may_append(
    events: Iterable[PromiseEvent], event: PromiseEvent, *, rule: PauseRule | None = None
) -> None:
    """An event must make sense at its place among those told before, and leave them their sense."""
    earlier = list(events)
    kind_of(event)
    aside = _told(earlier, rule)[0].set_aside if earlier else ()
    _, refusals = _told([*earlier, event], rule)
    for refused, refusal in refusals:
        if refused is event or refused not in aside:
            raise refusal


def _told(
    events: Iterable[PromiseEvent], rule: PauseRule | None
) -> tuple[Standing, list[tuple[PromiseEvent, Refusal]]]:
    ordered = sorted(events, key=place_of)
    begun = next((event for event in ordered if isinstance(event, Started)), None)
    if begun is None:
        raise NotStarted(ordered[0].at if ordered else None)
    standing = Standing(begun, rule, stints=(Stint(begun.holder, begun.at),))
    refusals: list[tuple[PromiseEvent, Refusal]] = []
    for event in ordered:
        if event is begun:
            continue
        try:
            standing = _next(standing, event)
        except Refusal as refusal:
            refusals.append((event, refusal))
    if refusals:
        standing = replace(standing, set_aside=tuple(event for event, _ in refusals))
    return standing, refusals


def _next(standing: Standing, event: PromiseEvent) -> Standing:
    if event.at < standing.started.at:
        raise BeforeReceipt(event.at, standing.started.at)
    if isinstance(event, Reopened | Corrected):
        if standing.is_open:
            raise NotEnded(event.at)
    elif isinstance(event, Started):
        raise AlreadyStarted(event.at)
    elif not standing.is_open:
        raise AlreadyEnded(event.at)
    return _CHANGES[type(event)](standing, event)


def _pause(standing: Standing, event: Paused) -> Standing:
    if standing.state is State.PAUSED:
        raise AlreadyPaused(event.at)
    rule = standing.rule
    if rule is not None and rule.most is not None and len(standing.pauses) >= rule.most:
        raise TooManyPauses(event.at, rule.most)
    pause = Pause(event.at, None, event.reason)
    return replace(standing, state=State.PAUSED, pauses=(*standing.pauses, pause))


def _resume(standing: Standing, event: PromiseEvent) -> Standing:
    if standing.state is not State.PAUSED:
        raise NotPaused(event.at)
    over = replace(standing.pauses[-1], end=event.at)
    return replace(standing, state=State.RUNNING, pauses=(*standing.pauses[:-1], over))


def _transfer(standing: Standing, event: Transferred) -> Standing:
    return replace(standing, stints=(*standing.stints, Stint(event.to, event.at)))


def _extend(standing: Standing, event: Extended) -> Standing:
    if standing.extensions:
        raise AlreadyExtended(event.at)
    return replace(standing, extensions=1, extended_until=event.until)


def _end(standing: Standing, event: PromiseEvent) -> Standing:
    if standing.state is State.PAUSED:
        standing = _resume(standing, event)
    ending = Ending(_ENDS[type(event)], event.at)
    return replace(standing, state=ending.state, endings=(*standing.endings, ending))


def _reopen(standing: Standing, event: Reopened) -> Standing:
    over = replace(standing.endings[-1], reopened_at=event.at)
    return replace(standing, state=State.RUNNING, endings=(*standing.endings[:-1], over))


def _correct(standing: Standing, event: Corrected) -> Standing:
    if event.ended_at < standing.started_at:
        raise BeforeReceipt(event.ended_at, standing.started_at)
    if event.ended_at > event.at:
        raise BadEvent("ended_at")
    ending = standing.endings[-1]
    ending = replace(ending, at=event.ended_at, corrections=ending.corrections + 1)
    return replace(standing, endings=(*standing.endings[:-1], ending))


_ENDS = {Finished: State.FINISHED, Refused: State.REFUSED, Withdrawn: State.WITHDRAWN}
_CHANGES: dict[type[PromiseEvent], Callable[[Standing, Any], Standing]] = {
    Paused: _pause,
    Resumed: _resume,
    Transferred: _transfer,
    Extended: _extend,
    Finished: _end,
    Refused: _end,
    Withdrawn: _end,
    Reopened: _reopen,
    Corrected: _correct,
}


def _due(standing: Standing, calendar: WorkingCalendar | None) -> datetime | None:
    started, breaks = standing.started, standing.breaks()
    if started.promised_at is not None and not breaks:
        return started.promised_at
    if calendar is None:
        return None
    try:
        if started.promised_at is not None:
            return in_utc(deadlines.moved(started.promised_at, calendar, breaks))
        if started.within is None:
            return None
        due = deadlines.due_at(
            started.at, started.within, calendar, cut_off=started.cut_off, pauses=breaks
        )
    except CalendarEnds:
        return None  # no guess: the holidays until then are not known yet
    return in_utc(due)
