"""Who may see and keep the addresses at which agencies' own systems are called."""

from feedback import permissions
from feedback.actors import Staff, System
from feedback.errors import NoSuchWebhook, Refusal, RoleMayNot
from feedback.models import Role
from sla.acts import Actor

# They see every agency's; of them only the administrator keeps them.
SEE_WEBHOOKS = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
KEEP_WEBHOOKS = frozenset({Role.ADMINISTRATOR, Role.HEAD})


def seen_agency(by: Actor) -> int | None:
    """Whose addresses somebody sees: one agency's, or everybody's (None).

    Raises `RoleMayNot` for whoever sees none.
    """
    if isinstance(by, System) or (isinstance(by, Staff) and by.role in SEE_WEBHOOKS):
        return None
    if isinstance(by, Staff) and by.role in KEEP_WEBHOOKS and by.agency_id is not None:
        return by.agency_id
    raise _refusal(by)


def check_may_see(by: Actor, agency_id: int, number: int) -> None:
    """An address exists for its agency's head, and for administration."""
    if seen_agency(by) not in {None, agency_id}:
        raise NoSuchWebhook(number)


def check_may_keep(by: Actor, agency_id: int | None) -> None:
    """Where an agency's system is called is its head's to say, or an administrator's, or a
    command's on the machine itself.
    """
    own = seen_agency(by)
    if own is not None and own == agency_id:
        return
    if own is not None or (isinstance(by, Staff) and by.role not in KEEP_WEBHOOKS):
        raise _refusal(by)


def _refusal(by: Actor) -> RoleMayNot:
    return RoleMayNot(by.role if isinstance(by, Staff) else by.reference)


def why_not_keep(by: Staff) -> Refusal | None:
    """Why somebody may only look; None for whoever may change what they see."""
    return permissions.why_not(check_may_keep, by, by.agency_id)
