"""One agency's page: the charts and tables behind its figures. There is no single grade."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ranking.frozen.edition_body import Agency, Edition
from ranking.frozen.edition_cases import DueMonth, PackFacts, PackScore
from ranking.method import nonresponse, packs
from web.board.charts import drawing, funnel, levels, over_time, survival
from web.board.charts.drawing import Drawing
from web.board.charts.over_time import Mark, Moment
from web.language import i18n
from web.language.i18n import mark

TRAITS = {
    "on_time": mark("Decided on time"),
    "refused": mark("Refused"),
    "online": mark("Filed online"),
    "repeat": mark("Several cases"),
}


@dataclass(frozen=True, slots=True)
class Month:
    """One month's answers; no share where they are too few."""

    label: str
    """7/2026 or Jul 2026."""
    n: int | None
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """An official score sheet with this agency's line, in one language."""

    name: str
    act: str
    score: PackScore
    groups: tuple[str, ...]
    """The names of its groups, their codes where no sheet of ours knows them."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What is drawn on the page besides the figures themselves; None where there is too little."""

    funnel: Drawing | None
    history: Drawing | None
    breaks: Mapping[str, str]
    """By earlier edition, what became of the agency between it and the next one."""
    levels: Drawing | None
    gaps: Drawing | None
    weeks: Drawing | None
    waiting: Drawing | None
    curve: tuple[tuple[int, Decimal], ...]
    """(day, share still waiting after it) for the table behind the curve."""
    months: tuple[Month, ...]
    due_months: tuple[tuple[str, DueMonth], ...]
    """Each with its month as it is read."""
    sheets: tuple[Sheet, ...]
    traits: tuple[str, ...]
    """Of the bias meter's gaps, in words."""
    pause_shares: tuple[Decimal, Decimal, Decimal | None] | None
    """Of the cases due those paused; of the time that spent in pauses; of pauses the late ones."""


def profile(
    agency: Agency, edition: Edition, language: str, behind: funnel.Behind | None
) -> Profile:
    """All charts of one agency, its words in one language."""
    said, kept = agency.satisfaction, agency.punctuality
    words = i18n.translator(language)
    gaps = said.bias.gaps if said.bias else ()
    traits = tuple(words.gettext(TRAITS[gap.trait]) for gap in gaps)
    flag = float(nonresponse.FLAG)
    return Profile(
        funnel=funnel.of_one(behind, agency) if behind and said.funnel and said.n else None,
        history=over_time.history(
            _moments(agency, edition), edition.config.target, language, _marks(agency, language)
        ),
        breaks=_breaks(agency, edition, language),
        levels=levels.levels(said.levels, language) if said.levels else None,
        gaps=levels.gaps(gaps, flag, traits) if gaps else None,
        weeks=over_time.weeks(kept.weeks or (), language),
        waiting=survival.survival(kept.waiting, language) if kept.waiting else None,
        curve=_curve(agency),
        months=tuple(
            Month(_month(month.period, language), month.n, _share(month.x, month.n))
            for month in said.months or ()
        ),
        due_months=tuple((_month(of.period, language), of) for of in kept.months or ()),
        sheets=_sheets(agency, edition, language),
        traits=traits,
        pause_shares=_pause_shares(agency),
    )


def _moments(agency: Agency, edition: Edition) -> list[Moment]:
    score = agency.satisfaction.score
    earlier = [
        Moment(_label(of.period), _order(of.period), of.share, of.low, of.high)
        for of in agency.history
    ]
    name = edition.period.name
    now = Moment(_label(name), _order(name), score.share, score.low, score.high)
    return sorted([*earlier, now], key=lambda of: of.order)


def _marks(agency: Agency, language: str) -> list[Mark]:
    """Before which quarter others stood for the agency."""
    return [
        Mark(of.on.year * 4 + (of.on.month + 2) // 3, i18n.name_of(of.kind, language))
        for of in agency.origins
    ]


def _breaks(agency: Agency, edition: Edition, language: str) -> dict[str, str]:
    """By the name of an earlier edition, what became of the agency until the next one."""
    orders = [_order(edition.period.name), *(_order(of.period) for of in agency.history)]
    marks = _marks(agency, language)
    found = {}
    for of in agency.history:
        order = _order(of.period)
        following = min((other for other in orders if other > order), default=order)
        words = [one.word for one in marks if order < one.order <= following]
        if words:
            found[of.edition] = ", ".join(words)
    return found


def _order(period: str) -> int:
    """Quarters since there are any; of a year, years."""
    year, _, quarter = period.partition("-Q")
    if not year.isdigit():
        return 0
    return int(year) * 4 + int(quarter) if quarter.isdigit() else int(year)


def _label(period: str) -> str:
    """2026-Q3 short enough for an axis: Q3/2026, which both languages read."""
    year, _, quarter = period.partition("-Q")
    return f"Q{quarter}/{year}" if quarter else year


def _month(period: str, language: str) -> str:
    year, _, month = period.partition("-")
    if not month.isdigit():
        return period
    return i18n.localise_date(date(int(year), int(month), 1), language, style="month")


def _share(x: Fraction | None, n: int | None) -> Decimal | None:
    if x is None or not n:
        return None
    part = x / n
    return drawing.shown(Decimal(part.numerator) / Decimal(part.denominator))


def _curve(agency: Agency) -> tuple[tuple[int, Decimal], ...]:
    waiting = agency.punctuality.waiting
    if waiting is None:
        return ()
    return tuple(
        (day, drawing.shown(Decimal(repr(share)))) for day, share in survival.curve(waiting)[1:]
    )


def _sheets(agency: Agency, edition: Edition, language: str) -> tuple[Sheet, ...]:
    facts = {of.code: of for of in edition.packs}
    return tuple(
        Sheet(
            facts[score.pack].name_vi if language == "vi" else facts[score.pack].name_en,
            facts[score.pack].act,
            score,
            tuple(_group_name(facts[score.pack], group.code, language) for group in score.groups),
        )
        for score in agency.secondary or ()
        if score.pack in facts and score.present
    )


def _group_name(sheet: PackFacts, code: str, language: str) -> str:
    """As the edition has it; of one from before it had any, as we know it, or its code."""
    told = {of.code: of.name_vi if language == "vi" else of.name_en for of in sheet.groups}
    return told.get(code) or _group_names(language).get((sheet.code, code), code)


@functools.cache
def _group_names(language: str) -> Mapping[tuple[str, str], str]:
    return {
        (pack.code, group.code): getattr(group.name, language)
        for pack in packs.bundled()
        for group in pack.groups
    }


def _pause_shares(agency: Agency) -> tuple[Decimal, Decimal, Decimal | None] | None:
    pauses, due = agency.punctuality.pauses, agency.punctuality.due.due
    if pauses is None or not due or not pauses.open_seconds:
        return None
    time = Decimal(pauses.paused_seconds) / Decimal(pauses.open_seconds)
    late = Decimal(pauses.late_begun) / Decimal(pauses.begun) if pauses.begun else None
    return pauses.paused / due, time, late
