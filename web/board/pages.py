"""An edition as files: both languages, charts, open data, the program that checks them.

Pure: the same edition gives the same bytes. How links are written, see `web.board`.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import quote

from ranking.edition_body import Agency, Edition, Punctuality
from ranking.eligibility import Reason, Status
from web import assets, i18n, rendering
from web.board import charts, feed, manifest, tables
from web.i18n import mark

DATA = (
    *("ranking.csv", "ranking.json", "inputs.csv", "strata.csv", "weeks.csv", "waiting.csv"),
    *("months.csv", "gaps.csv", "responses.csv", "packs.csv"),
    *("config.json", "notes.json", "manifest.json"),
)

i18n.NAMES[Reason] = {
    Reason.TOO_FEW_ANSWERS: mark("Too few answers"),
    Reason.LOW_RESPONSE: mark("Too few of those served answered"),
    Reason.CASE_MIX_NOT_COMPARABLE: mark("Services not comparable"),
    Reason.UNDER_INVESTIGATION: mark("Under review"),
    Reason.NEW_AGENCY: mark("Opened within the period"),
}

_PLAIN = re.compile(r"\w[\w .-]*")
_GROUPS = {
    "city": mark("City"),
    "departments": mark("City departments"),
    "communes": mark("Communes"),
    "wards": mark("Wards"),
    "special_zone": mark("Special zone"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page lies: its path inside its language's folder, "" or ending with a slash."""

    edition: str
    language: str
    path: str

    @property
    def up(self) -> str:
        """Back to the language's folder."""
        return "../" * self.path.count("/")

    def out(self, name: str = "") -> str:
        """A file beside the languages, or with "" what lies above the edition."""
        return f"{self.up}../{name}?edition={quote(self.edition)}"

    def static(self, name: str) -> str:
        """A stylesheet or picture of the edition's own."""
        return self.out("assets/" + assets.address(name).removeprefix(assets.PREFIX))

    def other(self, language: str) -> str:
        """The same page in another language."""
        return self.out(f"{language}/{quote(self.path)}")


@dataclass(frozen=True, slots=True)
class PeerGroup:
    """One peer group as the front page shows it, the not ranked in alphabetical order."""

    name: str
    title: str
    ranked: tuple[Agency, ...]
    listed: tuple[Agency, ...]
    chart: charts.Caterpillar | None
    kept: tuple[Agency, ...]
    """Those with promises due, the best kept first, those without a share last."""
    kept_chart: charts.Caterpillar | None

    @property
    def total(self) -> int:
        return len(self.ranked) + len(self.listed)


@dataclass(frozen=True, slots=True)
class Front:
    """What the front page says besides the lines themselves."""

    ranked: int
    total: int
    due: Decimal
    met: Decimal
    has_answers: bool
    groups: tuple[PeerGroup, ...]
    without_promise: tuple[Agency, ...] = field(default=())


def files(edition: Edition, *, demo: bool = False, base_url: str | None = None) -> dict[str, bytes]:
    """Every file of the edition, path -> content, its manifest among them.

    `demo` puts a banner on every page; with a base URL pages lead to the service as well.
    """
    made = {
        **tables.files(edition),
        "feed.atom": feed.feed(
            edition, {of: title(edition, of) for of in i18n.LANGUAGES}, base_url
        ),
        "index.html": _rendered("door", i18n.LANGUAGES[0], edition, demo=demo),
    }
    made |= {f"assets/{name}": content for name, content in assets.published().items()}
    for language in i18n.LANGUAGES:
        for path, content in _pages(edition, language, demo=demo, base_url=base_url):
            made[f"{language}/{path}index.html"] = content
    made[manifest.NAME] = manifest.manifest(made, tables.facts(edition))
    return dict(sorted(made.items()))


def title(edition: Edition, language: str) -> str:
    """What the edition is called: its period, and whether it corrects another."""
    words = i18n.translator(language)
    period = period_name(edition.period.name, language)
    if edition.supersedes is None:
        return words.gettext("Results for %(period)s") % {"period": period}
    return words.gettext("Results for %(period)s, corrected") % {"period": period}


def period_name(name: str, language: str) -> str:
    """2026-Q3 as people say it; a year is a year."""
    year, _, quarter = name.partition("-Q")
    words = i18n.translator(language)
    if not quarter:
        return words.gettext("the year %(year)s") % {"year": year}
    return words.gettext("quarter %(quarter)s of %(year)s") % {"quarter": quarter, "year": year}


def group_title(name: str, language: str) -> str:
    """A peer group in words; one we do not know of is called as it is written."""
    known = _GROUPS.get(name)
    return i18n.translator(language).gettext(known) if known else name


def folder_of(code: str) -> str:
    """The folder of an agency: its code, where that can be the name of one."""
    if _PLAIN.fullmatch(code) and len(code) <= 80:
        return code
    return "x" + hashlib.sha256(code.encode()).hexdigest()[:16]


def _pages(
    edition: Edition, language: str, *, demo: bool, base_url: str | None
) -> Iterator[tuple[str, bytes]]:
    said = {"demo": demo, "base_url": base_url}

    def page(template: str, path: str, **values: Any) -> tuple[str, bytes]:
        place = Place(edition.name, language, path)
        return path, _rendered(template, language, edition, place=place, **said, **values)

    yield page("index", "", front=_front(edition, language), DATA=DATA)
    yield page("method", "method/")
    for agency in edition.agencies:
        yield page("agency", f"agencies/{folder_of(agency.code)}/", agency=agency)


def _rendered(template: str, language: str, edition: Edition, **values: Any) -> bytes:
    text = rendering.render(
        f"board/{template}.html",
        language,
        timezone=edition.period.timezone,
        edition=edition,
        target=edition.config.target,
        title=partial(title, edition),
        period_name=partial(period_name, language=language),
        group_title=partial(group_title, language=language),
        address=lambda agency: f"agencies/{quote(folder_of(agency.code))}/",
        shown=charts.shown,
        **values,
    )
    return text.encode()


def _front(edition: Edition, language: str) -> Front:
    made = (_group(edition, name, language) for name in edition.peer_groups)
    # Where most can be compared comes first; a group of one has nothing to say at the top.
    groups = tuple(sorted(made, key=lambda group: (-len(group.ranked), -group.total, group.title)))
    dues = [agency.punctuality.due for agency in edition.agencies]
    return Front(
        ranked=sum(len(group.ranked) for group in groups),
        total=len(edition.agencies),
        due=sum((due.due for due in dues), Decimal()),
        met=sum((due.met for due in dues), Decimal()),
        has_answers=any(
            a.satisfaction.score.status is not Status.NO_ANSWERS for a in edition.agencies
        ),
        groups=groups,
        without_promise=tuple(
            agency for agency in edition.agencies if agency.punctuality.received.without_promise
        ),
    )


def _group(edition: Edition, name: str, language: str) -> PeerGroup:
    members = [agency for agency in edition.agencies if agency.peer_group == name]
    ranked = [a for a in members if a.satisfaction.score.status is Status.RANKED]
    ranked.sort(key=lambda agency: agency.satisfaction.score.rank or 0)
    said = [(agency.name(language), agency.satisfaction.score) for agency in members]
    kept_lines = [(agency.name(language), agency.punctuality.score) for agency in members]
    kept = sorted(
        (agency for agency in members if agency.punctuality.due.due),
        key=lambda agency: _unkept(agency.punctuality),
    )
    return PeerGroup(
        name=name,
        title=group_title(name, language),
        ranked=tuple(ranked),
        listed=tuple(a for a in members if a.satisfaction.score.status is not Status.RANKED),
        chart=charts.caterpillar(said, edition.config.target),
        kept=tuple(kept),
        kept_chart=charts.caterpillar(kept_lines, edition.config.target),
    )


def _unkept(punctuality: Punctuality) -> tuple[bool, float]:
    share = punctuality.score.share
    return share is None, -float(share or 0)
