"""The figures of one edition, from what the database holds to the frozen whole."""

from datetime import datetime, timedelta
from pathlib import Path

from ranking import assembly, edition_body, gathering, packs, quarantine
from ranking.config import Config
from ranking.edition_body import Edition, Notes, PeriodFacts
from ranking.models import EditionRow, PeriodRow
from ranking.periods import Period


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
    aside = await quarantine.counted(period.starts_at, period.ends_at)
    last_day = period.ends_at.astimezone(period.timezone).date() - timedelta(days=1)
    sheets = packs.binding(packs.available(packs_dir), on=last_day)
    found = assembly.assemble(gathered, config, sheets)
    return Edition(
        name=name,
        period=PeriodFacts(
            name=period.name,
            starts_at=period.starts_at,
            ends_at=period.ends_at,
            cutoff_at=period.cutoff_at,
            timezone=gathering.zone_of(period).key,
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
