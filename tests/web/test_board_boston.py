"""Boston's 311 cases of summer 2011, imported and published: the numbers of an independent count.

A case without a target is counted apart, a case open after its target is late, and what happened
after the period's end has not happened.
"""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from feedback.actors import System
from ranking.counts.cohorts import Cohort
from ranking.life import editions
from ranking.method import periods
from ranking.verifying import verify
from sla import charter
from sla.acts import Act
from tests.ranking import rows
from web.board import pages, release
from web.imports import mapping as mappings
from web.imports import run as imports
from web.imports.kinds import KINDS

ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("America/New_York")
AT = datetime(2012, 2, 1, tzinfo=UTC)

# their name -> ours, of what was received in the period
RECEIVED = {
    "cases": "received",
    "with_target": "with_promise",
    "without_target": "without_promise",
    "closed_at_freeze": "closed",
    "open_at_freeze": "open",
    "on_time": "on_time",
    "late_closed": "late_closed",
    "overdue_open": "overdue_open",
    "pending_not_due": "pending",
}
DUE = {"due_at_freeze": "due", "met_of_due": "met", "missed_of_due": "missed"}


@pytest.fixture
async def imported(owner_database: None, shared: Path) -> dict[str, Any]:
    """The reference, with the cases it counts in the database."""
    folder = shared / "data" / "boston311_2011_q3"
    act = Act(by=System("import"), at=AT)
    names = KINDS["cases"].columns
    mapping = mappings.load(ROOT / "fixtures" / "mappings" / "boston311.toml", names=names)
    await imports.run(folder / "cases.csv.gz", KINDS["cases"], act, mapping=mapping)
    found: dict[str, Any] = json.loads((folder / "reference.json").read_text())
    return found


async def test_every_department_is_counted_as_the_reference_counts_it(imported: dict[str, Any]):
    found = await rows.cohorts_of(periods.parse("2011", ZONE), AT)
    known = await charter.current()
    names = {known.agency_of_id(agency).code: agency for agency in found}
    for code, expected in imported["by_department"].items():
        cohort = found[names[code]]
        assert _as_theirs(cohort) == {name: expected[name] for name in RECEIVED | DUE}, code
    assert len(found) == len(imported["by_department"])


async def test_the_edition_of_the_year_says_the_same_and_verifies(
    imported: dict[str, Any], tmp_path: Path
):
    act = Act(by=System("test"), at=AT)
    await editions.draft("2011", act, ZONE)
    await editions.publish("2011", "The test", act, waived="a test")
    files = pages.files(await editions.read("2011"))
    release.release(files, tmp_path / "2011")
    assert verify.verify(tmp_path / "2011") == []
    rows = {row["code"]: row for row in csv.DictReader(io.StringIO(files["ranking.csv"].decode()))}
    for code, expected in imported["by_department"].items():
        assert int(rows[code]["due"]) == expected["due_at_freeze"]
        assert int(rows[code]["met"]) == expected["met_of_due"]
        assert int(rows[code]["without_promise"]) == expected["without_target"]
        if expected["due_at_freeze"] < 30:
            assert rows[code]["on_time_share"] == ""
        else:
            share = float(rows[code]["on_time_share"])
            assert share == pytest.approx(expected["met_share_of_due"], abs=1e-6)
    notes = json.loads(files["notes.json"])
    assert notes["promises_due"] == imported["overall"]["due_at_freeze"]
    assert notes["promises_met"] == imported["overall"]["met_of_due"]
    assert notes["received_without_promise"] == imported["overall"]["without_target"]


def _as_theirs(cohort: Cohort) -> dict[str, int]:
    return {theirs: getattr(cohort.received, ours) for theirs, ours in RECEIVED.items()} | {
        theirs: getattr(cohort.due, ours) for theirs, ours in DUE.items()
    }
