"""The press sheet: what may be written about an edition, who may be named, and what not to write.

Somebody is named first or last only where band and place range both bear it: the band against the
target, and the whole range of places, at the confidence with which all ranges hold together.
Everything else is "not stated".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from ranking.frozen.edition_body import Agency, Edition, Score
from ranking.method.eligibility import Status
from ranking.method.movement import Arrow
from web.board import front, manifest, tables
from web.board.writing import as_json, number
from web.language import i18n
from web.language.i18n import mark

NAME = "press.json"
AT_MOST = 5
"""How many are named at either end: what fits on a page and can be checked by telephone."""

DO_NOT_WRITE = (
    mark("That one agency beats another, where the ranges of the two overlap."),
    mark("“Bad” or “last” about an agency of which we cannot tell, or that is not ranked."),
    mark("“Up ten places”: places wobble. Only the changes named here are more than chance."),
    mark("“All residents think so”: the figures are of those who answered."),
    mark("Why it is so, or who is to blame: the table knows neither."),
)


@dataclass(frozen=True, slots=True)
class End:
    """Those whose true place is among the `within` first (or last) of their group."""

    within: int
    agencies: tuple[Agency, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What can be said of one peer group; None where nobody may be named."""

    group: str
    ranked: int
    first: End | None
    last: End | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The findings of an edition: on satisfaction, on promises kept, and changes."""

    satisfaction: tuple[Found, ...]
    promises: tuple[Found, ...]
    better: tuple[Agency, ...]
    worse: tuple[Agency, ...]


def sheet(edition: Edition) -> Sheet:
    """Agencies stand in alphabetical order of their codes: within an end there is no order."""
    return Sheet(
        satisfaction=tuple(_found(edition, "satisfaction")),
        promises=tuple(_found(edition, "punctuality")),
        better=tuple(of for of in edition.agencies if _arrow(of) is Arrow.UP),
        worse=tuple(of for of in edition.agencies if _arrow(of) is Arrow.DOWN),
    )


def score_of(agency: Agency, indicator: str) -> Score:
    score: Score = getattr(agency, indicator).score
    return score


def _arrow(agency: Agency) -> Arrow | None:
    moved = agency.satisfaction.movement
    return moved.arrow if moved else None


def _found(edition: Edition, indicator: str) -> Iterable[Found]:
    for name in edition.peer_groups:
        ranked = [
            agency
            for agency in edition.agencies
            if agency.peer_group == name
            and score_of(agency, indicator).status is Status.RANKED
            and score_of(agency, indicator).rank_high is not None
            and (indicator == "punctuality" or agency.satisfaction.part == 1)
        ]
        if len(ranked) > 1:
            scores = [(agency, score_of(agency, indicator)) for agency in ranked]
            first = [(of, s.rank_high or 0) for of, s in scores if s.band == "above"]
            last = [
                (of, len(ranked) + 1 - (s.rank_low or 0)) for of, s in scores if s.band == "below"
            ]
            yield Found(name, len(ranked), _end(first, len(ranked)), _end(last, len(ranked)))


def _end(reach: list[tuple[Agency, int]], ranked: int) -> End | None:
    """`reach`: how far from the end the true place may be. Never more than half of the group."""
    for within in range(ranked // 2, 0, -1):
        named = tuple(agency for agency, far in reach if far <= within)
        if named and len(named) <= AT_MOST:
            return End(max(far for agency, far in reach if agency in named), named)
    return None


def written(
    edition: Edition, data: Mapping[str, bytes], titles: Mapping[str, str], base_url: str | None
) -> bytes:
    """press.json: the same as the page, for programs. null means: not stated."""
    of = sheet(edition)
    said = {
        language: {
            "headline": front.front(edition, language).headline,
            "do_not_write": [i18n.translator(language).gettext(text) for text in DO_NOT_WRITE],
            "citation": citation(edition, language, titles, data, base_url),
        }
        for language in i18n.LANGUAGES
    }
    return as_json(
        {
            **tables.facts(edition),
            "in_words": said,
            "satisfaction": [_group(found, "satisfaction") for found in of.satisfaction],
            "promises": [_group(found, "punctuality") for found in of.promises],
            "better_than_before": [_moved(agency) for agency in of.better],
            "worse_than_before": [_moved(agency) for agency in of.worse],
        }
    )


def citation(
    edition: Edition,
    language: str,
    titles: Mapping[str, str],
    data: Mapping[str, bytes],
    base_url: str | None,
) -> str:
    """One line that names the edition so that nobody can mistake it: name, digest, date, address.

    The digest is that of ranking.csv, which the manifest lists too.
    """
    at = edition.published_at
    on = at.astimezone(ZoneInfo(edition.period.timezone)).date() if at else None
    parts = [
        f"Hài lòng: {titles[language]}",
        edition.name,
        f"ranking.csv SHA-256 {manifest.digest(data['ranking.csv'])[:16]}",
        i18n.localise_date(on, language, style="words") if on else "",
        f"{base_url}/{language}/editions/{edition.name}/" if base_url else "",
    ]
    return ", ".join(filter(None, parts))


def _group(found: Found, indicator: str) -> dict[str, Any]:
    return {
        "group": found.group,
        "ranked": found.ranked,
        "first": _named(found.first, indicator),
        "last": _named(found.last, indicator),
    }


def _named(end: End | None, indicator: str) -> dict[str, Any] | None:
    if end is None:
        return None
    agencies = [_agency(agency, score_of(agency, indicator)) for agency in end.agencies]
    return {"within": end.within, "agencies": agencies}


def _agency(agency: Agency, score: Score) -> dict[str, Any]:
    return {
        "code": agency.code,
        "name_vi": agency.name_vi,
        "name_en": agency.name_en,
        "share": number(score.share),
        "low": number(score.low),
        "high": number(score.high),
        "place_low": score.rank_low,
        "place_high": score.rank_high,
    }


def _moved(agency: Agency) -> dict[str, Any]:
    moved = agency.satisfaction.movement
    return {
        **_agency(agency, agency.satisfaction.score),
        "change": number(moved.change) if moved else None,
        "change_low": number(moved.low) if moved else None,
        "change_high": number(moved.high) if moved else None,
    }
