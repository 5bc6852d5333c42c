"""The long tables of an edition: a line for each stratum, week, day waited, month, and so on."""

from collections.abc import Iterable, Iterator
from typing import Any

from ranking.frozen import edition_body
from ranking.frozen.edition_body import Edition
from ranking.frozen.edition_cases import PackFacts
from ranking.frozen.edition_detail import Stratum
from web.board.writing import as_csv, as_json, counted, number

STRATA = ("code", "peer_group", "pool", "period", "category", "channel", "applicant", "n", "x")
WEEKS = ("code", "week", "due", "met")
WAITING = ("code", "day", "at_risk", "decided", "withdrawn", "transferred")
OVERDUE = ("code", "days", "cases")
MONTHS = ("code", "month", "n", "x")
DUE_MONTHS = ("code", "month", "due", "met")
ABOUT = ("code", "topic", "residents")
ORIGINS = ("code", "on", "kind", "former_code", "former_name")
GAPS = ("code", "trait", "closed", "rated", "closed_with", "rated_with", "gap", "flagged")
RESPONSES = ("code", "outcome", "on_time", "channel", "closed", "rated", "satisfied")
SOURCES = ("code", "kind", "residents", "sources")
SPOT_CHECKS = ("kind", "starts_on", "of", "drawn")
PACKS = (
    *("code", "pack", "group", "points", "maximum", "present", "applying", "score"),
    *("geometric_mean", "subtotal", "grade", "place", "place_low", "place_high"),
)


def files(edition: Edition) -> dict[str, bytes]:
    """Each with its columns even where it has no line."""
    return {
        "strata.csv": as_csv([*_strata(edition)], STRATA),
        "weeks.csv": as_csv([*_weeks(edition)], WEEKS),
        "waiting.csv": as_csv([*_waiting(edition)], WAITING),
        "overdue.csv": as_csv([*_overdue(edition)], OVERDUE),
        "months.csv": as_csv([*_months(edition)], MONTHS),
        "due_months.csv": as_csv([*_due_months(edition)], DUE_MONTHS),
        "about.csv": as_csv([*_about(edition)], ABOUT),
        "origins.csv": as_csv([*_origins(edition)], ORIGINS),
        "gaps.csv": as_csv([*_gaps(edition)], GAPS),
        "responses.csv": as_csv([*_responses(edition)], RESPONSES),
        "sources.csv": as_csv([*_sources(edition)], SOURCES),
        "spot_checks.csv": as_csv([*_spot_checks(edition)], SPOT_CHECKS),
        "packs.csv": as_csv([*_packs(edition)], PACKS),
        "packs.json": as_json([_sheet(of) for of in edition.packs]),
    }


def _strata(edition: Edition) -> Iterator[dict[str, Any]]:
    """`code` is an agency's, or the parent unit's where `pool` says how many are taken together."""
    for agency in edition.agencies:
        said, of = agency.satisfaction, (agency.code, agency.peer_group, None)
        yield from _cells(of, "now", said.strata or ())
        yield from _cells(of, "before", said.strata_before or ())
    for group in edition.satisfaction.groups:
        for pool in group.pools or ():
            yield from _cells((pool.parent, group.name, pool.agencies), "now", pool.strata)


def _cells(
    of: tuple[str, str, int | None], period: str, strata: Iterable[Stratum]
) -> Iterator[dict[str, Any]]:
    for cell in strata:
        n, x = edition_body.to_json(cell.n), edition_body.to_json(cell.x)
        values = (*of, period, cell.category, cell.channel, cell.applicant, n, x)
        yield dict(zip(STRATA, values, strict=True))


def _weeks(edition: Edition) -> Iterator[dict[str, Any]]:
    for agency in edition.agencies:
        for week in agency.punctuality.weeks or ():
            values = (agency.code, week.starts_on, counted(week.due), counted(week.met))
            yield dict(zip(WEEKS, values, strict=True))


def _waiting(edition: Edition) -> Iterator[dict[str, Any]]:
    for agency in edition.agencies:
        waited = agency.punctuality.waiting
        for day in waited.days if waited else ():
            values = (day.day, day.at_risk, day.decided, day.withdrawn, day.transferred)
            yield dict(zip(WAITING, (agency.code, *values), strict=True))


def _overdue(edition: Edition) -> Iterator[dict[str, Any]]:
    for agency in edition.agencies:
        behind = agency.punctuality.backlog
        for of in (behind.overdue if behind else None) or ():
            yield dict(zip(OVERDUE, (agency.code, of.days, of.cases), strict=True))


def _months(edition: Edition) -> Iterator[dict[str, Any]]:
    for agency in edition.agencies:
        for month in agency.satisfaction.months or ():
            values = (agency.code, month.period, month.n, edition_body.to_json(month.x))
            yield dict(zip(MONTHS, values, strict=True))


def _due_months(edition: Edition) -> Iterator[dict[str, Any]]:
    for agency in edition.agencies:
        for month in agency.punctuality.months or ():
            values = (agency.code, month.period, counted(month.due), counted(month.met))
            yield dict(zip(DUE_MONTHS, values, strict=True))


def _about(edition: Edition) -> Iterator[dict[str, Any]]:
    for agency in edition.agencies:
        for one in agency.about or ():
            yield dict(zip(ABOUT, (agency.code, one.topic.value, one.residents), strict=True))


def _origins(edition: Edition) -> Iterator[dict[str, Any]]:
    """A line for each office that was before."""
    for agency in edition.agencies:
        for one in agency.origins:
            for former in one.former:
                values = (agency.code, one.on, one.kind.value, former.code, former.name_vi)
                yield dict(zip(ORIGINS, values, strict=True))


def _gaps(edition: Edition) -> Iterator[dict[str, Any]]:
    for agency in edition.agencies:
        bias = agency.satisfaction.bias
        for gap in bias.gaps if bias else ():
            of = (bias.closed, bias.rated) if bias else (0, 0)
            values = (gap.closed_with, gap.rated_with, number(gap.gap), gap.is_flagged)
            yield dict(zip(GAPS, (agency.code, gap.trait, *of, *values), strict=True))


def _responses(edition: Edition) -> Iterator[dict[str, Any]]:
    for agency in edition.agencies:
        bias = agency.satisfaction.bias
        for cell in bias.cells if bias else ():
            kind = (cell.outcome, cell.on_time, cell.channel)
            values = (agency.code, *kind, cell.closed, cell.rated, cell.satisfied)
            yield dict(zip(RESPONSES, values, strict=True))


def _spot_checks(edition: Edition) -> Iterator[dict[str, Any]]:
    for one in edition.life.drawings:
        values = (one.kind.value, one.starts_on, one.of, one.drawn)
        yield dict(zip(SPOT_CHECKS, values, strict=True))


def _sources(edition: Edition) -> Iterator[dict[str, Any]]:
    for agency in edition.agencies:
        for spread in agency.satisfaction.spread or ():
            for crowd in spread.crowds:
                values = (agency.code, spread.kind.value, crowd.residents, crowd.sources)
                yield dict(zip(SOURCES, values, strict=True))


def _sheet(of: PackFacts) -> dict[str, Any]:
    """What packs.csv is computed by, as far as it is no sum: which version, and its bands."""
    return {
        "pack": of.code,
        "name_vi": of.name_vi,
        "name_en": of.name_en,
        "act": of.act,
        "effective_from": of.effective_from.isoformat(),
        "maximum": number(of.maximum),
        "subtotal": of.subtotal,
        "grades": [{"code": grade.code, "at_least": number(grade.at_least)} for grade in of.grades],
        "dominating": of.dominating,
    }


def _packs(edition: Edition) -> Iterator[dict[str, Any]]:
    for agency in edition.agencies:
        for of in agency.secondary or ():
            whole = (
                *(of.present, of.applying, number(of.score), number(of.geometric_mean)),
                *(number(of.subtotal), of.grade, of.place, of.place_low, of.place_high),
            )
            for group in of.groups:
                points = (group.code, number(group.points), number(group.maximum))
                yield dict(zip(PACKS, (agency.code, of.pack, *points, *whole), strict=True))
