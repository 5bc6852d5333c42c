"""What the open data say of an agency's promises beside the counts: delays, pauses, waiting."""

from typing import Any

from ranking.frozen.edition_body import Punctuality
from ranking.frozen.edition_cases import Pauses
from web.board.writing import counted, number

DAY = 86400


def counts(kept: Punctuality) -> dict[str, Any]:
    """Of inputs.csv: what the shares of `figures` are made from."""
    pauses, piled = kept.pauses, kept.pile_up
    return {
        "shared": kept.shared,
        "overdue_held": kept.backlog.cases if kept.backlog else None,
        "late_seconds": counted(kept.late_seconds),
        "gross_met": counted(pauses.gross_met) if pauses else None,
        "paused": counted(pauses.paused) if pauses else None,
        "pauses": pauses.begun if pauses else None,
        "pauses_late_begun": pauses.late_begun if pauses else None,
        "paused_seconds": pauses.paused_seconds if pauses else None,
        "open_seconds": pauses.open_seconds if pauses else None,
        "closed_last_day": piled.last_day if piled else None,
        "closed_last_three_days": piled.last_three_days if piled else None,
    }


def figures(kept: Punctuality) -> dict[str, Any]:
    """Of ranking.csv."""
    pauses, waited, piled, backlog = kept.pauses, kept.waiting, kept.pile_up, kept.backlog
    return {
        "overdue_held": backlog.cases if backlog else None,
        "overdue_p90_days": backlog.p90_days if backlog else None,
        "refused_share": number(kept.refused_share),
        "mean_late_days": number(kept.mean_late_days),
        "gross_share": number(kept.gross_share),
        **_paused(pauses),
        "wait_median_days": waited.median_days if waited else None,
        "wait_p90_days": waited.p90_days if waited else None,
        "wait_withdrawn": number(waited.withdrawn) if waited else None,
        "wait_transferred": number(waited.transferred) if waited else None,
        "last_day_share": number(piled.share) if piled else None,
        "last_day_tail": piled.tail if piled else None,
    }


def _paused(of: Pauses | None) -> dict[str, Any]:
    return {
        "pauses_flagged": of.is_flagged if of else None,
        "paused_time_share": of.paused_seconds / of.open_seconds
        if of and of.open_seconds
        else None,
        "pauses_late_share": of.late_begun / of.begun if of and of.begun else None,
    }
