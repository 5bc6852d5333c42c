"""What is answered to each refusal of the domain: status, stable type and words."""

from dataclasses import dataclass

from feedback import errors as feedback
from feedback import spot_check_errors as spot
from feedback.administration import change_errors as change
from ranking import errors as ranking
from ranking.doubts import quarantine_errors as review
from ranking.frozen import edition_errors as edition
from ranking.frozen import life_errors as life
from ranking.method import packs
from sla import dossiers
from sla import errors as sla
from web.language.i18n import mark


@dataclass(frozen=True, slots=True)
class Answer:
    """How an error is answered. `kind` is the stable end of the problem's `type`."""

    status: int
    kind: str
    title: str


DOMAIN: dict[type[Exception], Answer] = {
    feedback.NoSuchCase: Answer(404, "no-such-case", mark("There is no such case.")),
    feedback.NoSuchCode: Answer(
        404,
        "no-such-code",
        mark(
            "We know of nothing under this code, or its time is over."
            " Please check it, letter by letter."
        ),
    ),
    feedback.NotYours: Answer(409, "not-yours", mark("Another officer is in charge of this case.")),
    feedback.NotNow: Answer(
        409, "not-now", mark("The case has moved on: this can no longer, or not yet, be done.")
    ),
    feedback.Overtaken: Answer(
        409, "overtaken", mark("Somebody else has done something about this case meanwhile.")
    ),
    feedback.DraftOvertaken: Answer(
        409, "draft-overtaken", mark("A colleague has saved another draft meanwhile.")
    ),
    feedback.NoSuchTemplate: Answer(404, "not-found", mark("There is nothing at this address.")),
    feedback.RoleMayNot: Answer(403, "role-may-not", mark("Your role does not include this.")),
    feedback.NobodyKnown: Answer(
        409,
        "nobody-known",
        mark("The resident has left no contact details, or has erased them."),
    ),
    feedback.WindowClosed: Answer(410, "window-closed", mark("The time for this is over.")),
    feedback.UnknownAgency: Answer(422, "unknown-agency", mark("There is no such agency.")),
    feedback.AgencyClosed: Answer(
        422, "agency-closed", mark("This agency does not take cases any more, or not yet.")
    ),
    feedback.UnknownService: Answer(422, "unknown-service", mark("There is no such service.")),
    feedback.LooksElsewhere: Answer(
        422, "elsewhere", mark("This reads like a matter for another procedure.")
    ),
    feedback.LooksLikeEmergency: Answer(
        422,
        "emergency",
        mark("This reads like an emergency. Please call 113, 114 or 115; a form is too slow."),
    ),
    feedback.LooksLikeDenunciation: Answer(
        422,
        "denunciation",
        mark("This reads like a denunciation. It was not stored: the law has a safer way for it."),
    ),
    feedback.LooksLikeStatutoryComplaint: Answer(
        422,
        "statutory-complaint",
        mark("This reads like a complaint in law, which has time limits and rights of its own."),
    ),
    feedback.KeyReused: Answer(
        422, "key-reused", mark("This was sent before, with something else in it.")
    ),
    feedback.NotAFact: Answer(422, "invalid", mark("Something in it needs mending.")),
    feedback.Faulty: Answer(422, "invalid", mark("Something in it needs mending.")),
    feedback.WrongCredentials: Answer(
        401, "wrong-credentials", mark("The name or the password is not right.")
    ),
    feedback.WrongCode: Answer(
        422, "wrong-code", mark("This code is not right, or was used before.")
    ),
    feedback.IdentityTaken: Answer(
        422, "identity-taken", mark("This identity belongs to an account already.")
    ),
    feedback.OwnAccount: Answer(
        403, "own-account", mark("This is your own account: another administrator changes it.")
    ),
    feedback.NameTaken: Answer(422, "name-taken", mark("Another account has this name already.")),
    feedback.NoSuchKey: Answer(404, "not-found", mark("There is nothing at this address.")),
    feedback.KeyOver: Answer(
        409, "key-over", mark("This key has ended, or was replaced by another one before.")
    ),
    feedback.ScopeMissing: Answer(
        403, "scope-missing", mark("This key does not include this call.")
    ),
    feedback.NoSuchWebhook: Answer(404, "not-found", mark("There is nothing at this address.")),
    feedback.TooManyWebhooks: Answer(
        422,
        "too-many-webhooks",
        mark("This agency has as many addresses as are possible. Take one away first."),
    ),
    feedback.NoResult: Answer(
        409, "no-result", mark("There is no result yet that somebody could be asked about.")
    ),
    feedback.AlreadyInvited: Answer(
        409,
        "already-invited",
        mark("The invitation to rate this result is out already; there is only one."),
    ),
    feedback.NoLevelAbove: Answer(
        409, "no-level-above", mark("No higher level can look at this case.")
    ),
    feedback.AlreadyAppealed: Answer(
        409, "already-appealed", mark("The higher level is looking at this case already.")
    ),
    feedback.AppealClosed: Answer(
        410, "appeal-closed", mark("The time to go to the higher level is over.")
    ),
    feedback.BelongsToTheAccused: Answer(
        409,
        "belongs-to-the-accused",
        mark("An appeal cannot go to the agency or the officer whose answer it is about."),
    ),
    feedback.CarrierDown: Answer(503, "carrier-down", mark("The message could not be sent now.")),
    feedback.CarrierRefuses: Answer(502, "carrier-refuses", mark("The message was not accepted.")),
    feedback.TooFewComments: Answer(
        409, "too-few-comments", mark("There are too few rated comments to learn from.")
    ),
    feedback.NotLearned: Answer(409, "not-learned", mark("This is not what was learned.")),
    change.NoSuchChange: Answer(404, "no-such-change", mark("There is no such change.")),
    change.ChangeOver: Answer(
        409, "change-over", mark("This change is decided, carried out or cancelled already.")
    ),
    feedback.OwnRefusal: Answer(
        403, "own-refusal", mark("You refused it yourself: somebody else decides about it.")
    ),
    change.OwnProposal: Answer(
        403, "own-proposal", mark("You proposed this yourself: somebody else decides about it.")
    ),
    change.DayHasCome: Answer(
        409, "day-has-come", mark("Its day has come: it can no longer be cancelled.")
    ),
    change.DayMissed: Answer(
        409, "day-missed", mark("Its day has passed: please refuse it and plan it for another day.")
    ),
    change.ChangeImpossible: Answer(
        409, "change-impossible", mark("The register has changed meanwhile: please plan it anew.")
    ),
    dossiers.NoSuchDossier: Answer(404, "no-such-dossier", mark("There is no such dossier.")),
    dossiers.HolderClosed: Answer(
        422, "holder-closed", mark("The agency it was passed to was not there on that day.")
    ),
    dossiers.BadCode: Answer(422, "bad-dossier-code", mark("This is not a dossier code.")),
    dossiers.UnknownProcedure: Answer(422, "unknown-service", mark("There is no such service.")),
    dossiers.Differs: Answer(409, "differs", mark("This was received before, with other facts.")),
    sla.UnknownHolder: Answer(422, "unknown-agency", mark("There is no such agency.")),
    sla.BadEvent: Answer(422, "bad-event", mark("A fact of this event is missing or unreadable.")),
    sla.UnknownKind: Answer(422, "unknown-event", mark("There is no such kind of event.")),
    sla.BeforeReceipt: Answer(
        409, "before-receipt", mark("This lies before the day on which it was received.")
    ),
    sla.AlreadyPaused: Answer(409, "already-paused", mark("The clock is stopped already.")),
    sla.NotPaused: Answer(409, "not-paused", mark("The clock was not stopped.")),
    sla.AlreadyEnded: Answer(409, "already-ended", mark("It had ended already by then.")),
    sla.NotEnded: Answer(409, "not-ended", mark("It had not ended by then.")),
    sla.TooManyPauses: Answer(
        409,
        "too-many-pauses",
        mark("The clock was stopped as often as the rules allow. It cannot be stopped again."),
    ),
    sla.AlreadyExtended: Answer(
        409, "already-extended", mark("A new date was told already; it can be set only once.")
    ),
    sla.DateNotLater: Answer(
        422, "date-not-later", mark("The new date must lie ahead, and after the first one.")
    ),
    sla.ReasonMissing: Answer(422, "reason-missing", mark("Please say why.")),
    sla.NoSuchRequest: Answer(
        404, "no-such-request", mark("There is no such request for a correction.")
    ),
    sla.AlreadyDecided: Answer(
        409, "already-decided", mark("This request for a correction is decided already.")
    ),
    sla.SamePerson: Answer(
        403, "same-person", mark("Whoever asked for a correction cannot decide about it.")
    ),
    sla.AlreadyRequested: Answer(
        409, "already-requested", mark("A correction of this case waits for a decision already.")
    ),
    sla.Outdated: Answer(
        409, "outdated", mark("The case has gone on since this correction was asked for.")
    ),
    sla.SlaError: Answer(409, "not-now", mark("The promise does not allow this now.")),
    edition.NoSuchEdition: Answer(404, "no-such-edition", mark("There is no such edition.")),
    edition.AlreadyPublished: Answer(
        409,
        "already-published",
        mark("This edition is published already, and a published edition never changes."),
    ),
    edition.PeriodNotOver: Answer(
        409, "period-not-over", mark("The period still runs: its edition comes after its end.")
    ),
    edition.NotPublishable: Answer(
        422, "not-publishable", mark("Editions are made of quarters and years, not of months.")
    ),
    life.PeriodBegun: Answer(
        409,
        "period-begun",
        mark("The period has begun: what it is counted by had to be committed to before."),
    ),
    edition.ConfigCommitted: Answer(
        409,
        "config-committed",
        mark("The period has begun under other terms, which everybody can read."),
    ),
    life.TooEarlyADay: Answer(
        422,
        "too-early-a-day",
        mark("This day leaves no time for answers and objections. Please choose a later one."),
    ),
    life.ConfigChanged: Answer(
        409,
        "config-changed",
        mark("The draft was made under other rules than were committed to. Please make it again."),
    ),
    life.WindowOpen: Answer(
        409,
        "window-open",
        mark("The agencies may still object to their figures: it is too early to publish."),
    ),
    life.OpenObjections: Answer(
        409,
        "open-objections",
        mark("Objections of agencies wait for a decision: they come before publication."),
    ),
    life.DraftOutdated: Answer(
        409,
        "draft-outdated",
        mark("An objection was upheld after this draft was made. Please make the draft again."),
    ),
    life.RecountMissing: Answer(
        409,
        "recount-missing",
        mark("Everything has yet to be counted again from the beginning before publication."),
    ),
    life.RecountDiffers: Answer(
        409,
        "recount-differs",
        mark("Counted again from the beginning, answers came out otherwise: nothing is published."),
    ),
    life.WindowClosed: Answer(410, "objections-closed", mark("The time for this is over.")),
    life.NotInEdition: Answer(
        404, "not-in-edition", mark("Your agency has no line in this edition.")
    ),
    life.NoSuchObjection: Answer(404, "no-such-objection", mark("There is no such objection.")),
    life.ObjectionDecided: Answer(
        409, "objection-decided", mark("This objection is decided already.")
    ),
    life.OwnObjection: Answer(
        403,
        "own-objection",
        mark("Whoever raised an objection, or belongs to the agency, does not decide about it."),
    ),
    life.NoSuchReply: Answer(
        404, "no-such-reply", mark("There is no such reply that could be withheld.")
    ),
    life.NoPlanOwed: Answer(404, "no-plan-owed", mark("No edition asks for such a plan.")),
    life.NoMeasure: Answer(
        422, "no-measure", mark("A plan needs at least one measure, with its owner and its day.")
    ),
    life.TooManyMeasures: Answer(
        422, "too-many-measures", mark("These are more measures than anybody can keep in view.")
    ),
    life.BadDay: Answer(
        422, "bad-day", mark("A measure is due on a day to come, within two years.")
    ),
    life.NoSuchMeasure: Answer(404, "no-such-measure", mark("There is no such measure.")),
    life.MeasureEnded: Answer(
        409, "measure-ended", mark("This measure was reported done, or dropped, already.")
    ),
    life.AlreadyWished: Answer(
        409, "already-wished", mark("A draft of this period is being made already.")
    ),
    spot.NoSuchSpotCheck: Answer(404, "no-such-spot-check", mark("There is no such spot check.")),
    spot.SpotCheckDone: Answer(
        409, "spot-check-done", mark("What came of this spot check is on record already.")
    ),
    packs.InvalidPack: Answer(409, "bad-sheet", mark("An official score sheet has a fault.")),
    ranking.NotAPeriod: Answer(
        422, "not-a-period", mark("Write a quarter as 2026-Q3 or a year as 2026.")
    ),
    review.NoSuchQuarantine: Answer(
        404, "no-such-review", mark("There are no such answers set aside.")
    ),
    review.AlreadySettled: Answer(
        409,
        "already-settled",
        mark("Two persons have said already what becomes of these answers."),
    ),
    review.AlreadySaid: Answer(
        409,
        "already-said",
        mark("You have had your say about these answers; the second word is another person's."),
    ),
    ranking.RankingError: Answer(409, "ranking", mark("The ranking does not allow this now.")),
}
