"""Few answers in two editions running: the rate of the one before comes from what was published."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ranking.frozen.edition_body import Edition, PeriodFacts
from ranking.life import editions
from ranking.method import periods
from ranking.verifying import verify
from sla.models import AgencyRow
from tests import make
from tests.make import ZONE
from tests.ranking import rows
from tests.web import editions as invented
from web.board import pages, release

Q2, Q3 = (periods.parse(name, ZONE) for name in ("2026-Q2", "2026-Q3"))
AUGUST = Q3.starts_at + timedelta(days=40)
FLAG = 0.2


def before(*codes: str, served: int = 400) -> Edition:
    """The edition of the second quarter, in which 40 of so many answered at each agency."""
    made = invented.make_edition(
        tuple(
            invented.gathered(code, levels=(0, 0, 0, 20, 20), served=served, due=(9, 0, 0))
            for code in codes
        ),
        name="2026-Q2",
    )
    facts = PeriodFacts(
        name="2026-Q2",
        starts_at=Q2.starts_at,
        ends_at=Q2.ends_at,
        cutoff_at=Q2.cutoff_at,
        timezone=ZONE.key,
    )
    earlier = timedelta(days=92)
    published = made.published_at
    assert published is not None
    return replace(
        made,
        period=facts,
        drafted_at=made.drafted_at - earlier,
        published_at=published - earlier,
    )


async def answered(agency: AgencyRow, *, silent: int) -> None:
    await rows.make_ratings(agency, AUGUST, satisfied=30, unsatisfied=0, silent=silent)


@pytest.mark.usefixtures("database")
async def test_the_response_of_the_edition_before_is_read_from_it():
    await rows.store_edition(before("twice", "better"))
    for code, silent in (("twice", 130), ("better", 30), ("new", 130)):
        await answered(await rows.make_agency(code), silent=silent)
    await editions.draft("2026-Q3", make.act(at=Q3.cutoff_at + timedelta(days=1)), ZONE)
    found = {one.code: one.satisfaction for one in (await editions.read("2026-Q3")).agencies}
    assert found["twice"].response_before == Decimal("0.100000000")
    assert {code: said.is_low_twice(FLAG) for code, said in found.items()} == {
        "twice": True,
        "better": False,
        "new": False,
    }


@pytest.mark.parametrize(
    ("now", "then", "expected"),
    [("0.19", "0.19", True), ("0.2", "0.1", False), ("0.1", "0.2", False), ("0.1", None, False)],
)
def test_it_is_low_twice_only_where_both_are_under_the_line(
    now: str, then: str | None, expected: bool
):
    [line] = invented.make_edition((invented.CITY[2],)).agencies
    said = replace(
        line.satisfaction, response=Decimal(now), response_before=None if then is None else
        Decimal(then)
    )  # fmt: skip
    assert said.is_low_twice(FLAG) is expected


def test_a_forged_response_of_the_period_before_is_found_beside_its_edition(tmp_path: Path):
    first = before("26746")
    release.release(pages.files(first), tmp_path / "2026-Q2")
    for told, faults in (("0.100000000", 0), ("0.300000000", 1)):
        line = replace(invented.CITY[2], response_before=Decimal(told))
        folder = tmp_path / f"2026-Q3 {told}"
        release.release(pages.files(invented.make_edition((line,))), folder)
        found = verify.verify(folder)
        assert len(found) == faults, found
        assert all("response_before" in fault for fault in found)
