"""Who sees what was drawn by lot, and who says what came of it."""

from feedback import permissions
from feedback.actors import Staff
from feedback.errors import RoleMayNot
from feedback.models import Role
from sla.acts import Actor

SPOT_CHECK = frozenset({Role.COORDINATOR})
SEE_SPOT_CHECKS = SPOT_CHECK | {Role.AUDITOR}


def check_may_see_spot_checks(by: Actor) -> None:
    """Coordinators, and auditors; no agency learns what was drawn."""
    if not (isinstance(by, Staff) and by.role in SEE_SPOT_CHECKS):
        raise RoleMayNot(by.role if isinstance(by, Staff) else by.reference)


def check_may_spot_check(by: Actor, agency_id: int) -> None:
    """A coordinator from outside the agency, as with corrections; auditors change nothing."""
    permissions.check_may_decide_correction(by, agency_id)
