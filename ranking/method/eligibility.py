"""Who is ranked, who is only listed and why, who is not shown. Method, section 3.

Not ranked is no judgement: agencies that are only listed stay visible, in order of name, not at
the bottom of the table.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

from ranking.method import limits
from ranking.method.config import Config
from ranking.method.limits import Limits


class Status(StrEnum):
    """What the table does with an agency."""

    RANKED = "ranked"
    LISTED_NOT_RANKED = "listed_not_ranked"
    SUPPRESSED = "suppressed"
    NO_ANSWERS = "no_answers"


class Reason(StrEnum):
    """Why an agency is not ranked. Where several hold, the first in this order is printed."""

    TOO_FEW_ANSWERS = "too_few_answers"
    LOW_RESPONSE = "low_response"
    INVITATIONS_MISSING = "invitations_missing"
    CONTACTS_REUSED = "contacts_reused"
    CASE_MIX_NOT_COMPARABLE = "case_mix_not_comparable"
    UNDER_INVESTIGATION = "under_investigation"
    NEW_AGENCY = "new_agency"


class Eligibility(NamedTuple):
    """A status; the reason is None for the ranked, and where there is nothing to rank."""

    status: Status
    reason: Reason | None = None


def status(
    n: float,
    *,
    config: Config,
    response_rate: float | None = None,
    reasons: Collection[Reason] = (),
) -> Eligibility:
    """The status of an agency with n effective residents.

    `response_rate` in [0, 1], or None where it is not known and so not asked for. `reasons` are
    those the counts do not show.
    """
    if n == 0:
        return Eligibility(Status.NO_ANSWERS)
    if n < config.listed_floor:
        return Eligibility(Status.SUPPRESSED, Reason.TOO_FEW_ANSWERS)
    open_reasons = set(reasons)
    if n < config.ranked_floor:
        open_reasons.add(Reason.TOO_FEW_ANSWERS)
    if response_rate is not None and response_rate < config.response_floor:
        open_reasons.add(Reason.LOW_RESPONSE)
    first = next((reason for reason in Reason if reason in open_reasons), None)
    if first is None:
        return Eligibility(Status.RANKED)
    return Eligibility(Status.LISTED_NOT_RANKED, first)


def is_under_investigation(held: int, n: int, held_to: Limits = limits.OWN) -> bool:
    """Whether too many of an agency's answers, over a tenth, are set aside and not settled yet.

    `held` answers beside n effective residents. The tenth is that of section 13, from which on
    one source is suspicious: a place that hangs by so many doubtful answers is none.
    """
    return held > limits.exactly(held_to.held_share) * (n + held)


def is_pooled(n: float, *, config: Config) -> bool:
    """Whether a suppressed agency may be counted in its parent's line: with fewer, it may not."""
    return config.pooled_floor <= n < config.listed_floor
