"""What is drawn by lot for a spot check, and what can come of it."""

from enum import StrEnum


class SpotKind(StrEnum):
    """The resident is asked, or the agency's file is looked at."""

    CALL_BACK = "call_back"
    FILE = "file"


class SpotOutcome(StrEnum):
    """What came of one try."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_REACHED = "not_reached"
