"""What administration does, to what, and what waits: the words of the audit trail."""

from enum import StrEnum


class Subject(StrEnum):
    """What an administrative act is about."""

    AGENCY = "agency"
    LINEAGE = "lineage"
    SERVICE = "service"
    COMMITMENT = "commitment"
    CALENDAR = "calendar"
    QUESTIONNAIRE = "questionnaire"
    TEMPLATE = "template"
    ACCOUNT = "account"
    KEY = "key"
    PERIOD = "period"
    IMPORT = "import"
    NOTICE = "notice"
    WEBHOOK = "webhook"
    CHANGE = "change"


class Deed(StrEnum):
    """What was done to it."""

    ADDED = "added"
    CHANGED = "changed"
    RENAMED = "renamed"
    MERGED = "merged"
    SPLIT = "split"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    RESET = "reset"
    REVOKED = "revoked"
    IMPORTED = "imported"
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    PLANNED = "planned"
    RETRIED = "retried"
    CONFIRMED = "confirmed"


class ChangeKind(StrEnum):
    """What is to be changed."""

    RENAME = "rename"
    MERGE = "merge"
    SPLIT = "split"
    CLOSE = "close"
    COMMITMENT = "commitment"
    WITHDRAWAL = "withdrawal"
    AGENCY = "agency"
    SERVICE = "service"
    CALENDAR_DAY = "calendar_day"
    PERIOD = "period"
    QUESTIONNAIRE = "questionnaire"
    ACCOUNT = "account"


class ChangeState(StrEnum):
    """PROPOSED waits for a second person, PLANNED for its day; the others are over."""

    PROPOSED = "proposed"
    PLANNED = "planned"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"
