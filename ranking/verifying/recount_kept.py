"""What the page of an agency has to tell of its promises; beside verify.py."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from ranking.verifying.recount_known import Known, day_of, month_of, share_of
from ranking.verifying.recount_text import cases, number, percent

Row = dict[str, Any]

FEWEST = 5  # residents anything is told of
SAME_CASE = (30, 30, 60)  # days in which a result that comes back did not hold
CORRECTED = (
    *("corrections_requested", "corrections_approved"),
    *("corrections_late_to_on_time", "corrections_declined"),
)
RECEIVED = (
    *("received", "with_promise", "without_promise", "received_closed", "received_open"),
    *("received_on_time", "received_late_closed", "received_overdue_open"),
    *("received_pending", "received_withdrawn"),
)


def kept(of: Known, language: str) -> Iterator[str]:
    """From how many fell due to what was corrected."""
    yield from _due(of, language)
    yield from _behind(of)
    yield from _lists(of)


def _due(of: Known, language: str) -> Iterator[str]:
    line = of.line
    if not line["due"]:
        return
    missed = Fraction(str(line["missed_closed"])) + Fraction(str(line["open_overdue"]))
    yield from (cases(line["due"]), cases(line["met"]), cases(missed))
    if line["on_time_share"] is not None:
        shares = [percent(line[f"on_time_{name}"]) for name in ("share", "low", "high")]
        share, *ends = shares
        yield from (share, percent(of.parameters["confidence"], 0), *ends)
    weeks = of.tables["weeks.csv"]
    for row in weeks if len(weeks) > 1 else ():
        yield from day_of(row["week"], language)
        yield from _of_due(row)
    months = of.tables["due_months.csv"]
    for row in months if len(months) > 1 else ():
        yield from month_of(row["month"], language)
        yield from _of_due(row)


def _behind(of: Known) -> Iterator[str]:
    line = of.line
    if line["results_given"]:
        given, back = line["results_given"], line["results_came_back"]
        yield from (number(given), number(back), percent(Fraction(back, given)))
        for days, name in zip(SAME_CASE, ("reopened", "appealed", "again"), strict=True):
            yield from (number(days), number(line[f"results_{name}"]))
        unsolved = line["results_unsolved"]
        yield number(FEWEST if unsolved is None else unsolved)
    if line["split_dossiers"]:
        yield number(line["split_dossiers"])
    yield from _pauses(of)
    yield from _waiting(of)
    last, three = (of.inputs[f"closed_last_{days}"] for days in ("day", "three_days"))
    if three:
        yield from (number(three), number(last), percent(line["last_day_share"]))


def _pauses(of: Known) -> Iterator[str]:
    line, paused = of.line, of.inputs["paused"]
    if paused == "" or not line["due"] or not int(of.inputs["open_seconds"]):
        return
    yield from share_of(line["met"], line["due"])
    if line["gross_share"] is not None:
        yield percent(line["gross_share"])
    yield from share_of(paused, line["due"])
    yield percent(Fraction(int(of.inputs["paused_seconds"]), int(of.inputs["open_seconds"])))
    if int(of.inputs["pauses"]):
        yield percent(Fraction(int(of.inputs["pauses_late_begun"]), int(of.inputs["pauses"])))


def _waiting(of: Known) -> Iterator[str]:
    line, undecided = of.line, 1.0
    days = of.tables["waiting.csv"]
    if not days:
        return
    for name in ("wait_median_days", "wait_p90_days"):
        if line[name] is not None:
            yield number(line[name])
    for row in days:
        undecided *= 1 - int(row["decided"]) / int(row["at_risk"])
        yield from (number(row[name]) for name in ("day", "at_risk", "decided"))
        yield percent(undecided)
    yield from (percent(line[f"wait_{end}"]) for end in ("withdrawn", "transferred"))


def _lists(of: Known) -> Iterator[str]:
    """What fell due, what was received, apologies and corrected times."""
    line, noted = of.line, of.noted
    yield from (cases(line[name]) for name in ("due", "met", "missed_closed", "open_overdue"))
    if line["median_days"] is not None:
        yield from (number(line["median_days"]), number(line["oldest_days"]))
    yield from (cases(line["refused"]), cases(line["withdrawn"]))
    yield from (number(line[name]) for name in RECEIVED)
    if noted.get("promises_late"):
        late, apologised = noted["promises_late"], noted["promises_late_with_apology"]
        yield from (number(late), number(apologised), percent(Fraction(apologised, late), 0))
    corrected = [noted.get(name) for name in CORRECTED]
    if any(corrected):
        yield from (number(count or 0) for count in corrected)


def _of_due(row: Row) -> Iterator[str]:
    yield from (cases(row["due"]), cases(row["met"]), *share_of(row["met"], row["due"]))
