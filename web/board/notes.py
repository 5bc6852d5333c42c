"""What a reader must know before the figures: left out, set aside, corrected, excused."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from ranking.frozen import edition_body
from ranking.frozen.edition_body import Agency, Edition
from web.board.writing import as_json, counted, number

CORRECTED = (
    "corrections_requested",
    "corrections_approved",
    "corrections_declined",
    "corrections_late_to_on_time",
    "promises_late",
    "promises_late_with_apology",
)


def notes(edition: Edition) -> bytes:
    """notes.json: what was left out, set aside or corrected, and what a reader must know."""
    due = [agency.punctuality.due for agency in edition.agencies]
    received = [agency.punctuality.received for agency in edition.agencies]
    return as_json(
        {
            "edition": edition.name,
            "supersedes": edition.supersedes,
            "reason": edition.reason,
            "drafted_before_cutoff": edition.notes.is_before_cutoff,
            "config_committed_after_period_began": edition.notes.is_committed_late,
            "residents_counted": edition.notes.residents,
            "agencies": len(edition.agencies),
            "agencies_suppressed": edition.notes.suppressed,
            "ratings_quarantined": edition.notes.quarantined,
            "ratings_excluded": edition.notes.excluded,
            "promises_due": counted(sum((of.due for of in due), Decimal(0))),
            "promises_met": counted(sum((of.met for of in due), Decimal(0))),
            "withdrawn_before_due": counted(sum((of.withdrawn for of in due), Decimal(0))),
            "received": sum(of.received for of in received),
            "received_without_promise": sum(of.without_promise for of in received),
            **_corrected(edition),
            "exclusions_by_reason": _reasons(edition.notes.exclusions),
            "agencies_left_out_of_every_sum": edition.notes.left_out,
            "agencies_kept_as_in_the_edition_corrected": edition.notes.kept_as_before,
            "quarantine_by_agency": [
                {"code": agency.code, **quarantine(agency)}
                for agency in edition.agencies
                if agency.satisfaction.quarantine
            ],
            "case_mix_adjusted": True,
            "transferred_promises": "charged to their holders in proportion to the time held",
        }
    )


def _reasons(exclusions: Iterable[str]) -> dict[str, int]:
    counts = (of.rpartition(":") for of in exclusions)
    return {reason: int(count) for reason, _, count in counts}


def quarantine(agency: Agency) -> dict[str, Any]:
    """Answers set aside, and the result with them."""
    of = agency.satisfaction.quarantine
    return {
        "held": of.held if of else 0,
        "excluded": of.excluded if of else 0,
        "released": of.released if of else 0,
        "n_with": of.n_with if of else None,
        "x_with": edition_body.to_json(of.x_with) if of else None,
        "share_with": number(of.share_with) if of else None,
        "band_with": of.band_with.value if of and of.band_with else None,
    }


def _corrected(edition: Edition) -> dict[str, Any]:
    """Corrections of wrongly told ends and apologies, in all and by agency; null: not counted."""
    lines = [_corrections(agency) for agency in edition.agencies]
    totals = {name: _sum([line[name] for line in lines]) for name in CORRECTED}
    by_agency = [line for line in lines if any(line[name] for name in CORRECTED)]
    return {**totals, "corrections_by_agency": by_agency}


def _corrections(agency: Agency) -> dict[str, Any]:
    corrected, apologised = agency.corrections, agency.apologies
    return {
        "code": agency.code,
        "corrections_requested": corrected.requested if corrected else None,
        "corrections_approved": corrected.approved if corrected else None,
        "corrections_declined": corrected.declined if corrected else None,
        "corrections_late_to_on_time": corrected.cured if corrected else None,
        "promises_late": apologised.late if apologised else None,
        "promises_late_with_apology": apologised.apologised if apologised else None,
    }


def _sum(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known or not counts else None
