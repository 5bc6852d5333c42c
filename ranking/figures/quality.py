"""What an edition says of its own indicators: whether results crowd over the target, and whether
they still tell anybody apart. Pure; it follows from the published lines alone.
"""

from dataclasses import dataclass

from ranking.frozen.edition_body import Agency, Edition
from ranking.method import cliff, retiring
from ranking.method.cliff import Cliff
from ranking.method.retiring import Telling


@dataclass(frozen=True, slots=True)
class Quality:
    """Of a whole edition; `proposed` are those just over the target, where there is a bump, the
    thinnest margin first.
    """

    cliff: Cliff
    proposed: tuple[Agency, ...]
    satisfaction: Telling
    punctuality: Telling


def quality(edition: Edition) -> Quality:
    """Of everybody whose share is shown, ranked or not."""
    held_to = edition.config.held_to
    shown = [one for one in edition.agencies if one.satisfaction.raw is not None]
    found = cliff.cliff(
        (raw for one in shown if (raw := one.satisfaction.raw) is not None),
        edition.config.target,
        held_to,
    )
    over = [one for one in shown if cliff.is_just_above(one.satisfaction.raw, found)]
    return Quality(
        found,
        tuple(sorted(over, key=_margin)) if found.is_bump else (),
        retiring.telling((one.satisfaction.score.band for one in edition.agencies), held_to),
        retiring.telling((one.punctuality.score.band for one in edition.agencies), held_to),
    )


def _margin(agency: Agency) -> tuple[int, str]:
    thin = agency.satisfaction.fragility
    return (thin.ones_to_lose or 0) if thin else 0, agency.code
