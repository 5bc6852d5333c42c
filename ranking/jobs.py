"""Sweeps of the ranking: each does one piece of what is not yet done and says if there was any."""

from pathlib import Path
from zoneinfo import ZoneInfo

from ranking.counts import recounting, settling, spreading, tallies
from ranking.doubts import looking, spot_drawing
from ranking.life import editions, wishes
from sla.acts import Act


async def tally(act: Act, zone: ZoneInfo) -> bool:
    """Count some of the ratings that changed since they were last counted, unless somebody does."""
    return await tallies.is_alone() and await tallies.count_some(zone) > 0


async def draft_edition(act: Act, zone: ZoneInfo, packs_dir: Path | None = None) -> bool:
    """Draft the quarter that ended last, once its cut-off is over and if nobody has yet."""
    return await editions.draft_due(act, zone, packs_dir=packs_dir)


async def look_for_anomalies(act: Act, zone: ZoneInfo) -> bool:
    """Hold for review what looks arranged in the answers of the last days."""
    return await looking.look_for_anomalies(act, zone)


async def look_at_sources(act: Act, zone: ZoneInfo) -> bool:
    """Look at where the answers of one day that is over came from, and forget it."""
    return await spreading.look_at_a_day(act, zone)


async def draft_wished(act: Act, zone: ZoneInfo, packs_dir: Path | None = None) -> bool:
    """Make one draft that a publisher wished for, or note why it could not be made."""
    return await wishes.grant_next(act, zone, packs_dir=packs_dir)


async def commit_next(act: Act, zone: ZoneInfo) -> bool:
    """Commit to the coming quarter in time what holds for the present one."""
    return await editions.commit_next(act, zone)


async def recount(act: Act, zone: ZoneInfo) -> bool:
    """Count some agencies of a quarter again that was not counted again since last night."""
    return await recounting.recount_next(act, zone)


async def settle(act: Act, zone: ZoneInfo) -> bool:
    """Count anew some agencies of the quarter that ended last, where anything changed."""
    return await settling.settle_next(act, zone)


async def draw_spot_checks(act: Act, zone: ZoneInfo) -> bool:
    """Draw by lot what is called back, or looked up in files, of one span that is over."""
    return await spot_drawing.draw_next(act, zone)
