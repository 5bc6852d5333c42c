"""Which figures a correction moved, agency by agency. Pure."""

from collections.abc import Callable, Iterator
from typing import Any

from ranking.frozen.edition_body import Agency, Edition
from ranking.frozen.edition_json import to_json
from ranking.frozen.edition_life import Change

# As the columns of ranking.csv are called, so that the files alone tell the same.
FIGURES: dict[str, Callable[[Agency], Any]] = {
    "peer_group": lambda of: of.peer_group,
    "status": lambda of: of.satisfaction.score.status,
    "n": lambda of: of.satisfaction.n,
    "share": lambda of: of.satisfaction.score.share,
    "low": lambda of: of.satisfaction.score.low,
    "high": lambda of: of.satisfaction.score.high,
    "band": lambda of: of.satisfaction.score.band,
    "place": lambda of: of.satisfaction.score.rank,
    "due": lambda of: of.punctuality.due.due,
    "on_time_share": lambda of: of.punctuality.score.share,
    "on_time_band": lambda of: of.punctuality.score.band,
    "on_time_place": lambda of: of.punctuality.score.rank,
}
PRESENCE = "listed"


def changes(before: Edition, after: Edition) -> tuple[Change, ...]:
    """Every figure that differs, by agency in the order of the later edition, then by figure.

    An agency that stands in only one of the two has a single change, of `listed`.
    """
    earlier = {agency.code: agency for agency in before.agencies}
    later = {agency.code: agency for agency in after.agencies}
    gone = [agency.code for agency in before.agencies if agency.code not in later]
    found = [
        change
        for code in (*later, *gone)
        for change in _changes(code, earlier.get(code), later.get(code))
    ]
    return tuple(found)


def _changes(code: str, before: Agency | None, after: Agency | None) -> Iterator[Change]:
    if before is None or after is None:
        yield Change(
            agency=code,
            figure=PRESENCE,
            before="yes" if before else "no",
            after="yes" if after else "no",
        )
        return
    for figure, value_of in FIGURES.items():
        was, now = _written(value_of(before)), _written(value_of(after))
        if was != now:
            yield Change(agency=code, figure=figure, before=was, after=now)


def _written(value: Any) -> str | None:
    return None if value is None else str(to_json(value))
