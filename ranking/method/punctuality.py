"""Punctuality of the promises that fell due in a period, from counts. Method, section 12.

Counting closed cases alone flatters whoever leaves the late ones open: 700 on time, 100 late and
200 still open are 70 %, not 87.5 %. A full count has no sampling error; its interval speaks of
luck between periods, and is wider where cases of one week share their fate.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

from ranking import errors
from ranking.method import intervals
from ranking.method.intervals import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Punctuality:
    """One agency's cohort. Real-valued: a transferred case is shared among its holders.

    Due are those on time, those decided late and those still open at the cut-off; `refused` are
    among them. `withdrawn` by the applicant before due are not. Raises `InvalidCohort`.
    """

    on_time: float
    late_closed: float
    open_overdue: float
    withdrawn: float = 0
    refused: float = 0

    def __post_init__(self) -> None:
        for part in fields(self):
            if not 0 <= getattr(self, part.name) <= intervals.MOST:
                raise errors.InvalidCohort(part.name, getattr(self, part.name))
        # shares of transferred cases add up to whole ones only to the last few digits
        if self.refused > self.due * (1 + 1e-9):
            raise errors.InvalidCohort("refused", self.refused)

    @property
    def due(self) -> float:
        return self.on_time + self.late_closed + self.open_overdue

    @property
    def share(self) -> float | None:
        """On time among due; None where nothing fell due, which is neither 0 % nor 100 %."""
        return self.on_time / self.due if self.due else None

    @property
    def refusal_share(self) -> float | None:
        """Refused among due; None where nothing fell due."""
        return min(1.0, self.refused / self.due) if self.due else None

    def effective(self, deff: float = 1.0) -> "Effective":
        """The counts that intervals, bands and rank sets use: n = due / deff at the same share."""
        n = self.due / deff
        return Effective(n, n * self.share if self.share is not None else 0.0)

    def interval(self, *, deff: float = 1.0, confidence: float = 0.95) -> Interval | None:
        """Wilson on the effective counts; None where nothing fell due."""
        counts = self.effective(deff)
        return intervals.wilson(counts.x, counts.n, confidence=confidence)


class Effective(NamedTuple):
    """Effective counts: n independent cases would say as much; x of them on time."""

    n: float
    x: float


class Cluster(NamedTuple):
    """The cases of one agency that fell due in one ISO week."""

    due: float
    on_time: float


class Design(NamedTuple):
    """How alike cases of one week are, and what that costs each agency."""

    rho: float
    """Intraclass correlation over the peer group, in [0, 1]."""
    deff: dict[str, float]
    """Per agency, at least 1: so many cases say as much as one independent case."""


def design(clusters: Mapping[str, Sequence[Cluster]]) -> Design:
    """The design effects of a peer group, by the analysis of variance of weeks within agencies.

    rho is 0 where nothing can be estimated from: no agency with two weeks, or no week with two
    cases. Clusters without cases are left out. Raises `InvalidCohort`.
    """
    filled = {agency: [c for c in of if _checked(c).due > 0] for agency, of in clusters.items()}
    some = {agency: of for agency, of in filled.items() if of}
    rho = _correlation(some)
    deff = {agency: max(1.0, 1 + rho * (_mean_size(of) - 1)) for agency, of in some.items()}
    return Design(rho, {agency: deff.get(agency, 1.0) for agency in clusters})


def _checked(cluster: Cluster) -> Cluster:
    if not 0 <= cluster.on_time <= cluster.due <= intervals.MOST:
        raise errors.InvalidCohort("cluster", cluster.on_time)
    return cluster


def _mean_size(clusters: Iterable[Cluster]) -> float:
    """The size of the cluster a case finds itself in, on average."""
    sizes = [cluster.due for cluster in clusters]
    return math.fsum(m * m for m in sizes) / math.fsum(sizes)


def _correlation(agencies: Mapping[str, Sequence[Cluster]]) -> float:
    # `math.fsum`, for `sum` of floats differs between versions of Python
    n = math.fsum(cluster.due for of in agencies.values() for cluster in of)
    free = sum(len(of) - 1 for of in agencies.values())  # C - J
    within_free = n - sum(map(len, agencies.values()))  # N - C
    if free <= 0 or within_free <= 0:
        return 0.0
    between, within = [], []
    for of in agencies.values():
        average = math.fsum(on_time for _, on_time in of) / math.fsum(m for m, _ in of)
        for m, on_time in of:
            share = on_time / m
            between.append(m * (share - average) * (share - average))
            within.append(m * share * (1 - share))
    msb, msw = math.fsum(between) / free, math.fsum(within) / within_free
    m0 = (n - math.fsum(map(_mean_size, agencies.values()))) / free
    total = msb + (m0 - 1) * msw
    return min(1.0, max(0.0, (msb - msw) / total)) if total > 0 else 0.0
