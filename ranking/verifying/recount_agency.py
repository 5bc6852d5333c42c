"""What the page of an agency has to tell, figure after figure; beside verify.py.

Every figure that stands on it in words, lists and tables follows from the tables of the edition,
in the order in which the page tells it.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from ranking.verifying import recount_kept
from ranking.verifying.recount_found import limit
from ranking.verifying.recount_known import Known, flags, is_low_twice, month_of, placed, share_of
from ranking.verifying.recount_text import cases, figures, number, percent, period, points, signed

Row = dict[str, Any]

VARIANTS = ("busiest_day", "busiest_device", "counter")


def expected(of: Known, ranking: Row, language: str) -> list[str]:
    """Every figure from the name of the agency to what comes after its promises."""
    return [
        *_head(of, ranking, language),
        *(_satisfied(of, language) if of.line["share"] is not None else _nobody(of)),
        *recount_kept.kept(of, language),
    ]


def bands(line: Row) -> Iterator[str]:
    """The bands that its page shows, from its own to that of its promises."""
    if line["share"] is not None:
        own, others = line["band"] or "none", [*_otherwise(line)]
        yield own
        yield from [own, *(band for *_, band in others)] if others else []
    if line["due"] and line["on_time_band"]:
        yield line["on_time_band"]


def _head(of: Known, ranking: Row, language: str) -> Iterator[str]:
    line = of.line
    if is_low_twice(line, of.parameters):
        yield percent(line["response"], 0)
    yield from period(ranking["period"], language)
    yield from figures(ranking["reason"] or "", language)
    if line["share"] is not None:
        yield percent(line["share"])
    if line["raw"] is not None:
        yield percent(line["raw"])
    elif line["status"] != "no_answers":
        yield number(of.parameters["listed_floor"])
    if line["response"] is not None:
        yield percent(line["response"], 0)
    if line["n"] is not None:
        yield number(line["n"])
    if line["on_time_share"] is not None:
        yield percent(line["on_time_share"])
    if line["due"]:
        yield from (cases(line["met"]), cases(line["due"]))
    yield cases(line["open_overdue"])


def _nobody(of: Known) -> Iterator[str]:
    if of.line["status"] != "no_answers":
        yield number(of.parameters["listed_floor"])


def _satisfied(of: Known, language: str) -> Iterator[str]:
    line, confidence = of.line, percent(of.parameters["confidence"], 0)
    target = percent(of.parameters["target"], 0)
    yield from flags(line, of.parameters)
    if line["place"] is None:
        yield from _why_not(of)
    interval = [percent(line[end]) for end in ("low", "high")]
    yield from (number(line["n"]), percent(line["share"]), *interval, confidence)
    yield from ("0" if line["low"] < 0.5 else "50", "100")  # the ends of the bar
    if line["meets_target"] is not None:
        yield from (percent(line["raw"]), target)
    if line["response"] is not None:
        yield from (number(line["served"]), percent(line["response"], 0))
    yield from _places(line, confidence)
    for level in range(5, 0, -1):
        yield number(level)
        if line[f"level_{level}"] is not None:
            yield number(line[f"level_{level}"])
    yield from (number(row["residents"]) for row in of.tables["about.csv"])
    yield from _sure(line, target)
    yield from _asked(of)
    yield from _sources(of)
    yield from _silent(of)
    yield from _among_peers(of, language)


def _places(line: Row, confidence: str) -> Iterator[str]:
    """Its place, the place of it alone, and its own change."""
    if line["place_printed"]:
        yield from (*placed(line), confidence)
    if line["own_low"] is not None:
        yield from (number(line["own_low"]), number(line["own_high"]))
    if line["change"] is not None:
        ends = [points(line[end]) for end in ("change_low", "change_high")]
        yield from (signed(line["change"]), confidence, *ends)


def _why_not(of: Known) -> Iterator[str]:
    """The threshold that keeps it from a place."""
    reason = of.line["reason"]
    if reason == "too_few_answers":
        yield number(of.parameters["ranked_floor"])
    elif reason == "low_response":
        yield percent(of.parameters["response_floor"], 0)
    elif reason == "under_investigation":
        yield percent(limit(of.parameters, "held_share"), 0)


def _sure(line: Row, target: str) -> Iterator[str]:
    """By how much each result hangs, and what it is with and without some answers."""
    for name in ("fives_needed", "ones_to_lose"):
        if line[name]:
            yield from (number(line[name]), target)
    others = [(n, share) for n, share, _ in _otherwise(line)]
    for n, share in [(line["n"], line["share"]), *others] if others else []:
        yield from (number(n), percent(share))
    aside = [line[f"quarantine_{name}"] for name in ("held", "excluded", "released")]
    if any(aside):
        yield from map(number, aside)


def _otherwise(line: Row) -> Iterator[tuple[int, float, str]]:
    """(residents, share, band) with the answers set aside, and without some of the others."""
    parts = ("n", "share", "band")
    results = [[line[f"quarantine_{part}_with"] for part in parts]]
    results += [[line[f"without_{of}_{part}"] for part in parts] for of in VARIANTS]
    yield from ((n, share, band or "none") for n, share, band in results if n is not None)


def _asked(of: Known) -> Iterator[str]:
    line, parameters = of.line, of.parameters
    closed, invited = line["cases_closed"], line["cases_invited"]
    if not closed:
        return
    yield from (number(invited), number(closed), percent(Fraction(invited, closed)))
    if line["reason"] == "invitations_missing":
        yield percent(limit(parameters, "invited_share"), 0)
    for name in ("contacts_missing", "contacts_bounced", "contacts_reused"):
        yield number(line[name])
    if line["reason"] == "contacts_reused":
        yield number(limit(parameters, "reused_times"))


def _sources(of: Known) -> Iterator[str]:
    crowds: dict[str, list[tuple[int, int]]] = {}
    for row in of.tables["sources.csv"]:
        crowds.setdefault(row["kind"], []).append((int(row["residents"]), int(row["sources"])))
    for kind, own in crowds.items():
        yield number(sum(residents * sources for residents, sources in own))
        yield number(sum(sources for _, sources in own))
        yield number(of.line[f"{kind}_effective"], 1)
        yield percent(of.line[f"{kind}_top_share"])
    if crowds:
        yield number(limit(of.parameters, "crowd_on_one"))
        yield percent(limit(of.parameters, "top_source"), 0)


def _silent(of: Known) -> Iterator[str]:
    """Those who answered against all who were served."""
    for row in of.tables["gaps.csv"]:
        for name in ("rated", "closed"):
            if int(row[name]):
                yield percent(Fraction(int(row[f"{name}_with"]), int(row[name])))
        yield signed(row["gap"])
    if of.line["post_stratified"] is not None:
        yield percent(of.line["post_stratified"])


def _among_peers(of: Known, language: str) -> Iterator[str]:
    """Its share among its peers, and month by month."""
    if of.has_funnel:
        yield percent(of.line["raw"])
    for row in of.tables["months.csv"]:
        yield from month_of(row["month"], language)
        if row["n"] != "":
            yield from (number(row["n"]), *share_of(row["x"], row["n"]))
