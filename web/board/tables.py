"""The open data of an edition: what it was computed from, under which rules, and what came out."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import orjson

from ranking.figures import quality, scoring
from ranking.frozen import edition_body
from ranking.frozen.edition_body import Agency, Edition, Group, Indicator, Score
from ranking.frozen.edition_detail import Rate, Returned, Spread, Variant
from ranking.method import rounding
from ranking.method.cliff import Cliff
from ranking.method.retiring import Telling
from ranking.method.spread import SourceKind
from web.board import delays, details, notes, programs
from web.board.writing import as_csv, as_json, counted, moment, number

__all__ = ["as_csv", "as_json"]

LAYOUT = 1
"""In which order pages tell their figures; to be raised where `verify` has to read otherwise."""
VARIANTS = ("busiest_day", "busiest_device", "counter")


def files(edition: Edition) -> dict[str, bytes]:
    """The data of an edition and the programs that check them, name -> content."""
    ranking_json, ranking_csv = ranking(edition)
    return {
        "ranking.json": ranking_json,
        "ranking.csv": ranking_csv,
        "inputs.csv": inputs(edition),
        "config.json": config(edition),
        "notes.json": notes.notes(edition),
        **details.files(edition),
        **programs.programs(),
    }


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
        "published_at": moment(edition.published_at),
        "method_version": edition.config.method_version,
        "config_digest": edition.config.digest(),
        "supersedes": edition.supersedes,
        "layout": LAYOUT,
    }


def config(edition: Edition) -> bytes:
    """config.json: all parameters, their digest, and when it was committed to."""
    return as_json(
        {
            "method_version": edition.config.method_version,
            "parameters": orjson.loads(edition.config.to_json()),
            "digest": edition.config.digest(),
            "committed_at": edition.committed_at.isoformat(),
            "case_mix": "additive indirect standardisation"
            " by service category, channel and applicant",
            "ranked_on": "the share adjusted for the mix of services",
            "promises_charged_to": "its holders, by the net time each held it before it was due",
        }
    )


def inputs(edition: Edition) -> bytes:
    """inputs.csv: the counts every figure follows from; empty where too few answered."""
    return as_csv([_input(agency) for agency in edition.agencies])


def ranking(edition: Edition) -> tuple[bytes, bytes]:
    """ranking.json and ranking.csv: the same lines, in alphabetical order."""
    lines = [line(agency) for agency in edition.agencies]
    found = quality.quality(edition)
    document = {
        **facts(edition),
        "reason": edition.reason,
        "satisfaction": _indicator(edition.satisfaction) | _telling(found.satisfaction),
        "punctuality": _indicator(edition.punctuality) | _telling(found.punctuality),
        "cliff": _cliff(found.cliff),
        "spot_checks": edition_body.to_json(edition.life.checked),
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
        "response": number(said.response),
        "came_back_share": _came_back(said.returned),
        "part": said.part,
        "raw": number(said.raw),
        "expected": number(said.expected),
        "meets_target": said.meets_target,
        "sensitive": said.is_sensitive,
        **_margins(agency),
        **{f"level_{level}": count for level, count in enumerate(levels, start=1)},
        "change": number(moved.change) if moved else None,
        "change_low": number(moved.low) if moved else None,
        "change_high": number(moved.high) if moved else None,
        "change_p_value": moved.p_value if moved else None,
        "arrow": moved.arrow.value if moved and moved.arrow else None,
        **_score(kept.score, "on_time_"),
        **_promises(agency),
        **delays.figures(kept),
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
        "edition_before": said.edition_before,
        "deff": str(agency.punctuality.deff),
        **_promises(agency),
        **delays.counts(agency.punctuality),
    }


def _margins(agency: Agency) -> dict[str, Any]:
    said = agency.satisfaction
    thin, point = said.fragility, said.funnel
    variants = {of.without: of for of in said.robustness or ()}
    aside = notes.quarantine(agency)
    without = {
        f"without_{name}_{part}": value
        for name in VARIANTS
        for part, value in _variant(variants.get(name)).items()
    }
    return {
        "fives_needed": thin.fives_needed if thin else None,
        "ones_to_lose": thin.ones_to_lose if thin else None,
        **without,
        **{f"quarantine_{name}": value for name, value in aside.items()},
        **_sources(said.spread or ()),
        "funnel_z": number(point.z) if point else None,
        "funnel_adjusted_z": number(point.adjusted_z) if point else None,
        "post_stratified": number(said.bias.share) if said.bias else None,
        "post_stratified_n": number(said.bias.effective_n) if said.bias else None,
    }


def _sources(spreads: Iterable[Spread]) -> dict[str, Any]:
    """How answers spread over devices, and over networks."""
    of = {one.kind: one for one in spreads}
    return {
        f"{kind.value}_{name}": number(getattr(of[kind], name)) if kind in of else None
        for kind in SourceKind
        for name in ("top_share", "hhi", "effective")
    }


def _variant(of: Variant | None) -> dict[str, Any]:
    return {
        "n": of.n if of else None,
        "x": edition_body.to_json(of.x) if of else None,
        "share": number(of.share) if of else None,
        "band": of.band.value if of else None,
    }


def _counts(agency: Agency) -> dict[str, Any]:
    said = agency.satisfaction
    asked = said.asked
    return {
        "n": said.n,
        "x": edition_body.to_json(said.x),
        "served": said.served,
        "rolling": said.is_rolling,
        "cases_closed": asked.closed if asked else None,
        "cases_invited": asked.invited if asked else None,
        "contacts_missing": asked.missing if asked else None,
        "contacts_bounced": asked.bounced if asked else None,
        "contacts_reused": asked.reused if asked else None,
        "response_before": number(said.response_before),
        **_returned(said.returned),
    }


def _came_back(of: Returned | None) -> float | None:
    return of.came_back / of.given if of and of.given else None


def _returned(of: Returned | None) -> dict[str, Any]:
    return {
        f"results_{name}": getattr(of, name) if of else None
        for name in ("given", "reopened", "appealed", "again", "came_back", "unsolved")
    }


def _promises(agency: Agency) -> dict[str, Any]:
    due, received = agency.punctuality.due, agency.punctuality.received
    stood = {f"received_{f.name}": getattr(received, f.name) for f in fields(received)}
    return {
        **{f.name: counted(getattr(due, f.name)) for f in fields(due)},
        "split_dossiers": agency.punctuality.split,
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
        "share": number(score.share),
        "low": number(score.low),
        "high": number(score.high),
        "printed": None if score.share is None else str(rounding.points(score.share)),
        "p_value": score.p_value,
        "place": score.rank,
        "place_low": score.rank_low,
        "place_high": score.rank_high,
        "place_printed": score.place_printed,
        "own_low": score.own_low,
        "own_high": score.own_high,
        "own_critical_value": number(score.own_critical_value),
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
                "critical_value": number(group.critical_value),
                "rho": number(group.rho),
                "part": group.part,
                "mean": number(group.mean),
                "agreement": number(group.agreement),
                "uses_two_way": group.uses_two_way,
                "funnel": _funnel(group),
                "rates": None if group.rates is None else [_rate(rate) for rate in group.rates],
            }
            for group in indicator.groups
        ],
    }


def _telling(of: Telling) -> dict[str, Any]:
    return {"ranked": of.ranked, "above": of.above, "to_retire": of.is_to_retire}


def _cliff(of: Cliff) -> dict[str, Any]:
    """Observed shares around the target, by half points, and the test of a point on either side."""
    return {
        "bars": list(of.bars),
        "below": of.below,
        "above": of.above,
        "tail": scoring.p_value(float(of.tail)),
        "bump": of.is_bump,
    }


def _funnel(group: Group) -> dict[str, Any] | None:
    of = group.funnel
    if of is None:
        return None
    return {
        "centre": number(of.centre),
        "phi": number(of.phi),
        "tau2": number(of.tau2),
    }


def _rate(rate: Rate) -> dict[str, Any]:
    return {
        "category": rate.category,
        "channel": rate.channel,
        "applicant": rate.applicant,
        "n": number(rate.n),
        "share": number(rate.share),
        "shrunken": rate.is_shrunken,
    }
