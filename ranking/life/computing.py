"""The figures of one edition, from what the database holds to the frozen whole."""

import dataclasses
from datetime import datetime, timedelta
from pathlib import Path

from ranking.counts import gathering, tallies
from ranking.counts.gathered import Gathered
from ranking.doubts import quarantine
from ranking.figures import assembly
from ranking.frozen import edition_body, edition_rows
from ranking.frozen.edition_body import Edition, Notes, PeriodFacts
from ranking.frozen.terms import Terms
from ranking.method import packs
from ranking.method.config import Config
from ranking.method.periods import Period
from ranking.models import EditionRow, PeriodRow
from sla import packs as law


async def computed(
    name: str,
    period: Period,
    committed: PeriodRow,
    at: datetime,
    *,
    corrected: EditionRow | None = None,
    packs_dir: Path | None = None,
) -> Edition:
    """The edition of a period as known at `at`, under the configuration committed for it."""
    config = edition_body.from_json(Config, committed.config)
    was = gathering.frozen(corrected) if corrected else None
    gathered = await gathering.gathered(period, config, at, corrected=was)
    terms = edition_rows.terms_of(committed)
    if terms is not None:
        gathered = held_to(terms, gathered)
    aside = await quarantine.counted(period.starts_at, period.ends_at)
    last_day = period.ends_at.astimezone(period.timezone).date() - timedelta(days=1)
    sheets = packs.binding(packs.available(packs_dir, law=law.pack().code), on=last_day)
    found = assembly.assemble(gathered, config, sheets)
    return Edition(
        name=name,
        period=PeriodFacts(
            name=period.name,
            starts_at=period.starts_at,
            ends_at=period.ends_at,
            cutoff_at=period.cutoff_at,
            timezone=tallies.zone_of(period).key,
        ),
        config=config,
        committed_at=committed.committed_at,
        drafted_at=at,
        satisfaction=found.satisfaction,
        punctuality=found.punctuality,
        agencies=found.agencies,
        packs=found.packs,
        notes=Notes(
            is_before_cutoff=at < period.cutoff_at,
            is_committed_late=committed.committed_at >= period.starts_at,
            residents=found.residents,
            suppressed=found.suppressed,
            quarantined=aside.held,
            excluded=aside.excluded,
            left_out=found.left_out,
            exclusions=aside.reasons,
            kept_as_before=found.kept_as_before,
        ),
    )


def held_to(terms: Terms, found: list[Gathered]) -> list[Gathered]:
    """Among the peers that were committed to, and without whom it was decided to leave out.

    Who came later stands among the peers of today.
    """
    peers = {one.code: one.peer_group for one in terms.agencies}
    without = {one.code for one in terms.left_out}
    return [
        dataclasses.replace(one, peer_group=peers.get(one.code, one.peer_group))
        for one in found
        if one.code not in without
    ]
