"""Whether two accounts are two persons', as far as the trail of administration can tell.

What one has proposed, another account decides only if nobody has had a hand in how both sign in
(`hands`). A hand is taken off by whoever is apart from its owner and confirms the account; on the
machine itself, by command, whatever is told (`hailong user confirm`).
"""

from collections.abc import Iterable
from typing import Any

from feedback import audit
from feedback import permissions as may
from feedback.actors import Staff
from feedback.deeds import Deed, Subject
from feedback.models import AccountRow, AuditRow, Role
from feedback.staff import hands
from feedback.staff.hand_errors import NotApart, NothingToConfirm
from feedback.staff.hands import Hands, Touch
from sla.acts import Act, Actor

DECIDE = frozenset({Role.ADMINISTRATOR, Role.PUBLISHER, Role.COORDINATOR})
"""They have the second word somewhere: one person alone makes nobody one of them."""
STAFF = "staff:"
# Facts of an account by which somebody may come to sign in with it.
WAY_IN = frozenset({"email", "issuer", "second_factor", "state", "subject"})
ASKED_BY = "asked_by"
"""In the trail, who proposed what a second person approved: then it is neither's hand."""
LIFTED = "confirmed"


def needs_two(by: Actor, role: Role, before: Role | None) -> bool:
    """Whether an account would get a second word that it has not: no member of staff alone gives
    it one; a command on the machine itself does, so that a city can begin.
    """
    return isinstance(by, Staff) and role in DECIDE and role != before


async def check(by: Actor, first: str) -> None:
    """Whoever decides is another person than `first`, a reference, who asked. Raises `NotApart`."""
    if not isinstance(by, Staff) or not first.startswith(STAFF):
        return
    both = hands.shared(by.reference, first, await _hands([by.reference, first]))
    if both:
        raise NotApart(_named(both, but={by.reference, first}))


async def why_not(by: Actor, *firsts: str) -> NotApart | None:
    """What `check` would raise, about the first of these whom it would refuse; None: nothing."""
    for first in firsts:
        try:
            await check(by, first)
        except NotApart as refusal:
            return refusal
    return None


async def on(name: str) -> tuple[str, ...]:
    """The references of those whose hands are on an account, in order."""
    reference = STAFF + name
    return tuple(sorted((await _hands([reference])).get(reference, ())))


async def check_may_confirm(by: Actor, name: str) -> tuple[str, ...]:
    """Whose hands somebody may take off an account.

    Raises `RoleMayNot`, `OwnAccount`, `NothingToConfirm` where nobody's are on it, and `NotApart`
    for whoever's own are, or may be behind all of them.
    """
    may.check_may_change_account(by, name)
    reference = STAFF + name
    sought = [reference, by.reference] if isinstance(by, Staff) else [reference]
    known = await _hands(sought)
    found = known.get(reference, frozenset())
    if not found:
        raise NothingToConfirm(name)
    if not isinstance(by, Staff):
        return tuple(sorted(found))
    apart = [one for one in found if not hands.shared(by.reference, one, known)]
    if not apart:
        raise NotApart(_named(found, but=set()))
    return tuple(sorted(apart))


async def confirm(name: str, act: Act, *, reason: str = "") -> bool:
    """Say that the account is in its owner's hands alone; False where there is no such account.

    Errors as `check_may_confirm`.
    """
    if not await AccountRow.exists(name=name):
        may.check_may_administer(act.by)
        return False
    lifted = await check_may_confirm(act.by, name)
    after = {LIFTED: [one.removeprefix(STAFF) for one in lifted]}
    await audit.record(Subject.ACCOUNT, name, Deed.CONFIRMED, act, after=after, reason=reason)
    return True


def _named(found: Iterable[str], *, but: set[str]) -> str:
    """The account whose hand it is, as its owner writes it; one of the two where it is no third."""
    told = sorted(set(found) - but) or sorted(found)
    return told[0].removeprefix(STAFF)


async def _hands(references: Iterable[str]) -> Hands:
    """The hands on these accounts, and on those whose hands they are, and so on."""
    known: dict[str, frozenset[str]] = {}
    todo = set(references)
    while todo:
        touches = await _touches({one.removeprefix(STAFF) for one in todo})
        new = hands.left(touches)
        known |= {one: new.get(one, frozenset()) for one in todo}
        todo = set().union(*new.values()) - known.keys()
    return known


async def _touches(names: Iterable[str]) -> list[Touch]:
    rows = AuditRow.filter(subject=Subject.ACCOUNT, about__in=sorted(names)).order_by("id")
    return [touch for row in await rows if (touch := _touch(row)) is not None]


def _touch(row: AuditRow) -> Touch | None:
    """What a line of the trail says of the way in to an account; None: nothing."""
    about = STAFF + row.about
    before: dict[str, Any] = row.before or {}
    after: dict[str, Any] = row.after or {}
    if row.deed is Deed.CONFIRMED:
        return Touch(about, row.by, frozenset(STAFF + one for one in after.get(LIFTED, ())))
    if not row.by.startswith(STAFF) or after.get(ASKED_BY):
        return None
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    if row.deed in {Deed.ADDED, Deed.RESET} or (row.deed is Deed.CHANGED and changed & WAY_IN):
        return Touch(about, row.by)
    return None
