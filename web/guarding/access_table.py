"""For whom every route is: the one table, which fails closed. `docs/access.md` is made from it."""

from dataclasses import dataclass

from feedback.deeds import ChangeKind
from feedback.models import Role
from feedback.permissions import (
    CHANGES,
    KEEP_CALENDARS,
    KEEP_TEMPLATES,
    OPEN_SEALED,
    REVIEW_ANSWERS,
    SEE_ALL,
    WORK_ON_CASES,
)
from feedback.scopes import Scope
from feedback.spot_check_permissions import SEE_SPOT_CHECKS, SPOT_CHECK
from feedback.webhook_permissions import KEEP_WEBHOOKS, SEE_WEBHOOKS


@dataclass(frozen=True, slots=True)
class Whom:
    """For whom a route is: staff of some roles, agencies' own systems whose key has the scope, or
    everybody.

    `halfway`: also for who has given a password and not yet the second factor.
    """

    roles: frozenset[Role] = frozenset()
    scope: Scope | None = None
    everybody: bool = False
    halfway: bool = False


PUBLIC = Whom(everybody=True)
STAFF = Whom(frozenset(Role))
HALFWAY = Whom(frozenset(Role), halfway=True)
CASES = Whom(SEE_ALL | WORK_ON_CASES)
READING = Whom(SEE_ALL | WORK_ON_CASES, scope=Scope.INBOX_READ)
WRITING = Whom(SEE_ALL | WORK_ON_CASES, scope=Scope.INBOX_WRITE)
REPORTING = Whom(scope=Scope.DOSSIERS_WRITE)
INVITING = Whom(scope=Scope.RATINGS_INVITE)
PUBLISHING = Whom(frozenset({Role.PUBLISHER, Role.AUDITOR, Role.ADMINISTRATOR}))
PUBLISHER = Whom(frozenset({Role.PUBLISHER}))
HEADS = Whom(frozenset({Role.HEAD}))
CONTESTING = Whom(frozenset({Role.HEAD, Role.COORDINATOR, Role.PUBLISHER, Role.AUDITOR}))
CONTESTED = Whom(frozenset({Role.COORDINATOR, Role.PUBLISHER, Role.AUDITOR}))
DECIDERS = Whom(frozenset({Role.COORDINATOR, Role.PUBLISHER}))
WORKERS = Whom(WORK_ON_CASES)
TEMPLATES = Whom(KEEP_TEMPLATES)
WEBHOOKS = Whom(SEE_WEBHOOKS | KEEP_WEBHOOKS)
LISTENING = Whom(KEEP_WEBHOOKS)
OVERSIGHT = Whom(SEE_ALL)
COORDINATOR = Whom(frozenset({Role.COORDINATOR}))
REVIEWERS = Whom(REVIEW_ANSWERS)
REVIEWED = Whom(REVIEW_ANSWERS | {Role.AUDITOR})
SPOT_CHECKS = Whom(SEE_SPOT_CHECKS)
SPOT_CHECKERS = Whom(SPOT_CHECK)
POINTERS = Whom(OPEN_SEALED | {Role.COORDINATOR, Role.AUDITOR})
SEALED = Whom(OPEN_SEALED)
ADMINISTRATION = Whom(frozenset({Role.ADMINISTRATOR, Role.AUDITOR}))
OVERVIEW = Whom(SEE_ALL | {Role.HEAD})
ADMINISTRATOR = Whom(frozenset({Role.ADMINISTRATOR}))
CALENDARS = Whom(KEEP_CALENDARS)
PERIODS = Whom(CHANGES[ChangeKind.PERIOD] | {Role.AUDITOR})
PREPARERS = Whom(CHANGES[ChangeKind.PERIOD])
DECISIONS = Whom(frozenset({Role.ADMINISTRATOR}).union(*CHANGES.values()) | {Role.AUDITOR})
DECIDING = Whom(frozenset({Role.ADMINISTRATOR}).union(*CHANGES.values()))


ACCESS: dict[tuple[str, str], Whom] = {
    ("GET", "/"): PUBLIC,
    ("GET", "/healthz"): PUBLIC,
    ("GET", "/readyz"): PUBLIC,
    ("GET", "/api/v1/agencies"): PUBLIC,
    ("GET", "/api/v1/services"): PUBLIC,
    ("GET", "/api/v1/commitments"): PUBLIC,
    ("GET", "/api/v1/deadline"): PUBLIC,
    ("GET", "/api/v1/editions"): PUBLIC,
    ("GET", "/api/v1/editions/{name}"): PUBLIC,
    ("POST", "/api/v1/cases"): PUBLIC,
    ("POST", "/api/v1/cases/attachments"): PUBLIC,
    ("POST", "/api/v1/cases/track"): PUBLIC,
    ("POST", "/api/v1/cases/reply"): PUBLIC,
    ("POST", "/api/v1/cases/reopen"): PUBLIC,
    ("POST", "/api/v1/cases/withdraw"): PUBLIC,
    ("POST", "/api/v1/cases/rate"): PUBLIC,
    ("POST", "/api/v1/cases/object"): PUBLIC,
    ("POST", "/api/v1/cases/reach"): PUBLIC,
    ("POST", "/api/v1/cases/erase"): PUBLIC,
    ("POST", "/api/v1/ratings"): PUBLIC,
    ("PUT", "/api/v1/dossiers/{code}"): REPORTING,
    ("POST", "/api/v1/dossiers/{code}/events"): REPORTING,
    ("POST", "/api/v1/dossiers/{code}/invitation"): INVITING,
    ("GET", "/{lang:lang}/sign-in"): PUBLIC,
    ("POST", "/{lang:lang}/sign-in"): PUBLIC,
    ("POST", "/{lang:lang}/sign-out"): PUBLIC,
    ("GET", "/{lang:lang}/sign-in/provider"): PUBLIC,
    ("GET", "/{lang:lang}/sign-in/provider/return"): PUBLIC,
    ("GET", "/{lang:lang}/sign-in/code"): HALFWAY,
    ("POST", "/{lang:lang}/sign-in/code"): HALFWAY,
    ("GET", "/{lang:lang}/account/second-factor"): HALFWAY,
    ("POST", "/{lang:lang}/account/second-factor"): HALFWAY,
    ("GET", "/{lang:lang}/account"): STAFF,
    ("POST", "/{lang:lang}/account/password"): STAFF,
    ("POST", "/{lang:lang}/account/recovery-codes"): STAFF,
    ("POST", "/{lang:lang}/account/sessions"): STAFF,
    ("GET", "/{lang:lang}/password/forgotten"): PUBLIC,
    ("POST", "/{lang:lang}/password/forgotten"): PUBLIC,
    ("GET", "/{lang:lang}/password/new"): PUBLIC,
    ("POST", "/{lang:lang}/password/new"): PUBLIC,
    ("GET", "/{lang:lang}/admin/accounts/{name}/sign-in"): ADMINISTRATION,
    ("POST", "/{lang:lang}/admin/accounts/{name}/sign-in"): ADMINISTRATOR,
    ("GET", "/{lang:lang}/head"): OVERVIEW,
    ("GET", "/{lang:lang}/opinions"): CASES,
    ("GET", "/{lang:lang}/work-mail"): WORKERS,
    ("POST", "/{lang:lang}/work-mail"): WORKERS,
    ("GET", "/{lang:lang}/inbox"): CASES,
    ("GET", "/{lang:lang}/inbox-news"): CASES,
    ("POST", "/{lang:lang}/inbox/assign"): WORKERS,
    ("POST", "/{lang:lang}/inbox/lists"): CASES,
    ("POST", "/{lang:lang}/inbox/lists/rename"): CASES,
    ("POST", "/{lang:lang}/inbox/lists/forget"): CASES,
    ("GET", "/{lang:lang}/inbox/{reference:path}"): CASES,
    ("GET", "/{lang:lang}/inbox/{reference:path}/apology"): CASES,
    ("GET", "/{lang:lang}/inbox/{reference:path}/apology.pdf"): CASES,
    ("GET", "/{lang:lang}/apologies"): CASES,
    ("GET", "/{lang:lang}/inbox/{reference}/reveal"): WORKERS,
    ("POST", "/{lang:lang}/inbox/{reference}/reveal"): WORKERS,
    ("GET", "/{lang:lang}/admin/reveals"): ADMINISTRATION,
    ("GET", "/{lang:lang}/inbox/{reference:path}/{action}"): CASES,
    ("POST", "/{lang:lang}/inbox/{reference:path}/{action}"): WORKERS,
    ("GET", "/{lang:lang}/corrections"): CASES,
    ("GET", "/{lang:lang}/corrections/new"): WORKERS,
    ("POST", "/{lang:lang}/corrections/new"): WORKERS,
    ("GET", "/{lang:lang}/corrections/{number}"): CASES,
    ("POST", "/{lang:lang}/corrections/{number}"): COORDINATOR,
    ("GET", "/{lang:lang}/reviews"): REVIEWED,
    ("GET", "/{lang:lang}/reviews/{number}"): REVIEWED,
    ("POST", "/{lang:lang}/reviews/{number}"): REVIEWERS,
    ("GET", "/{lang:lang}/spot-checks"): SPOT_CHECKS,
    ("GET", "/{lang:lang}/spot-checks.csv"): SPOT_CHECKS,
    ("GET", "/{lang:lang}/spot-checks/{number}"): SPOT_CHECKS,
    ("POST", "/{lang:lang}/spot-checks/{number}"): SPOT_CHECKERS,
    ("GET", "/{lang:lang}/dossiers/{code:path}"): CASES,
    ("GET", "/{lang:lang}/webhooks"): WEBHOOKS,
    ("GET", "/{lang:lang}/webhooks/new"): LISTENING,
    ("POST", "/{lang:lang}/webhooks/new"): LISTENING,
    ("GET", "/{lang:lang}/webhooks/{number}"): WEBHOOKS,
    ("POST", "/{lang:lang}/webhooks/{number}"): LISTENING,
    ("GET", "/{lang:lang}/answer-templates"): TEMPLATES,
    ("GET", "/{lang:lang}/answer-templates/{number}"): TEMPLATES,
    ("POST", "/{lang:lang}/answer-templates/{number}"): TEMPLATES,
    ("GET", "/{lang:lang}/poster"): CASES,
    ("GET", "/{lang:lang}/routing"): OVERSIGHT,
    ("GET", "/{lang:lang}/held"): COORDINATOR,
    ("POST", "/{lang:lang}/held"): COORDINATOR,
    ("GET", "/{lang:lang}/handed-over"): POINTERS,
    ("POST", "/{lang:lang}/handed-over"): COORDINATOR,
    ("GET", "/{lang:lang}/handed-over/{pointer}"): SEALED,
    ("POST", "/{lang:lang}/handed-over/{pointer}"): SEALED,
    ("GET", "/{lang:lang}/publishing"): PUBLISHING,
    ("POST", "/{lang:lang}/publishing"): PUBLISHER,
    ("GET", "/{lang:lang}/publishing/{edition}"): PUBLISHING,
    ("POST", "/{lang:lang}/publishing/{edition}"): PUBLISHER,
    ("POST", "/{lang:lang}/publishing/{edition}/replies"): PUBLISHER,
    ("GET", "/{lang:lang}/publishing/{edition}/signals"): PUBLISHING,
    ("GET", "/{lang:lang}/objections"): CONTESTING,
    ("GET", "/{lang:lang}/objections/{edition}"): HEADS,
    ("POST", "/{lang:lang}/objections/{edition}"): HEADS,
    ("GET", "/{lang:lang}/objections/{edition}/{number}"): CONTESTED,
    ("POST", "/{lang:lang}/objections/{edition}/{number}"): DECIDERS,
    ("GET", "/{lang:lang}/my-plans"): HEADS,
    ("GET", "/{lang:lang}/my-plans/{period}"): HEADS,
    ("POST", "/{lang:lang}/my-plans/{period}"): HEADS,
    ("POST", "/{lang:lang}/my-plans/{period}/{measure}"): HEADS,
    ("GET", "/{lang:lang}/plans"): PUBLIC,
    ("GET", "/{lang:lang}/plans/{period}/{agency}"): PUBLIC,
    ("GET", "/{lang:lang}/admin"): ADMINISTRATION,
    ("GET", "/{lang:lang}/admin/"): ADMINISTRATION,
    ("GET", "/{lang:lang}/admin/accounts/new"): ADMINISTRATOR,
    ("POST", "/{lang:lang}/admin/accounts/new"): ADMINISTRATOR,
    ("GET", "/{lang:lang}/admin/accounts/{name}"): ADMINISTRATION,
    ("POST", "/{lang:lang}/admin/accounts/{name}"): ADMINISTRATOR,
    ("GET", "/{lang:lang}/admin/calendars"): OVERSIGHT,
    ("POST", "/{lang:lang}/admin/calendars"): CALENDARS,
    ("GET", "/{lang:lang}/admin/calendars/{code:path}"): OVERSIGHT,
    ("POST", "/{lang:lang}/admin/calendars/{code:path}"): CALENDARS,
    ("GET", "/{lang:lang}/admin/notices"): ADMINISTRATION,
    ("POST", "/{lang:lang}/admin/notices"): ADMINISTRATOR,
    ("GET", "/{lang:lang}/admin/keys"): ADMINISTRATION,
    ("POST", "/{lang:lang}/admin/keys"): ADMINISTRATOR,
    ("GET", "/{lang:lang}/admin/audit"): ADMINISTRATION,
    ("GET", "/{lang:lang}/admin/audit.csv"): ADMINISTRATION,
    ("GET", "/{lang:lang}/admin/agencies"): ADMINISTRATION,
    ("GET", "/{lang:lang}/admin/agencies/{code}"): ADMINISTRATION,
    ("GET", "/{lang:lang}/admin/services"): ADMINISTRATION,
    ("GET", "/{lang:lang}/admin/commitments"): ADMINISTRATION,
    ("GET", "/{lang:lang}/admin/changes"): DECISIONS,
    ("GET", "/{lang:lang}/admin/changes/{number}"): DECISIONS,
    ("GET", "/{lang:lang}/admin/questionnaire"): ADMINISTRATION,
    ("GET", "/{lang:lang}/admin/questionnaire/new"): ADMINISTRATION,
    ("POST", "/{lang:lang}/admin/questionnaire/new"): ADMINISTRATOR,
    ("GET", "/{lang:lang}/admin/questionnaire/{version}"): ADMINISTRATION,
    ("GET", "/{lang:lang}/admin/periods"): PERIODS,
    ("GET", "/{lang:lang}/admin/periods/{name}"): PERIODS,
    ("POST", "/{lang:lang}/admin/periods/{name}"): PREPARERS,
    ("GET", "/{lang:lang}/admin/files"): ADMINISTRATION,
    ("GET", "/{lang:lang}/admin/files/{kind}.csv"): ADMINISTRATION,
    ("GET", "/{lang:lang}/admin/agencies/new"): ADMINISTRATION,
    ("POST", "/{lang:lang}/admin/agencies/new"): ADMINISTRATOR,
    ("GET", "/{lang:lang}/admin/agencies/{code}/facts"): ADMINISTRATION,
    ("POST", "/{lang:lang}/admin/agencies/{code}/facts"): ADMINISTRATOR,
    ("GET", "/{lang:lang}/admin/agencies/{code}/reform"): ADMINISTRATION,
    ("POST", "/{lang:lang}/admin/agencies/{code}/reform"): ADMINISTRATOR,
    ("GET", "/{lang:lang}/admin/services/new"): ADMINISTRATION,
    ("POST", "/{lang:lang}/admin/services/new"): ADMINISTRATOR,
    ("GET", "/{lang:lang}/admin/services/{code:path}"): ADMINISTRATION,
    ("POST", "/{lang:lang}/admin/services/{code:path}"): ADMINISTRATOR,
    ("GET", "/{lang:lang}/admin/commitments/new"): ADMINISTRATION,
    ("POST", "/{lang:lang}/admin/commitments/new"): ADMINISTRATOR,
    ("GET", "/{lang:lang}/admin/commitments/withdraw"): ADMINISTRATION,
    ("POST", "/{lang:lang}/admin/commitments/withdraw"): ADMINISTRATOR,
    ("POST", "/{lang:lang}/admin/changes/{number}"): DECIDING,
    ("POST", "/{lang:lang}/admin/files"): ADMINISTRATOR,
    ("GET", "/api/v1/inbox"): READING,
    ("GET", "/api/v1/inbox/{reference:path}"): READING,
    ("POST", "/api/v1/inbox/{reference:path}/{action}"): WRITING,
    ("GET", "/{lang:lang}/"): PUBLIC,
    ("GET", "/{lang:lang}/editions"): PUBLIC,
    ("GET", "/{lang:lang}/editions/"): PUBLIC,
    ("GET", "/{lang:lang}/method"): PUBLIC,
    ("GET", "/{lang:lang}/method/"): PUBLIC,
    ("GET", "/{lang:lang}/data"): PUBLIC,
    ("GET", "/{lang:lang}/data/"): PUBLIC,
    ("GET", "/{lang:lang}/privacy"): PUBLIC,
    ("GET", "/{lang:lang}/commitments"): PUBLIC,
    ("GET", "/{lang:lang}/commitments/"): PUBLIC,
    ("GET", "/{lang:lang}/commitments.csv"): PUBLIC,
    ("GET", "/{lang:lang}/commitments/feedback"): PUBLIC,
    ("GET", "/{lang:lang}/commitments/services/{service:path}"): PUBLIC,
    ("GET", "/{lang:lang}/commitments/agencies/{agency}"): PUBLIC,
    ("GET", "/{lang:lang}/commitments/agencies/{agency}/feedback"): PUBLIC,
    ("GET", "/{lang:lang}/commitments/agencies/{agency}/services/{service:path}"): PUBLIC,
    ("GET", "/{lang:lang}/complaints/new"): PUBLIC,
    ("POST", "/{lang:lang}/complaints/new"): PUBLIC,
    ("GET", "/{lang:lang}/complaints/receipt"): PUBLIC,
    ("GET", "/{lang:lang}/complaints/elsewhere/{channel}"): PUBLIC,
    ("GET", "/{lang:lang}/track"): PUBLIC,
    ("POST", "/{lang:lang}/track"): PUBLIC,
    ("POST", "/{lang:lang}/track/leave"): PUBLIC,
    ("POST", "/{lang:lang}/track/reply"): PUBLIC,
    ("POST", "/{lang:lang}/track/reopen"): PUBLIC,
    ("GET", "/{lang:lang}/track/reach"): PUBLIC,
    ("POST", "/{lang:lang}/track/reach"): PUBLIC,
    ("POST", "/{lang:lang}/track/object"): PUBLIC,
    ("GET", "/{lang:lang}/track/withdraw"): PUBLIC,
    ("POST", "/{lang:lang}/track/withdraw"): PUBLIC,
    ("GET", "/{lang:lang}/track/erase"): PUBLIC,
    ("POST", "/{lang:lang}/track/erase"): PUBLIC,
    ("GET", "/{lang:lang}/track/erased"): PUBLIC,
    ("GET", "/{lang:lang}/track/files"): PUBLIC,
    ("POST", "/{lang:lang}/track/files"): PUBLIC,
    ("GET", "/{lang:lang}/track/files/{name}"): PUBLIC,
    ("GET", "/{lang:lang}/track/files/{name}/{part}"): PUBLIC,
    ("GET", "/{lang:lang}/inbox/{reference}/files"): WORKERS,
    ("POST", "/{lang:lang}/inbox/{reference}/files"): WORKERS,
    ("GET", "/{lang:lang}/inbox/{reference}/files/{name}"): CASES,
    ("GET", "/{lang:lang}/inbox/{reference}/files/{name}/{part}"): CASES,
    ("GET", "/{lang:lang}/rate"): PUBLIC,
    ("POST", "/{lang:lang}/rate"): PUBLIC,
    ("GET", "/{lang:lang}/rate/answer"): PUBLIC,
    ("POST", "/{lang:lang}/rate/answer"): PUBLIC,
    ("GET", "/{lang:lang}/rate/thanks"): PUBLIC,
    ("GET", "/{lang:lang}/track/appeal"): PUBLIC,
    ("POST", "/{lang:lang}/track/appeal"): PUBLIC,
    ("POST", "/{lang:lang}/track/appeal/open"): PUBLIC,
    ("POST", "/api/v1/cases/appeal"): PUBLIC,
    ("GET", "/{lang:lang}/subscribe"): PUBLIC,
    ("POST", "/{lang:lang}/subscribe"): PUBLIC,
    ("GET", "/{lang:lang}/subscribe/confirm"): PUBLIC,
    ("POST", "/{lang:lang}/subscribe/confirm"): PUBLIC,
    ("GET", "/{lang:lang}/subscription/{handle}"): PUBLIC,
    ("POST", "/{lang:lang}/subscription/{handle}"): PUBLIC,
    ("GET", "/{lang:lang}/feed.atom"): PUBLIC,
    ("GET", "/{lang:lang}/terms/{period}.json"): PUBLIC,
    ("GET", "/{lang:lang}/agencies/{agency}/feed.atom"): PUBLIC,
    ("GET", "/widget/{agency}"): PUBLIC,
    ("GET", "/{lang:lang}/widget/{agency}"): PUBLIC,
    ("GET", "/{lang:lang}/widget/{agency}/"): PUBLIC,
    ("GET", "/{lang:lang}/widget/{agency}/badge.svg"): PUBLIC,
    ("GET", "/{lang:lang}/agencies/{agency}"): PUBLIC,
    ("GET", "/{lang:lang}/agencies/{agency}/"): PUBLIC,
    ("GET", "/{lang:lang}/unsubscribe/{handle}"): PUBLIC,
    ("POST", "/{lang:lang}/unsubscribe/{handle}"): PUBLIC,
}
