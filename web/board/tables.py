"""The open data of an edition: what it was computed from, under which rules, and what came out."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

import orjson

from ranking import edition_body, rounding
from ranking.edition_body import Agency, Edition, Indicator, Score

CORRECTED = (
    "corrections_requested",
    "corrections_approved",
    "corrections_declined",
    "corrections_late_to_on_time",
    "promises_late",
    "promises_late_with_apology",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def facts(edition: Edition) -> dict[str, Any]:
    """What the manifest and ranking.json both say of the edition as a whole."""
    return {
        "edition": edition.name,
        "period": edition.period.name,
        "timezone": edition.period.timezone,
        "starts_at": edition.period.starts_at.isoformat(),
        "ends_at": edition.period.ends_at.isoformat(),
        "data_cutoff": edition.period.cutoff_at.isoformat(),
        "drafted_at": edition.drafted_at.isoformat(),
        "published_at": _moment(edition.published_at),
        "method_version": edition.config.method_version,
        "config_digest": edition.config.digest(),
        "supersedes": edition.supersedes,
    }


def config(edition: Edition) -> bytes:
    """config.json: all parameters, their digest, and when it was committed to."""
    return as_json(
        {
            "method_version": edition.config.method_version,
            "parameters": orjson.loads(edition.config.to_json()),
            "digest": edition.config.digest(),
            "committed_at": edition.committed_at.isoformat(),
            "case_mix": None,
            "ranked_on": "raw share; no case-mix adjustment in method version 1",
            "promises_charged_to": "the agency that holds the case",
        }
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
            "promises_due": _counted(sum((of.due for of in due), Decimal(0))),
            "promises_met": _counted(sum((of.met for of in due), Decimal(0))),
            "withdrawn_before_due": _counted(sum((of.withdrawn for of in due), Decimal(0))),
            "received": sum(of.received for of in received),
            "received_without_promise": sum(of.without_promise for of in received),
            **_corrected(edition),
            "case_mix_adjusted": False,
            "transferred_promises": "charged to the agency that holds them now",
        }
    )


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


def inputs(edition: Edition) -> bytes:
    """inputs.csv: the counts every figure follows from; empty where too few answered."""
    return as_csv([_input(agency) for agency in edition.agencies])


def ranking(edition: Edition) -> tuple[bytes, bytes]:
    """ranking.json and ranking.csv: the same lines, in alphabetical order."""
    lines = [line(agency) for agency in edition.agencies]
    document = {
        **facts(edition),
        "reason": edition.reason,
        "satisfaction": _indicator(edition.satisfaction),
        "punctuality": _indicator(edition.punctuality),
        "agencies": lines,
    }
    return as_json(document), as_csv(lines)


def line(agency: Agency) -> dict[str, Any]:
    """One agency's figures, flat: the keys are the columns of ranking.csv."""
    said, kept = agency.satisfaction, agency.punctuality
    moved = said.movement
    levels = said.levels or (None,) * 5
    return {
        "code": agency.code,
        "name_vi": agency.name_vi,
        "name_en": agency.name_en,
        "level": agency.level,
        "peer_group": agency.peer_group,
        **_score(said.score, ""),
        **_counts(agency),
        "response": _number(said.response),
        **{f"level_{level}": count for level, count in enumerate(levels, start=1)},
        "change": _number(moved.change) if moved else None,
        "change_low": _number(moved.low) if moved else None,
        "change_high": _number(moved.high) if moved else None,
        "change_p_value": moved.p_value if moved else None,
        "arrow": moved.arrow.value if moved and moved.arrow else None,
        **_score(kept.score, "on_time_"),
        **_promises(agency),
    }


def _input(agency: Agency) -> dict[str, Any]:
    said = agency.satisfaction
    return {
        "code": agency.code,
        "peer_group": agency.peer_group,
        "is_new": agency.is_new,
        **_counts(agency),
        "n_before": said.n_before,
        "x_before": edition_body.to_json(said.x_before),
        "deff": str(agency.punctuality.deff),
        **_promises(agency),
    }


def _counts(agency: Agency) -> dict[str, Any]:
    said = agency.satisfaction
    return {
        "n": said.n,
        "x": edition_body.to_json(said.x),
        "served": said.served,
        "rolling": said.is_rolling,
    }


def _promises(agency: Agency) -> dict[str, Any]:
    due, received = agency.punctuality.due, agency.punctuality.received
    stood = {f"received_{f.name}": getattr(received, f.name) for f in fields(received)}
    return {
        **{f.name: _counted(getattr(due, f.name)) for f in fields(due)},
        "received": stood.pop("received_received"),
        "with_promise": stood.pop("received_with_promise"),
        "without_promise": stood.pop("received_without_promise"),
        **stood,
    }


def _score(score: Score, prefix: str) -> dict[str, Any]:
    values = {
        "status": score.status.value,
        "reason": score.reason.value if score.reason else None,
        "band": score.band.value if score.band else None,
        "share": _number(score.share),
        "low": _number(score.low),
        "high": _number(score.high),
        "printed": None if score.share is None else str(rounding.points(score.share)),
        "p_value": score.p_value,
        "place": score.rank,
        "place_low": score.rank_low,
        "place_high": score.rank_high,
        "place_printed": score.place_printed,
    }
    return {prefix + name: value for name, value in values.items()}


def _indicator(indicator: Indicator) -> dict[str, Any]:
    return {
        "bh_threshold": indicator.bh_threshold,
        "movement_threshold": indicator.movement_threshold,
        "groups": [
            {
                "name": group.name,
                "total": group.total,
                "ranked": group.ranked,
                "critical_value": _number(group.critical_value),
                "rho": _number(group.rho),
            }
            for group in indicator.groups
        ],
    }


def as_json(value: Any) -> bytes:
    """Readable, in the order given, the same bytes for the same value."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def as_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """UTF-8, comma, LF; the keys of the first row are the columns. No rows, no columns."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if rows:
        writer.writerow(rows[0])
    writer.writerows(_cells(row.values()) for row in rows)
    return text.getvalue().encode()


def _cells(values: Iterable[Any]) -> list[str]:
    return [_cell(value) for value in values]


def _cell(value: Any) -> str:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return str(value)


def _counted(value: Decimal | int | None) -> float | int | None:
    """A count of cases: whole, unless some were charged in part."""
    if value is None or isinstance(value, int):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _moment(value: Any) -> str | None:
    return None if value is None else value.isoformat()
