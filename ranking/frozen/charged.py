"""What is charged to an agency among the promises due in a period: sums, whole or in part."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ranking.frozen.edition_cases import DueMonth, Week
from ranking.method.charges import Charge

PARTS = ("due", "met", "missed_closed", "open_overdue", "withdrawn", "refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The promises charged to one agency that fell due in the period.

    due = met + missed_closed + open_overdue; the refused are among them, the withdrawn are not.
    A transferred promise counts in part: to 9 decimals, its holders' parts sum to 1.
    """

    due: Decimal = Decimal(0)
    met: Decimal = Decimal(0)
    missed_closed: Decimal = Decimal(0)
    open_overdue: Decimal = Decimal(0)
    withdrawn: Decimal = Decimal(0)
    refused: Decimal = Decimal(0)
    median_days: int | None = None
    """Whole days overdue at the cut-off, of those still open; None where there are none."""
    oldest_days: int | None = None

    @property
    def missed(self) -> Decimal:
        return self.missed_closed + self.open_overdue


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What one agency received in the period, and how it stood when the period ended.

    received = with_promise + without_promise = closed + open, and
    with_promise = on_time + late_closed + overdue_open + pending + withdrawn.
    """

    received: int = 0
    with_promise: int = 0
    without_promise: int = 0
    closed: int = 0
    open: int = 0
    on_time: int = 0
    late_closed: int = 0
    overdue_open: int = 0
    pending: int = 0
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """One promise due in the period, as far as the cut-off lets it be seen."""

    week: date
    month: str
    started_at: datetime
    due_at: datetime
    ended_at: datetime | None
    state: str
    cutoff: datetime

    @property
    def end(self) -> datetime | None:
        """None while it is open at the cut-off."""
        return self.ended_at if self.ended_at is not None and self.ended_at < self.cutoff else None

    def parts(self) -> tuple[str, ...]:
        """Which of the counts it belongs to."""
        end = self.ended_at
        if self.state == "withdrawn" and end is not None and end <= self.due_at:
            return ("withdrawn",)
        refused = ("refused",) if self.state == "refused" and self.end else ()
        if end is not None and end <= self.due_at and self.state != "withdrawn":
            return ("due", "met", *refused)
        return ("due", "missed_closed" if self.end else "open_overdue", *refused)


@dataclass(slots=True)
class Charged:
    """The sums of one agency while they are being added up."""

    counts: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(PARTS, Decimal(0)))
    weeks: dict[date, tuple[Decimal, Decimal]] = field(default_factory=dict)
    months: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    late_seconds: Decimal = Decimal(0)
    open_seconds: int = 0
    shared: int = 0
    gross_met: Decimal = Decimal(0)
    paused: Decimal = Decimal(0)
    begun: int = 0
    late_begun: int = 0
    paused_seconds: int = 0

    @property
    def due(self) -> Due:
        counts = self.counts
        return Due(
            due=counts["due"],
            met=counts["met"],
            missed_closed=counts["missed_closed"],
            open_overdue=counts["open_overdue"],
            withdrawn=counts["withdrawn"],
            refused=counts["refused"],
        )

    def by_week(self) -> tuple[Week, ...]:
        return tuple(
            Week(starts_on=monday, due=due, met=met)
            for monday, (due, met) in sorted(self.weeks.items())
            if due
        )

    def by_month(self) -> tuple[DueMonth, ...]:
        return tuple(
            DueMonth(period=month, due=due, met=met)
            for month, (due, met) in sorted(self.months.items())
            if due
        )

    def add_counted(self, row: Mapping[str, Any]) -> None:
        """Whole promises of one week and month, already counted."""
        for name in PARTS:
            self.counts[name] += row[name]
        week = date.fromisoformat(row["week"])
        self._fell_due(week, row["month"], Decimal(row["due"]), Decimal(row["met"]))
        self.gross_met += row["met"]
        self.late_seconds += row["late_seconds"]
        self.open_seconds += row["open_seconds"]

    def add(self, of: Judged, part: Decimal, charge: Charge) -> None:
        """One promise, or the part of it that this agency held."""
        parts = of.parts()
        for name in parts:
            self.counts[name] += part
        if "due" not in parts:
            return
        self.shared += len(charge.holders) > 1
        self._fell_due(of.week, of.month, part, part if "met" in parts else Decimal(0))
        if of.end is not None and of.end > of.due_at:
            self.late_seconds += part * int((of.end - of.due_at).total_seconds())
        gross = charge.gross_due_at
        in_time = "met" in parts if gross is None else of.end is not None and of.end <= gross
        if in_time and of.state != "withdrawn":
            self.gross_met += part
        waited = (of.end or of.cutoff) - of.started_at
        self.open_seconds += int(int(waited.total_seconds()) * part)
        if charge.pauses:
            self.paused += part
            self.begun += charge.pauses
            self.late_begun += charge.late_pauses
            self.paused_seconds += int(charge.paused_seconds * part)

    def _fell_due(self, week: date, month: str, due: Decimal, met: Decimal) -> None:
        nothing = (Decimal(0), Decimal(0))
        before = self.weeks.get(week, nothing)
        self.weeks[week] = before[0] + due, before[1] + met
        before = self.months.get(month, nothing)
        self.months[month] = before[0] + due, before[1] + met
