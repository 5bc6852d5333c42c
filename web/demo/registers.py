"""The registers of the demo city: the real ones, and what is invented beside them.

All of it comes in through `hailong import`'s own functions, from files a reader can look at.
"""

import csv
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from ranking.method import periods
from sla import charter, registers
from sla.acts import Act
from sla.charter import Charter
from sla.registers import AgencyDraft
from web.demo import accounts, texts
from web.imports import run
from web.imports.kinds import KINDS
from web.imports.mapping import Mapping

KINDS_IN_ORDER = ("agencies", "lineage", "services", "commitments")
OPENED_AFTER = timedelta(days=12)
"""Days of the last ended quarter before the newcomer opened."""


async def fill(act: Act) -> Charter:
    """Take everything in; the charter as it then is."""
    with tempfile.TemporaryDirectory() as folder:
        calendar = Path(folder) / "calendar.csv"
        _write_calendar(calendar, act.at)
        await _take("calendar", calendar, act)
    for kind in KINDS_IN_ORDER:
        await _take(kind, texts.REAL / f"{kind}.csv", act)
    for kind in ("services", "commitments"):
        await _take(kind, texts.INVENTED / f"{kind}.csv", act)
    await registers.take_agencies([_newcomer(act.at, await charter.current())])
    return await charter.current()


async def _take(kind: str, path: Path, act: Act) -> None:
    summary = await run.run(path, KINDS[kind], act, mapping=Mapping())
    if summary.refusals:
        raise RuntimeError(f"{path.name}: {summary.refused}")


def _write_calendar(path: Path, now: datetime) -> None:
    """The real calendar, its last known day put off, and the invented days after it.

    A calendar is taken in as a whole. Beyond the invented days only weekends are off.
    """
    known = f"{max(2027, now.year + 1)}-12-31"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for number, row in enumerate(_rows(texts.REAL / "calendar.csv")):
            if number == 0 or row[3] != "known_until":
                writer.writerow(row)
        writer.writerows(_rows(texts.INVENTED / "calendar.csv")[1:])
        last = ["hcmc", "Asia/Ho_Chi_Minh", known, "known_until", ""]
        writer.writerow([*last, "Giả định cho bản trình diễn", "Invented", "", "", ""])


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _newcomer(now: datetime, known: Charter) -> AgencyDraft:
    """An office that opened in the last ended quarter, for the board says so of such."""
    zone = known.calendars[known.latest_calendar["hcmc"]].timezone
    quarter = periods.containing(now, zone).previous()
    return AgencyDraft(
        code=accounts.NEWCOMER,
        name_vi="Trung tâm Hỗ trợ dịch vụ số (cơ quan giả định)",
        name_en="Digital Services Support Centre (invented agency)",
        kind="department",
        level="city",
        peer_group="departments",
        parent="HCMC",
        calendar="hcmc",
        opens_on=(quarter.starts_at + OPENED_AFTER).astimezone(zone).date(),
        closes_on=None,
    )
