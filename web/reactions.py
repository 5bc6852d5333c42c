"""Which event makes which job run sooner, which jobs there are, and how often each runs anyway.

Redis may be flushed at any moment: an event only makes a sweep sooner than its schedule would.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial

from feedback import appealing, attachments, deliveries, duplicates, invitations
from feedback import events as feedback
from feedback import jobs as feedback_jobs
from feedback.administration import calendar_warnings, changes, notice_states, reforms
from feedback.codes import Keyring
from feedback.erasure import Register, Terms
from feedback.office import alerts, digests, ratings_seen
from feedback.shelf import Shelf
from feedback.staff import second_factor, sessions
from feedback.texts import learning
from ranking import events as ranking
from ranking import jobs as ranking_jobs
from ranking.life import news, previews, subscriptions
from sla import events as sla
from sla import jobs as sla_jobs
from sla.acts import Event
from web import doing
from web.board import release
from web.guarding import idempotency
from web.queueing import JobFunction
from web.sending import carriers, outgoing
from web.settings import Settings

REACTIONS: dict[type[Event], tuple[str, ...]] = {
    feedback.CaseFiled: ("send_notice", "read_tone"),
    feedback.CaseAssigned: (),
    feedback.ResidentAsked: ("send_notice",),
    feedback.ResidentReplied: (),
    feedback.NoteAdded: (),
    feedback.CaseTransferred: (),
    feedback.CaseExtended: ("send_notice",),
    feedback.CaseRecategorised: (),
    feedback.CaseAnswered: ("send_notice", "invite"),
    feedback.CaseReopened: ("tally",),
    feedback.CaseClosed: ("decide_appeals",),
    feedback.CaseWithdrawn: ("decide_appeals",),
    feedback.CaseReleased: ("send_notice",),
    feedback.CaseRefused: ("send_notice",),
    feedback.RefusalContested: (),
    feedback.CaseAppealed: (),
    feedback.AppealDecided: ("decide_appeals",),
    feedback.CaseHandedOver: ("send_notice", "tally"),
    feedback.PicturesAdded: ("clean_pictures",),
    feedback.PictureSettled: ("sweep_files",),
    feedback.PicturesForgotten: ("sweep_files",),
    feedback.IdentityRevealed: (),
    feedback.CaseErased: (),
    feedback.RatingGiven: ("tally", "read_tone"),
    feedback.ResetAsked: ("send_notice",),
    feedback.WebhookOwed: ("send_webhooks",),
    sla.DossierFinished: ("invite",),
    ranking.EditionDrafted: ("tell_heads",),
    ranking.EditionWished: ("draft_wished",),
    ranking.EditionPublished: ("release_board",),
    ranking.SubscriptionAsked: ("send_notice",),
}

# Seconds between two sweeps; an event makes one sooner.
SCHEDULE: dict[str, float] = {
    "send_notice": 20,
    "invite": 20,
    "tally": 20,
    "read_tone": 30,
    "watch": 30,
    "send_alerts": 60,
    "send_digests": 60,
    "learn_tone": 3600,
    "release_answers": 900,
    "date_undated": 3600,
    "warn_calendar": 3600,
    "close": 300,
    "decide_appeals": 300,
    "tend_notices": 900,
    "send_webhooks": 20,
    "tell_deadlines": 60,
    "tend_webhooks": 900,
    "forget_filers": 3600,
    "look_for_anomalies": 3600,
    "look_at_sources": 3600,
    "draw_spot_checks": 3600,
    "carry_out_changes": 300,
    "follow_heirs": 60,
    "settle": 3600,
    "recount": 3600,
    "draft_edition": 600,
    "draft_wished": 20,
    "commit_next": 3600,
    "release_board": 30,
    "tell_heads": 300,
    "tell_subscribers": 60,
    "forget_unconfirmed": 3600,
    "reseal_subscriptions": 3600,
    "clean_pictures": 20,
    "sweep_files": 600,
    "forget_answers": 3600,
    "forget_likeness": 3600,
    "wrap_keys": 3600,
    "reseal_factors": 3600,
    "forget_sessions": 3600,
    "erase_expired": 3600,
}


def jobs_after(events: Iterable[Event]) -> tuple[str, ...]:
    """The jobs that these events make due, each once."""
    return tuple(dict.fromkeys(name for event in events for name in REACTIONS[type(event)]))


def jobs(settings: Settings) -> Mapping[str, JobFunction]:
    """The allow-list: all that the queue and the schedule can run, with what each needs bound."""
    keys = keyring(settings)
    carrier = carriers.carrier(settings)
    return {
        "send_notice": partial(feedback_jobs.send_notice, carrier=carrier, keys=keys),
        "invite": partial(feedback_jobs.invite, keys=keys),
        "tally": partial(ranking_jobs.tally, zone=settings.zone),
        "read_tone": feedback_jobs.read_tone,
        "watch": sla_jobs.watch,
        "send_alerts": partial(alerts.send, keys=keys),
        "send_digests": partial(digests.send, keys=keys),
        "learn_tone": partial(learning.learn, zone=settings.zone),
        "release_answers": partial(ratings_seen.release, zone=settings.zone),
        "date_undated": sla_jobs.date_undated,
        "warn_calendar": partial(calendar_warnings.warn_calendar, keys=keys),
        "close": feedback_jobs.close,
        "decide_appeals": appealing.decide_next,
        "tend_notices": notice_states.tend,
        "send_webhooks": partial(deliveries.send, caller=outgoing.caller(settings), keys=keys),
        "tell_deadlines": deliveries.tell_deadlines,
        "tend_webhooks": deliveries.tend,
        "forget_filers": invitations.forget_filer,
        "look_for_anomalies": partial(ranking_jobs.look_for_anomalies, zone=settings.zone),
        "look_at_sources": partial(ranking_jobs.look_at_sources, zone=settings.zone),
        "draw_spot_checks": partial(ranking_jobs.draw_spot_checks, zone=settings.zone),
        "draft_wished": partial(
            ranking_jobs.draft_wished, zone=settings.zone, packs_dir=settings.packs_dir
        ),
        "settle": partial(ranking_jobs.settle, zone=settings.zone),
        "recount": partial(ranking_jobs.recount, zone=settings.zone),
        "commit_next": partial(ranking_jobs.commit_next, zone=settings.zone),
        "carry_out_changes": partial(changes.carry_out_next, zone=settings.zone, doers=doing.DOERS),
        "follow_heirs": reforms.move_next,
        "draft_edition": partial(
            ranking_jobs.draft_edition, zone=settings.zone, packs_dir=settings.packs_dir
        ),
        "release_board": partial(release.release_board, settings=settings),
        "tell_heads": partial(previews.tell_next, keys=keys),
        "tell_subscribers": partial(news.tell_next, keys=keys),
        "forget_unconfirmed": subscriptions.forget_unconfirmed,
        "reseal_subscriptions": partial(subscriptions.reseal_next, keys=keys),
        "clean_pictures": partial(attachments.clean_next, shelf=shelf(settings), keys=keys),
        "sweep_files": partial(attachments.sweep_files, shelf=shelf(settings)),
        "forget_answers": idempotency.forget,
        "forget_likeness": duplicates.forget,
        "erase_expired": partial(
            feedback_jobs.erase_expired, terms=terms(settings), register=register(settings)
        ),
        "wrap_keys": partial(feedback_jobs.wrap_keys, keys=keys),
        "reseal_factors": partial(second_factor.reseal_next, keys=keys),
        "forget_sessions": sessions.forget,
    }


def shelf(settings: Settings) -> Shelf:
    """Where the files of cases lie."""
    return Shelf(settings.data / "files")


def terms(settings: Settings) -> Terms:
    """How long what is personal is kept."""
    return Terms(timedelta(days=settings.contact_days), timedelta(days=365 * settings.text_years))


def register(settings: Settings) -> Register:
    """The list of erased cases, beside the database and not in it."""
    return Register(settings.data / "erased.log")


def keyring(settings: Settings) -> Keyring:
    """The secrets of this instance, as the domain takes them."""
    return Keyring(
        pepper=settings.pepper.encode(),
        seal=settings.secret_key.encode(),
        former_seal=settings.former_secret_key.encode(),
    )
