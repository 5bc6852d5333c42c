"""A calendar file from a page: what it would change, shown first, then the same file for good."""

import csv
import dataclasses
import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from feedback import audit
from feedback.administration import calendar_days, changes
from feedback.administration.change_errors import ChangeImpossible
from feedback.deeds import ChangeKind, Deed, Subject
from sla import calendar_versions, charter, rehearsal
from sla.acts import Act
from sla.calendar_versions import Change
from sla.charter import Charter
from sla.errors import Outdated
from web.imports import run
from web.imports.errors import FileRefused, Refusal
from web.imports.kinds import KINDS
from web.imports.mapping import Mapping
from web.imports.report import Summary


@dataclass(frozen=True, slots=True)
class Continued:
    """What a file does to one calendar; `before` is None for a new one, `version` then 0."""

    code: str
    version: int
    known_before: date | None
    known_after: date | None
    is_week_changed: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file, or would: calendars changed, and the rows refused."""

    calendars: tuple[Continued, ...]
    refusals: tuple[Refusal, ...]
    summary: Summary

    @property
    def seen(self) -> str:
        """The versions it was decided by, to be told again with the confirmation."""
        return " ".join(f"{one.version}:{one.code}" for one in self.calendars)


async def rehearse(content: bytes, act: Act) -> Outcome:
    """What `take` would do; nothing is stored. `FileRefused` as `hailong import calendar`."""
    async with rehearsal.undone():
        return await take(content, act)


async def take(content: bytes, act: Act, *, seen: str | None = None) -> Outcome:
    """Take the file as `hailong import calendar` does, in the current transaction.

    `Outdated` when somebody decided by what was `seen` and a calendar has changed since.
    """
    before = await charter.current()
    with tempfile.TemporaryDirectory() as folder:
        path, report = Path(folder) / "calendar.csv", Path(folder) / "report.csv"
        path.write_bytes(content)
        summary = await run.run(path, KINDS["calendar"], act, mapping=Mapping(), report=report)
        refusals = _refusals(report)
    after = await charter.current()
    versions = {one.latest.code: one.latest.number for one in await calendar_versions.kept(act.at)}
    outcome = Outcome(_continued(before, after, versions), tuple(refusals), summary)
    if seen is not None and outcome.seen != seen:
        raise Outdated(0)
    await _tell(outcome, act, reason=f"SHA-256 {hashlib.sha256(content).hexdigest()}")
    return outcome


async def ask(content: bytes, act: Act, *, seen: str, today: date) -> int | None:
    """Take the file, or propose it where two have to decide; then the number of the proposal.

    Raises as `take`.
    """
    outcome = await rehearse(content, act)
    if outcome.seen != seen:
        raise Outdated(0)
    if not await _is_for_two(outcome, today):
        await take(content, act, seen=seen)
        return None
    codes = [one.code for one in outcome.calendars]
    body = {"calendars": codes, "seen": seen, "file": content.decode("utf-8-sig")}
    digest = hashlib.sha256(content).hexdigest()
    return await changes.propose(
        ChangeKind.CALENDAR_DAY, ", ".join(codes)[:200], body, act, reason=f"SHA-256 {digest}"
    )


async def _is_for_two(outcome: Outcome, today: date) -> bool:
    known = await charter.current()
    for one in outcome.calendars:
        if not one.version:
            continue  # nobody was ever told a date by a new calendar
        before = known.calendars[known.latest_calendar[one.code]]
        days = [each.day for each in one.changes]
        if one.is_week_changed:
            days.append(before.open_day_from(today))
        if await calendar_days.touched(one.code, before, days, today=today):
            return True
    return False


async def carry_out(change: changes.Change, act: Act) -> None:
    """Take the day or the file a second person approved. Raises `ChangeImpossible`."""
    if "file" not in change.body:
        await calendar_days.carry_out(change, act)
        return
    try:
        await take(str(change.body["file"]).encode(), act, seen=str(change.body["seen"]))
    except (Outdated, FileRefused):
        raise ChangeImpossible(change.id, "calendars") from None


async def _tell(outcome: Outcome, act: Act, *, reason: str) -> None:
    for one in outcome.calendars:
        before: dict[str, object] = {"version": one.version, "known_until": one.known_before}
        after: dict[str, object] = {"version": one.version + 1, "known_until": one.known_after}
        for change in one.changes:
            day = change.day.isoformat()
            before[day] = dataclasses.asdict(change.before) if change.before else None
            after[day] = dataclasses.asdict(change.after) if change.after else None
        about = Subject.CALENDAR, one.code, Deed.IMPORTED
        await audit.record(*about, act, before=before, after=after, reason=reason)


def _refusals(report: Path) -> Sequence[Refusal]:
    with report.open(encoding="utf-8-sig", newline="") as file:
        return [Refusal(int(line), *rest) for line, *rest in list(csv.reader(file))[1:]]


def _continued(before: Charter, after: Charter, versions: dict[str, int]) -> tuple[Continued, ...]:
    found = []
    for code, id_ in sorted(after.latest_calendar.items()):
        old_id, new = before.latest_calendar.get(code), after.calendars[id_]
        if old_id == id_:
            continue
        old = before.calendars[old_id] if old_id is not None else None
        found.append(
            Continued(
                code=code,
                version=versions[code] - 1,
                known_before=old.known_until if old else None,
                known_after=new.known_until,
                is_week_changed=old is None or old.week != new.week,
                changes=calendar_versions.changes(old, new),
            )
        )
    return tuple(found)
