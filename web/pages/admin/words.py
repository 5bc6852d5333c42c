"""What administration says of what was done, and of rows and fields that are refused."""

from collections.abc import Mapping

from feedback.deeds import ChangeKind, ChangeState, Deed, Subject
from web import i18n
from web.i18n import mark

DONE = {
    "disabled": mark("The account is closed. Its sessions have ended."),
    "kept": mark("Stored. The audit trail says who changed what."),
    "unchanged": mark("Nothing was different: nothing was changed."),
    "planned": mark("Planned for its day. Until then it can be cancelled."),
    "proposed": mark("Proposed. A second administrator has to approve it before it counts."),
    "approved": mark("Approved."),
    "refused": mark("Not approved. Who proposed it can read why."),
    "cancelled": mark("Cancelled. Nothing was changed."),
    "taken": mark("The file was taken. The audit trail says what each row changed."),
}

# By the reasons of `hailong import`, which stand in its report as well.
ROW: Mapping[str, str] = {
    "missing": mark("Please fill this in."),
    "not_allowed": mark("This is none of the words that may stand here."),
    "too_long": mark("This is too long."),
    "too_large": mark("This number is too large."),
    "not_a_number": mark("This is not a whole number."),
    "not_a_date": mark("This is not a day, such as 2026-10-05."),
    "two_digit_year": mark("Write the year with four digits."),
    "year_out_of_range": mark("The year lies outside 2000 to 2100."),
    "not_a_time": mark("This is not a time of day, such as 16:30."),
    "not_an_email": mark("This is not an e-mail address, such as an.nguyen@example.vn."),
    "not_a_name": mark("Use 2 to 40 small letters without marks, digits, dots or hyphens."),
    "closes_before_it_opens": mark("The agency would close before it opens."),
    "parent_unknown": mark("There is no agency of this code above it."),
    "parent_of_itself": mark("The agency would stand above itself."),
    "agency_unknown": mark("There is no agency of this code."),
    "service_unknown": mark("There is no service of this code."),
    "calendar_unknown": mark("There is no calendar of this code."),
    "agency_and_level": mark("Name an agency or a level, not both."),
    "longer_than_law": mark("This is longer than the law allows for the service."),
    "differs_from_stored": mark(
        "Another version begins on this day already, and what was once promised is never rewritten."
        " Choose another day."
    ),
    "own_account": mark("Nobody changes the own account by a file."),
    "code_taken": mark("This code is taken already."),
    "wrong_cell_count": mark("The row has more or fewer cells than the first line."),
    "broken_row": mark("The row cannot be read."),
    "repeats_identical": mark("The same row stands above already."),
    "repeats_different": mark("Another row above says something else of the same."),
    "bad_windows": mark("Write hours like 07:30-11:30 13:00-17:00."),
    "unknown_zone": mark("There is no such time zone."),
    "differs_within_calendar": mark("The time zone is not that of the rest of the calendar."),
    "never_opens": mark("With this the office would never open."),
}

FIELDS: Mapping[str, str] = {
    "name_vi": mark("Name in Vietnamese"),
    "name_en": mark("Name in English"),
    "display_name": mark("Name"),
    "kind": mark("Kind"),
    "level": mark("Level"),
    "peer_group": mark("Compared with"),
    "parent": mark("Agency above"),
    "calendar": mark("Working calendar"),
    "opens_on": mark("Begins on"),
    "closes_on": mark("Ends on"),
    "effective_on": mark("In force from"),
    "amount": mark("Time"),
    "unit": mark("Unit"),
    "rule": mark("Way of counting"),
    "role": mark("Role"),
    "agency": mark("Agency"),
    "email": mark("E-mail"),
    "state": mark("State"),
    "heirs": mark("Who goes on"),
    "olds": mark("Who ends"),
    "legal_act": mark("Legal act"),
    "field": mark("Field"),
    "statutory_amount": mark("Longest time by law"),
    "statutory_unit": mark("Unit of that time"),
    "taken": mark("Rows taken"),
    "unchanged": mark("Rows unchanged"),
    "disabled_at": mark("Closed on"),
    "refused": mark("Rows refused"),
    "target": mark("Target"),
    "confidence": mark("Confidence"),
    "false_discovery_rate": mark("False alarms"),
    "ranked_floor": mark("Residents for a place"),
    "listed_floor": mark("Residents for a figure"),
    "pooled_floor": mark("Residents for a shared figure"),
    "response_floor": mark("Response for a place"),
    "response_flag": mark("Response without a remark"),
    "rolling_windows": mark("Quarters taken together"),
    "cutoff_days": mark("Days answers still count"),
    "objection_days": mark("Days for objections"),
    "redraft_days": mark("Days for objections to a new draft"),
    "plan_days": mark("Days to write a plan"),
    "publish_on": mark("To be published by"),
    "agencies": mark("Agencies"),
    "left_out": mark("Left out"),
    "calendars": mark("Calendars"),
    "digest": mark("Digest"),
    "config": mark("Rules of counting"),
    "schedule": mark("Days of the edition"),
    "timezone": mark("Time zone"),
    "method_version": mark("Version of the method"),
    "window": mark("Window"),
    "place_share": mark("Widest rank set that is printed"),
    "place_group": mark("Ranked agencies for a place"),
    "rounding": mark("Rounding"),
    "code": mark("Code"),
    "reason": mark("Why"),
}

KINDS: Mapping[str, str] = {
    "agencies": mark("Agencies"),
    "lineage": mark("Former names"),
    "services": mark("Services"),
    "commitments": mark("Commitments"),
    "calendar": mark("Calendars"),
    "users": mark("Staff accounts"),
}

UNITS: Mapping[str, str] = {
    "working_minute": mark("working minutes"),
    "working_hour": mark("working hours"),
    "working_day": mark("working days"),
    "calendar_day": mark("calendar days"),
    "month": mark("months"),
    "immediate": mark("at once"),
}
RULES: Mapping[str, str] = {
    "elapsed": mark("Working time as it passes"),
    "civil": mark("Whole days, by the Civil Code"),
}

i18n.NAMES[Subject] = {
    Subject.AGENCY: mark("Agency"),
    Subject.LINEAGE: mark("Former name"),
    Subject.SERVICE: mark("Service"),
    Subject.COMMITMENT: mark("Commitment"),
    Subject.CALENDAR: mark("Calendar"),
    Subject.QUESTIONNAIRE: mark("Questionnaire"),
    Subject.TEMPLATE: mark("Answer template"),
    Subject.ACCOUNT: mark("Account"),
    Subject.KEY: mark("Key"),
    Subject.PERIOD: mark("Period"),
    Subject.IMPORT: mark("Import"),
    Subject.NOTICE: mark("Message"),
    Subject.CHANGE: mark("Proposal or plan"),
}
i18n.NAMES[Deed] = {
    Deed.ADDED: mark("added"),
    Deed.CHANGED: mark("changed"),
    Deed.RENAMED: mark("renamed"),
    Deed.MERGED: mark("merged"),
    Deed.SPLIT: mark("split"),
    Deed.CLOSED: mark("closed"),
    Deed.WITHDRAWN: mark("withdrawn"),
    Deed.RESET: mark("given a new password"),
    Deed.REVOKED: mark("revoked"),
    Deed.IMPORTED: mark("imported"),
    Deed.PROPOSED: mark("proposed"),
    Deed.APPROVED: mark("approved"),
    Deed.REFUSED: mark("not approved"),
    Deed.CANCELLED: mark("cancelled"),
    Deed.PLANNED: mark("planned"),
    Deed.RETRIED: mark("tried again"),
}
i18n.NAMES[ChangeKind] = {
    ChangeKind.RENAME: mark("Rename an agency"),
    ChangeKind.MERGE: mark("Merge agencies"),
    ChangeKind.SPLIT: mark("Split an agency"),
    ChangeKind.CLOSE: mark("Close an agency"),
    ChangeKind.COMMITMENT: mark("A longer time or an earlier day"),
    ChangeKind.WITHDRAWAL: mark("Withdraw a commitment"),
    ChangeKind.CALENDAR_DAY: mark("A day of a calendar in the past"),
    ChangeKind.PERIOD: mark("Configuration of a period"),
}
i18n.NAMES[ChangeState] = {
    ChangeState.PROPOSED: mark("Waits for a second person"),
    ChangeState.PLANNED: mark("Waits for its day"),
    ChangeState.DONE: mark("Carried out"),
    ChangeState.REFUSED: mark("Not approved"),
    ChangeState.CANCELLED: mark("Cancelled"),
}
