"""A whole invented city for the board: the 168 wards of a real one with figures made by rule.

Every figure is invented, but always the same: each ward's true share, size and habits come from a
digest of its code. Everything a page can show occurs somewhere in it.
"""

import csv
import dataclasses
import functools
import hashlib
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from ranking.counts.cohorts import Cohort
from ranking.counts.gathered import Answers, Aside, Earlier, Gathered, Served
from ranking.counts.tallies import Effective
from ranking.counts.waiting import DECIDED, WITHDRAWN, Spells
from ranking.figures import assembly
from ranking.frozen.charged import Charged, Due, Received
from ranking.frozen.edition_body import Before, Edition
from ranking.frozen.edition_cases import DueMonth, Week
from ranking.frozen.edition_detail import Month, ResponseCell, Stratum
from ranking.method import packs
from ranking.method.config import Config
from tests.web import editions

AGENCIES = Path(__file__).parents[2] / "fixtures" / "hcmc" / "agencies.csv"
GROUPS = ("wards", "communes", "special_zone")
"""Of the agencies in the file those 168 that residents deal with first."""
EARLIER = ("2025-Q3", "2025-Q4", "2026-Q2")  # one quarter was never published
STRATA = (("civil", "online"), ("civil", "counter"), ("land", "counter"))
SILENT = 41
"""Every ward whose number leaves no rest by this has no answers at all."""


@functools.cache
def city(groups: tuple[str, ...] = GROUPS) -> Edition:
    """The edition of the third quarter: `groups` of the real city's agencies."""
    config = Config()
    with AGENCIES.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["peer_group"] in groups]
    rows.sort(key=lambda row: row["name_vi"])
    gathered = [_gathered(number, row) for number, row in enumerate(rows)]
    found = assembly.assemble(gathered, config, packs.bundled())
    made = editions.make_edition((), config=config)
    excluded = sum(of.answers.aside.excluded for of in gathered)
    notes = dataclasses.replace(
        made.notes,
        residents=found.residents,
        suppressed=found.suppressed,
        left_out=found.left_out,
        quarantined=sum(of.answers.aside.held for of in gathered),
        excluded=excluded,
        exclusions=(f"burst:{excluded}",),
    )
    return dataclasses.replace(
        made,
        satisfaction=found.satisfaction,
        punctuality=found.punctuality,
        agencies=found.agencies,
        packs=found.packs,
        notes=notes,
    )


def _draw(code: str, what: str) -> float:
    """A number in [0, 1) that is always the same."""
    digest = hashlib.sha256(f"{code} {what}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def _gathered(number: int, row: dict[str, str]) -> Gathered:
    code = row["code"]
    share = 0.80 + 0.17 * _draw(code, "share")
    n = 0 if number % SILENT == 7 else int(12 + 1400 * _draw(code, "size") ** 3)
    answers = _answers(code, n, share)
    said = answers.counts
    measures = {
        "dossiers_on_time": Fraction(int(800 + 190 * _draw(code, "time")), 1000),
        "feedback_on_time": Fraction(int(700 + 290 * _draw(code, "feedback")), 1000),
        "against_limit": Fraction(int(600 + 390 * _draw(code, "limit")), 1000),
    }
    if n >= 30:
        measures["dossiers_satisfied"] = Fraction(said.x, said.n)
    before = int(n * 0.9)
    moved = 0.3 * (_draw(code, "moved") - 0.5) if number % 9 == 0 else 0.0
    return editions.gathered(
        code,
        name_vi=row["name_vi"],
        name_en=row["name_en"],
        group=row["peer_group"],
        answers=answers,
        before=Earlier(counts=Effective(before, Fraction(int(before * min(1.0, share + moved))))),
        cohort=_cohort(code),
        history=_history(code, n, share),
        measures=measures,
        is_new=number % 57 == 9,
    )


def _levels(code: str, n: int, share: float) -> tuple[int, int, int, int, int]:
    good, bad = round(n * share), n - round(n * share)
    fives = int(good * (0.5 + 0.3 * _draw(code, "fives")))
    ones, twos = bad // 4, bad // 3
    return ones, twos, bad - ones - twos, good - fives, fives


def _answers(code: str, n: int, share: float) -> Answers:
    levels = _levels(code, n, share)
    good = levels[3] + levels[4]
    served = int(n / (0.08 + 0.5 * _draw(code, "response"))) if n else 400
    mix = 0.3 + 0.4 * _draw(code, "mix")
    sizes = int(n * mix), int(n * (1 - mix) * 0.7)
    split = (*sizes, n - sum(sizes))
    happy = [int(good * size / n) if n else 0 for size in split]
    happy[0] = min(split[0], happy[0] + (good - sum(happy)))
    happy[1] += good - sum(happy)
    cells = tuple(
        Stratum(category=kind, channel=way, n=Fraction(size), x=Fraction(x))
        for (kind, way), size, x in zip(STRATA, split, happy, strict=True)
        if size
    )
    thirds = (n // 3, n // 3, n - 2 * (n // 3))
    months = tuple(
        Month(period=f"2026-0{7 + i}", n=size, x=Fraction(int(size * share)))
        for i, size in enumerate(thirds)
        if size >= 5
    )
    doubted = _draw(code, "doubt") < 0.05 and n > 100
    aside = Aside(3, 41, 8, n + 41, Fraction(good + 41)) if doubted else Aside()
    day = n // 12
    without = (
        (
            ("busiest_day", n - day, Fraction(good - min(day, good))),
            ("busiest_device", n - day // 2, Fraction(good - min(day // 2, good))),
        )
        if n > 60
        else ()
    )
    return Answers(
        Effective(n, Fraction(good), levels),
        served,
        is_rolling=0 < n < 140,
        cells=cells,
        without=without,
        aside=aside,
        months=months if n > 60 else (),
        closed=_closed(code, n, served, good),
    )


def _closed(code: str, n: int, served: int, good: int) -> tuple[Served, ...]:
    late = 0.05 + 0.3 * _draw(code, "late")
    parts = ((True, 1 - late, 0.97 if late < 0.2 else 0.85), (False, late, 0.0))
    some = []
    for on_time, part, of_rated in parts:
        rated = int(n * (of_rated if on_time else 1 - parts[0][2]))
        cell = ResponseCell(
            outcome="finished",
            on_time=on_time,
            channel="counter",
            closed=max(rated, int(served * part)),
            rated=rated,
            satisfied=min(rated, int(good * rated / n) if n else 0),
        )
        some.append(Served(cell, is_repeat=False))
    return tuple(some)


def _cohort(code: str) -> Cohort:
    due = int(60 + 900 * _draw(code, "due") ** 2)
    late = 0.02 + 0.2 * _draw(code, "late") ** 2
    weeks, charged = [], Charged()
    for week in range(13):
        size = due // 13 + int(4 * _draw(code, f"week {week}"))
        missed = int(size * late * (0.4 + 1.2 * _draw(code, f"missed {week}")) + 0.5)
        monday = editions.MONDAY + timedelta(weeks=week)
        weeks.append(Week(starts_on=monday, due=Decimal(size), met=Decimal(size - missed)))
    total = sum((of.due for of in weeks), Decimal())
    met = sum((of.met for of in weeks), Decimal())
    overdue = (total - met) // 4
    paused = int(total) * int(100 * _draw(code, "paused")) // 300
    charged.gross_met = met - Decimal(paused // 3)
    charged.paused, charged.begun = Decimal(paused), paused + 3
    charged.late_begun, charged.paused_seconds = paused // 6, paused * 86400 * 4
    charged.open_seconds = int(total) * 86400 * 9
    charged.late_seconds = (total - met - overdue) * 86400 * 3
    old = editions.overdue(int(overdue))
    return Cohort(
        Due(
            due=total,
            met=met,
            missed_closed=total - met - overdue,
            open_overdue=overdue,
            withdrawn=Decimal(int(total) // 50),
            refused=Decimal(int(total) // 30),
            median_days=old.median_days,
            oldest_days=old.oldest_days,
        ),
        tuple(weeks),
        Received(received=int(total) + 9, with_promise=int(total), without_promise=9),
        charged,
        old,
        (
            *(
                Spells(0, day, DECIDED if day % 7 else WITHDRAWN, int(1 + total / (4 + day)))
                for day in range(1, 24)
            ),
            Spells(0, 20, None, int(overdue) + 2),
        ),
        (6, 7, 5 + int(30 * _draw(code, "last day") ** 3)),
        _months(weeks),
    )


def _months(weeks: list[Week]) -> tuple[DueMonth, ...]:
    """As if all of a week fell due on its Monday."""
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for week in weeks:
        due, met = found.get(f"{week.starts_on:%Y-%m}", (Decimal(), Decimal()))
        found[f"{week.starts_on:%Y-%m}"] = due + week.due, met + week.met
    return tuple(DueMonth(period=of, due=due, met=met) for of, (due, met) in found.items())


def _history(code: str, n: int, share: float) -> tuple[Before, ...]:
    if n < 40:
        return ()
    found = []
    for period in EARLIER:
        one = share + 0.03 * (_draw(code, period) - 0.5)
        found.append(
            Before(
                edition=period,
                period=period,
                n=n - 9,
                share=Decimal(f"{one:.6f}"),
                low=Decimal(f"{one - 0.04:.6f}"),
                high=Decimal(f"{min(1.0, one + 0.03):.6f}"),
                due=Decimal(300),
                on_time=Decimal(f"{0.86 + 0.1 * _draw(code, period + 'kept'):.6f}"),
            )
        )
    return tuple(found)
