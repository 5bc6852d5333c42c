"""Stored editions and periods, as everything around them asks for them."""

import dataclasses
from datetime import datetime

from tortoise.connection import get_connection

from ranking import edition_body
from ranking.edition_errors import NoSuchEdition
from ranking.edition_life import Life
from ranking.method import limits
from ranking.method.config import Config
from ranking.method.limits import Limits
from ranking.method.periods import Period
from ranking.models import EditionRow, EditionStatus, PeriodRow
from ranking.terms import Schedule, Terms

LONGEST_NAME = 20

# One draft or publication at a time: two would each find no draft of the period.
LOCK = 0x48A1_1062
PATIENCE = "120s"


async def alone() -> None:
    """Wait until nobody else drafts or publishes; held to the end of the transaction.

    In it statements may take longer than a page may: counting a city's quarter does.
    """
    connection = get_connection("default")
    await connection.execute_query(
        "select set_config(name, $1, true) from unnest(array["
        "'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) as s(name)",
        [PATIENCE],
    )
    await connection.execute_query("select pg_advisory_xact_lock($1)", [LOCK])


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


async def limits_at(moment: datetime) -> Limits:
    """The thresholds committed to for the period that a moment lies in, the shortest of several."""
    row = (
        await PeriodRow.filter(starts_at__lte=moment, ends_at__gt=moment)
        .order_by("-starts_at", "ends_at", "id")
        .first()
    )
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
