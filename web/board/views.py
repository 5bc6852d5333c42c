"""The table in other orders, and parts of it: a page each, so that no script is needed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ranking.frozen.edition_body import Agency
from web.board import front
from web.board.front import Front, PeerGroup
from web.language.i18n import mark


@dataclass(frozen=True, slots=True)
class View:
    """One order, or with `band` only those of one; `path` is its file beside the front page."""

    path: str
    label: str
    template: str = "listing"
    order: Callable[[PeerGroup], tuple[Agency, ...]] = front.by_place
    band: str | None = None

    def lines(self, group: PeerGroup) -> list[Agency]:
        """Who is on it, in its order."""
        return [
            agency
            for agency in self.order(group)
            if self.band is None or front.band_of(agency) == self.band
        ]


BY_PLACE = View("", mark("By place"))
VIEWS = (
    BY_PLACE,
    View("by-name.html", mark("By name"), template="by_name"),
    View("by-response.html", mark("By share who answered"), order=front.by_response),
    View("on-time.html", mark("By promises kept"), template="on_time"),
    View("overdue.html", mark("By cases overdue"), order=front.by_overdue),
)
ONLY = (
    View("above.html", mark("Only those above the target"), band="above"),
    View("cannot-tell.html", mark("Only those where we cannot tell"), band="undetermined"),
    View("below.html", mark("Only those below the target"), band="below"),
    View("not-ranked.html", mark("Only those not ranked"), band="none"),
)


def all_views(shown: Front) -> Iterator[View]:
    """Every page beside the front page; without answers there is nothing to order but promises."""
    for view in (*VIEWS[1:], *ONLY):
        if shown.has_answers or view.template != "listing":
            yield view
