"""Was everybody asked, and could they be reached? What is counted of invitations. Pure.

Every closed case is invited, by the platform and by nobody's choice; so one invitation for each
closed case is the rule, and a contact that stands for many people is a way to answer for them.
Source: the published method, section 9, and section 13 on chosen invitations.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from ranking import errors
from ranking.method import limits
from ranking.method.limits import Limits

PEOPLE = limits.OWN.contact_people
"""People a telephone number or an address may stand for; with more its cases count as reused."""


@dataclass(eq=False)
class BadInvitations(errors.RankingError):
    """Counts that no round of invitations can give: negative, or a part above its whole."""

    value: object


@dataclass(frozen=True, slots=True)
class Asked:
    """Closed cases of one agency in a window: how many were invited, and how many of those parts.

    `missing`: nobody knew a contact, or there is no more asking to be done; `bounced`: it never
    arrived; `reused`: the contact stands for more than `PEOPLE` people at this agency. They stay
    among the `closed`, in every rate, and are only counted apart. Raises `BadInvitations`.
    """

    closed: int = 0
    invited: int = 0
    missing: int = 0
    bounced: int = 0
    reused: int = 0

    def __post_init__(self) -> None:
        parts = (self.invited, self.missing, self.bounced, self.reused)
        if min(parts) < 0 or max(self.missing + self.bounced, *parts) > self.closed:
            raise BadInvitations((self.closed, *parts))

    @property
    def share(self) -> Fraction | None:
        """Invited / closed, exactly; None if no case was closed."""
        return Fraction(self.invited, self.closed) if self.closed else None


def are_missing(of: Asked, held_to: Limits = limits.OWN) -> bool:
    """Whether too few of the closed cases were invited, by the method fewer than 98 of 100.

    Where none was closed, no.
    """
    return of.share is not None and of.share < limits.exactly(held_to.invited_share)


def reused_too_often(agencies: Mapping[str, Asked], held_to: Limits = limits.OWN) -> frozenset[str]:
    """Of the agencies of a peer group, those whose contacts are reused too often.

    That is over twice as often as with all its peers together, and in more than the 2 % of cases
    that may lack an invitation: where hardly any contact is reused, one shared telephone says
    nothing. Alone among its peers nobody is. Exact, so that twice is not over twice.
    """
    few, times = 1 - limits.exactly(held_to.invited_share), held_to.reused_times
    closed = sum(of.closed for of in agencies.values())
    reused = sum(of.reused for of in agencies.values())
    return frozenset(
        code
        for code, of in agencies.items()
        if of.reused > few * of.closed
        and of.reused * (closed - of.closed) > times * (reused - of.reused) * of.closed
    )
