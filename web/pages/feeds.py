"""Feeds that go on: every edition, of all agencies or of one, and in public what is late."""

from datetime import datetime, time, timedelta
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from ranking.life import schedule_watch
from ranking.life.schedule_watch import Announced
from sla import charter
from web.board import feed, pages, widget
from web.board.feed import Entry, Feed
from web.drawing import tagged
from web.drawing.rendering import language_of
from web.errors import NoSuchPage
from web.language import i18n, period_names
from web.pages import latest
from web.pages.latest import Headline

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

A_WHILE = {"cache_control": "public, max-age=300", "access_control_allow_origin": "*"}
AT_MOST = 40
"""Entries of a feed; older editions stay on their list."""


@router.get("/feed.atom")
async def everything(request: Request) -> Response:
    """Every edition and correction, and the editions whose promised day has passed."""
    state, language = request.app.state, language_of(request)
    late = await schedule_watch.late(state.clock(), state.settings.zone)
    found = [_edition(request, one) for one in await latest.headlines(request.app)]
    entries = [_late(request, one) for one in late] + found
    title = i18n.translator(language).gettext("Published editions")
    return _reply(request, f"Hài lòng: {title}", entries)


@router.get("/agencies/{agency}/feed.atom")
async def of_agency(agency: str, request: Request) -> Response:
    """One agency in every edition it stands in. Raises `NoSuchPage` where it stands in none."""
    found = [one for one in await latest.headlines(request.app) if agency in one.agencies]
    if not found:
        raise NoSuchPage
    language = language_of(request)
    known = (await charter.current()).agencies.get(agency)
    name = known.name(language) if known else agency
    return _reply(request, f"Hài lòng: {name}", [_of(request, one, agency, name) for one in found])


def _reply(request: Request, title: str, entries: list[Entry]) -> Response:
    """The latest first; without any the feed is of this moment."""
    base, language = _base(request), language_of(request)
    entries = sorted(entries, key=lambda of: of.updated, reverse=True)[:AT_MOST]
    updated = entries[0].updated if entries else request.app.state.clock()
    address = f"{base}{quote(request.url.path)}"
    name = feed.urn("feed", base, request.url.path)
    made = Feed(name, title, updated, language, entries, address)
    return tagged.file(request, feed.written(made), feed.TYPE, **A_WHILE)


def _base(request: Request) -> str:
    return str(request.app.state.settings.base_url or "").rstrip("/")


def _edition(request: Request, of: Headline) -> Entry:
    language = language_of(request)
    words = i18n.translator(language)
    figures = {
        name: i18n.localise_number(getattr(of, name), language)
        for name in ("total", "ranked", "above", "below", "undetermined")
    }
    told = words.gettext(
        "Ranked %(ranked)s of %(total)s offices: %(above)s clearly above the target, "
        "%(below)s clearly below, %(undetermined)s where the answers do not settle it."
    )
    reason = of.reason and f"{of.reason.rstrip('.')}."
    said = [reason, told % figures, _delay(of, request)]
    moment = _moment(of)
    return Entry(
        feed.of_edition(of.name, language, moment),
        _title(of, language),
        moment,
        f"{_base(request)}/{language}/editions/{quote(of.name)}/",
        language,
        " ".join(filter(None, said)),
    )


def _of(request: Request, of: Headline, agency: str, name: str) -> Entry:
    language = language_of(request)
    band = i18n.translator(language).gettext(widget.word(of.agencies[agency]))
    moment = _moment(of)
    folder = quote(pages.folder_of(agency))
    return Entry(
        feed.urn("agency", agency, of.name, language, moment.isoformat()),
        f"{name}: {band}",
        moment,
        f"{_base(request)}/{language}/editions/{quote(of.name)}/agencies/{folder}/",
        language,
        _title(of, language),
    )


def _late(request: Request, of: Announced) -> Entry:
    """Of the midnight after the promised day; once the edition is there, that says how late."""
    language, zone = language_of(request), request.app.state.settings.zone
    words = i18n.translator(language)
    period = period_names.in_words(of.period, language)
    day = i18n.localise_date(of.publish_on, language, style="long")
    return Entry(
        feed.urn("late", of.period, language),
        words.gettext("The edition of %(period)s is late") % {"period": period},
        datetime.combine(of.publish_on + timedelta(days=1), time(), zone),
        f"{_base(request)}/{language}/editions",
        language,
        words.gettext("It was promised for %(day)s.") % {"day": day},
    )


def _delay(of: Headline, request: Request) -> str:
    """How long after the promised day it came; nothing for one in time, or a correction."""
    if of.promised_on is None or of.supersedes:
        return ""
    day = _moment(of).astimezone(request.app.state.settings.zone).date()
    late = (day - of.promised_on).days
    if late <= 0:
        return ""
    language = language_of(request)
    words = i18n.translator(language)
    text = words.ngettext(
        "Published %(days)s day after the promised day.",
        "Published %(days)s days after the promised day.",
        late,
    )
    return text % {"days": i18n.localise_number(late, language)}


def _title(of: Headline, language: str) -> str:
    words = i18n.translator(language)
    text = "Results for %(period)s, corrected" if of.supersedes else "Results for %(period)s"
    return words.gettext(text) % {"period": period_names.in_words(of.period, language)}


def _moment(of: Headline) -> datetime:
    assert of.published_at is not None  # noqa: S101 -- headlines are of published editions
    return of.published_at
