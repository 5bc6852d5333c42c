"""Invented editions for tests of the board: assembled from counts, without a database."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from feedback.texts.topics import Topic
from ranking.counts import cohorts
from ranking.counts.cohorts import Cohort
from ranking.counts.gathered import Answers, Aside, Earlier, Gathered
from ranking.counts.tallies import Effective
from ranking.figures import assembly
from ranking.frozen.charged import Charged, Due, Received
from ranking.frozen.edition_body import Before, Edition, Notes, PeriodFacts
from ranking.frozen.edition_cases import Backlog, DueMonth, Overdue, Week
from ranking.frozen.edition_detail import Month, Returned
from ranking.frozen.edition_story import About, Former, Origin
from ranking.method.config import Config
from ranking.method.invitations import Asked
from ranking.method.spread import SourceKind
from sla.lineage import Break

MONDAY = date(2026, 7, 6)
PUBLISHED = datetime(2026, 10, 20, 2, tzinfo=UTC)
BEFORE = Before(
    edition="2026-Q2",
    period="2026-Q2",
    n=150,
    share=Decimal("0.901000000"),
    low=Decimal("0.85"),
    high=Decimal("0.94"),
    due=Decimal(200),
    on_time=Decimal("0.91"),
)
ORIGIN = Origin(
    on=date(2026, 7, 1),
    kind=Break.RENAMED,
    former=(Former(code="26737", name_vi="UBND phường 26737", name_en="26737 Ward"),),
)


def gathered(
    code: str,
    *,
    levels: tuple[int, ...] = (0, 0, 0, 0, 0),
    due: tuple[int, int, int] = (0, 0, 0),
    served: int | None = None,
    held: int = 0,
    group: str = "wards",
    **more: Any,
) -> Gathered:
    """An agency of which every answer is another resident's; `due` is met, late, still open."""
    n, met = sum(levels), due[0]
    total, old = sum(due), overdue(due[2])
    spoken = Effective(n, Fraction(sum(levels[3:])), levels)
    values: dict[str, Any] = {
        "code": code,
        "name_vi": f"UBND phường {code}",
        "name_en": f"{code} Ward",
        "level": "commune",
        "peer_group": group,
        "is_new": False,
        "answers": Answers(
            spoken,
            2 * n if served is None else served,
            aside=Aside(held=held),
            months=(Month(period="2026-07", n=n, x=spoken.x),) if n else (),
            returned=Returned(2 * n + 5, n // 9, n // 50, n // 30, n // 9 + n // 50, n // 20),
            asked=more.pop("asked", Asked(2 * n + 5, 2 * n + 5, missing=4, bounced=1)),
        ),
        "before": Earlier(),
        "cohort": Cohort(
            Due(
                due=Decimal(total),
                met=Decimal(met),
                missed_closed=Decimal(due[1]),
                open_overdue=Decimal(due[2]),
                median_days=old.median_days,
                oldest_days=old.oldest_days,
            ),
            (Week(starts_on=MONDAY, due=Decimal(total), met=Decimal(met)),) if total else (),
            Received(received=total + 3, with_promise=total, without_promise=3, closed=total),
            Charged(gross_met=Decimal(met), late_seconds=Decimal(due[1] * 200_000)),
            old,
            split=total // 50,
            months=(DueMonth(period="2026-07", due=Decimal(total), met=Decimal(met)),)
            if total
            else (),
        ),
        "sources": {SourceKind.DEVICE: {1: n, 4: 2}, SourceKind.NETWORK: {1: n // 2 + 1, 30: 1}}
        if n
        else {},
    }
    return Gathered(**{**values, **more})


def overdue(cases: int) -> Backlog:
    """So many cases, half of them four days late, the oldest nine."""
    days = {4: (cases + 1) // 2, 6: cases // 2 - cases // 10, 9: cases // 10}
    return cohorts.backlog([Overdue(days=day, cases=of) for day, of in days.items() if of])


CITY = (
    gathered(
        "26740",
        levels=(1, 2, 3, 200, 794),
        due=(450, 30, 20),
        history=(BEFORE,),
        about=(About(topic=Topic.WAITING, residents=12), About(topic=Topic.FEES, residents=5)),
        origins=(ORIGIN,),
    ),
    gathered(
        "26743",
        levels=(40, 60, 50, 300, 350),
        due=(300, 150, 50),
        before=Earlier(counts=Effective(500, Fraction(450))),
    ),
    gathered("26746", levels=(2, 3, 5, 40, 50), due=(110, 5, 5)),
    gathered("26749", levels=(0, 1, 1, 20, 22), due=(30, 1, 0)),
    gathered("26752", levels=(0, 0, 1, 3, 5), due=(3, 0, 1)),
    gathered("26755"),
    gathered("SO Y TẾ", levels=(9, 9, 9, 120, 300), served=9000, group="departments"),
    gathered("=1+1", levels=(5, 5, 10, 80, 100), group="departments", is_new=True),
    gathered("../up", levels=(5, 5, 10, 80, 100), group="departments"),
)


def make_edition(agencies: tuple[Gathered, ...] = CITY, **more: Any) -> Edition:
    """An edition of the third quarter of 2026."""
    config = more.pop("config", Config())
    found = assembly.assemble(agencies, config)
    ends_at = datetime(2026, 9, 30, 17, tzinfo=UTC)
    values: dict[str, Any] = {
        "name": "2026-Q3",
        "period": PeriodFacts(
            name="2026-Q3",
            starts_at=datetime(2026, 6, 30, 17, tzinfo=UTC),
            ends_at=ends_at,
            cutoff_at=ends_at + timedelta(days=15),
            timezone="Asia/Ho_Chi_Minh",
        ),
        "config": config,
        "committed_at": datetime(2026, 6, 1, tzinfo=UTC),
        "drafted_at": ends_at + timedelta(days=16),
        "published_at": PUBLISHED,
        "satisfaction": found.satisfaction,
        "punctuality": found.punctuality,
        "agencies": found.agencies,
        "notes": Notes(
            is_before_cutoff=False,
            is_committed_late=False,
            residents=found.residents,
            suppressed=found.suppressed,
            quarantined=sum(of.answers.aside.held for of in agencies),
            left_out=found.left_out,
        ),
    }
    return Edition(**{**values, **more})
