"""How a promised date came about, in the words of both languages, for pages and API alike."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sla.standing import Standing, State
from sla.steps import Step
from web.language import i18n
from web.language.i18n import mark

WORDS = {
    "opened": mark("office hours: counted"),
    "swap_day": mark("a day worked in exchange for another: counted"),
    "before_opening": mark("before opening time: not counted"),
    "lunch": mark("lunch break: not counted"),
    "night": mark("after closing time: not counted"),
    "swapped_working": mark("a day worked in exchange for another: counted"),
    "weekend": mark("weekend: not counted"),
    "closed_day": mark("the office is closed: not counted"),
    "holiday": mark("public holiday: not counted"),
    "compensatory_off": mark("day off in lieu: not counted"),
    "swapped_off": mark("day off in exchange for another: not counted"),
    "local_closure": mark("the office is closed: not counted"),
    "half_day": mark("the office is open for half the day"),
    "cut_off": mark("received too late in the day: counted from the next working day"),
    "pause": mark("the clock stood still"),
    "receipt_day": mark("day of receipt: not counted"),
    "counted_day": mark("counted"),
    "last_day": mark("moved to the next day the office is open"),
    "due": mark("the answer is due"),
}
# A day of which something is proposed and not decided: as its weekday is, until it is decided.
UNCONFIRMED = "unconfirmed"
PROPOSED = {
    True: mark("counted; a change is proposed for this day and not decided yet"),
    False: mark("not counted; a change is proposed for this day and not decided yet"),
}
WORDS[UNCONFIRMED] = PROPOSED[False]
# Why a clock stood; a reason that an agency wrote itself is shown as it wrote it.
REASONS = {"asked_resident": mark("more information was asked for")}
REOPENED = mark("closed until it was taken up again")
STANDS = mark("the clock stands still")


def words_of(step: Step, language: str, standing: Standing | None = None) -> str:
    """What a piece of time meant: what was counted, the name of the holiday, why the clock stood.

    Reasons are known with the `standing` the steps belong to.
    """
    words = i18n.translator(language)
    if step.counted_days and step.kind != UNCONFIRMED:
        text = words.ngettext("%(num)s day counted", "%(num)s days counted", step.counted_days)
        return text % {"num": step.counted_days}
    text = words.gettext(WORDS[step.kind])
    if step.kind == UNCONFIRMED:
        text = words.gettext(PROPOSED[bool(step.counted_seconds or step.counted_days)])
    if step.kind == "pause":
        return _because(text, _reasons(step, standing) if standing else [], language)
    if step.counted_seconds:
        text += f" ({i18n.duration(timedelta(seconds=step.counted_seconds), language)})"
    name = step.name_vi if language == "vi" else step.name_en or step.name_vi
    return f"{name}: {text}" if name else text


def _because(text: str, reasons: Iterable[str], language: str) -> str:
    words = i18n.translator(language)
    known = dict.fromkeys(
        words.gettext(REASONS.get(reason, reason)) for reason in reasons if reason
    )
    return f"{text}: {'; '.join(known)}" if known else text


def _reasons(step: Step, standing: Standing) -> list[str]:
    """A civil deadline is moved by whole days, behind its last one: those have all the reasons."""
    stood = [(pause.start, pause.end, pause.reason) for pause in standing.pauses]
    stood += [(e.at, e.reopened_at, REOPENED) for e in standing.endings if e.reopened_at]
    within = [
        reason
        for start, end, reason in stood
        if start < step.end and (end is None or step.start < end)
    ]
    return within or [reason for _, end, reason in stood if end]


def told(
    steps: Iterable[Step], zone: ZoneInfo, standing: Standing | None = None
) -> list[dict[str, Any]]:
    """The steps as the API tells them, in order.

    While the clock stands, a last item says since when and why; `to` is when it runs on by itself,
    or null. The due time before it is then the latest known, which a later reply may move.
    """
    items = [_item(step, zone, standing) for step in steps]
    if standing is not None and standing.state is State.PAUSED:
        last = standing.pauses[-1]
        until = standing.lapses_at
        words = {
            f"words_{lang}": _because(i18n.translator(lang).gettext(STANDS), [last.reason], lang)
            for lang in i18n.LANGUAGES
        }
        to = until.astimezone(zone).isoformat() if until else None
        items.append({**_empty("pause", last.start, zone), "to": to, **words})
    return items


def _item(step: Step, zone: ZoneInfo, standing: Standing | None) -> dict[str, Any]:
    return {
        **_empty(step.kind, step.start, zone),
        "to": step.end.astimezone(zone).isoformat(),
        "counted_seconds": step.counted_seconds,
        "counted_days": step.counted_days,
        "name_vi": step.name_vi,
        "name_en": step.name_en,
        **{f"words_{lang}": words_of(step, lang, standing) for lang in i18n.LANGUAGES},
    }


def _empty(kind: str, start: datetime, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "from": start.astimezone(zone).isoformat(),
        "to": None,
        "kind": kind,
        "counted_seconds": 0,
        "counted_days": 0,
        "name_vi": "",
        "name_en": "",
    }
