"""Who carries out which kind of change that waited for a second person or for its day."""

from feedback import questionnaires
from feedback.administration import calendar_days, facts, keeping, opening, reforms
from feedback.administration.changes import Doers
from feedback.deeds import ChangeKind
from ranking.life import proposing

DOERS: Doers = {
    **dict.fromkeys(reforms.KINDS, reforms.carry_out),
    ChangeKind.AGENCY: facts.carry_out,
    ChangeKind.SERVICE: facts.carry_out,
    ChangeKind.COMMITMENT: keeping.carry_out,
    ChangeKind.WITHDRAWAL: keeping.carry_out,
    ChangeKind.CALENDAR_DAY: calendar_days.carry_out,
    ChangeKind.QUESTIONNAIRE: questionnaires.carry_out,
    ChangeKind.ACCOUNT: opening.carry_out,
    ChangeKind.PERIOD: proposing.carry_out,
}
