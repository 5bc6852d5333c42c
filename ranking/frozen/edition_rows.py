"""Stored editions and periods, as everything around them asks for them."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from tortoise.connection import get_connection

from ranking import statements
from ranking.frozen import edition_body
from ranking.frozen.edition_errors import NoSuchEdition
from ranking.frozen.edition_life import Life
from ranking.frozen.terms import Schedule, Terms
from ranking.method import limits
from ranking.method.config import Config
from ranking.method.limits import Limits, Looks
from ranking.method.periods import Period
from ranking.models import EditionRow, EditionStatus, PeriodRow

LONGEST_NAME = 20

# One draft or publication at a time: two would each find no draft of the period.
LOCK = 0x48A1_1062
PATIENCE = "120s"


async def alone() -> None:
    """Wait until nobody else drafts or publishes; held to the end of the transaction.

    In it statements may take longer than a page may: counting a city's quarter does.
    """
    await statements.patient(
        statement=PATIENCE, lock=PATIENCE, idle_in_transaction_session=PATIENCE
    )
    await get_connection("default").execute_query("select pg_advisory_xact_lock($1)", [LOCK])


async def named(name: str) -> EditionRow:
    """The edition of that name with its period. Raises `NoSuchEdition`."""
    row = None
    if len(name) <= LONGEST_NAME:
        row = await EditionRow.get_or_none(name=name).select_related("period")
    if row is None:
        raise NoSuchEdition(name)
    return row


async def latest_published(period_name: str) -> EditionRow | None:
    """The edition that holds for a period: its last correction, or its first edition."""
    return (
        await EditionRow.filter(period__name=period_name, status=EditionStatus.PUBLISHED)
        .order_by("-published_at", "-id")
        .first()
    )


def committed(row: PeriodRow | None, period: Period) -> Period:
    """The period with the cut-off that was committed for it."""
    return period if row is None else dataclasses.replace(period, cutoff_at=row.cutoff_at)


def terms_of(row: PeriodRow) -> Terms | None:
    """What was committed to; None for periods from before there were terms."""
    return None if row.terms is None else Terms.from_json(row.terms)


@dataclass(frozen=True, slots=True)
class Looked:
    """From `starts_at` to before `ends_at` the nightly look goes by these thresholds."""

    starts_at: datetime
    ends_at: datetime
    by: Looks


_SHORTEST_FIRST = ("-starts_at", "ends_at", "id")


async def terms_named(name: str) -> Terms:
    """What was committed to for a period. Raises `NoSuchEdition` where nothing was."""
    row = await PeriodRow.get_or_none(name=name[:LONGEST_NAME])
    terms = terms_of(row) if row else None
    if terms is None:
        raise NoSuchEdition(name)
    return terms


async def limits_at(moment: datetime) -> Limits:
    """The thresholds committed to for the period that a moment lies in, the shortest of several."""
    rows = PeriodRow.filter(starts_at__lte=moment, ends_at__gt=moment)
    return _held_to(await rows.order_by(*_SHORTEST_FIRST).limit(1), moment)


async def looks_between(first: datetime, end: datetime) -> list[Looked]:
    """What the nightly look goes by from `first` to before `end`; days in a row that are looked at
    alike are told as one.
    """
    rows = await PeriodRow.filter(starts_at__lt=end, ends_at__gt=first).order_by(*_SHORTEST_FIRST)
    cuts = {first, end, *(at for row in rows for at in (row.starts_at, row.ends_at))}
    found: list[Looked] = []
    for since, until in pairwise(sorted(at for at in cuts if first <= at <= end)):
        by = _held_to(rows, since).nightly
        begun = found.pop().starts_at if found and found[-1].by == by else since
        found.append(Looked(begun, until, by))
    return found


def _held_to(rows: Sequence[PeriodRow], moment: datetime) -> Limits:
    row = next((of for of in rows if of.starts_at <= moment < of.ends_at), None)
    return edition_body.from_json(Config, row.config).held_to if row else limits.OWN


def schedule_of(row: PeriodRow) -> Schedule:
    """The days that hold for a period; the usual ones where none were committed to."""
    terms = terms_of(row)
    return terms.schedule if terms else Schedule()


def life_of(row: EditionRow) -> Life:
    """What is known around an edition, as far as it is stored."""
    stored = row.body.get("life")
    return edition_body.from_json(Life, stored) if stored else Life()


def with_life(row: EditionRow, life: Life) -> dict[str, object]:
    """The stored edition with another life."""
    return {**row.body, "life": edition_body.to_json(life)}
