"""The tallies of the quarter that ended last, counted before an edition asks for them."""

from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

from ranking.counts import tallying
from ranking.counts.tallying import Window
from ranking.frozen import edition_body, edition_rows
from ranking.method import periods
from ranking.method.config import Config
from ranking.method.periods import Period
from ranking.models import PeriodRow
from sla.acts import Act


async def settle_next(act: Act, zone: ZoneInfo) -> bool:
    """Count anew what was marked of some agencies; whether there were any.

    Once a quarter is over little in it still changes: the draft of its edition finds nearly
    everything counted.
    """
    if not await tallying.is_alone():
        return False  # a draft is being made, and counts by itself
    row = await PeriodRow.get_or_none(name=_last(act, zone).name)
    period = edition_rows.committed(row, _last(act, zone))
    config = edition_body.from_json(Config, row.config) if row else Config()
    async for window, agencies in _windows(period, config):
        if await tallying.settle(window, agencies=agencies, parts=1):
            return True
    return False


async def _windows(
    period: Period, config: Config
) -> AsyncIterator[tuple[Window, frozenset[int] | None]]:
    """All that the edition of a period reads, in an order in which each is counted by its turn."""
    yield tallying.of_promises(period), None
    yield tallying.of_answers(period.previous()), None
    yield tallying.of_answers(period), None
    said = await tallying.read(tallying.of_answers(period))
    thin = {agency for agency, of in said.items() if of.counts.n < config.ranked_floor}
    window = periods.rolling(period, config.rolling_windows)
    yield tallying.of_answers_over(window), frozenset(thin)


def _last(act: Act, zone: ZoneInfo) -> Period:
    return periods.containing(act.at, zone).previous()
