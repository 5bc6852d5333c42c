"""An edition as files: both languages, charts, open data, the program that checks them.

Pure: the same edition gives the same bytes. How links are written, see `web.board`.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from ranking.figures import quality
from ranking.frozen.edition_body import Agency, Edition
from ranking.method.eligibility import Reason
from web.board import (
    at_once,
    charts,
    dictionary,
    feed,
    front,
    life,
    manifest,
    press,
    profile,
    social,
    tables,
    views,
    widget,
)
from web.board.charts import cliff, funnel
from web.board.front import Front
from web.drawing import assets, rendering
from web.language import i18n, period_names
from web.language.i18n import mark

DATA = (
    *("ranking.csv", "ranking.json", "inputs.csv", "strata.csv", "weeks.csv", "waiting.csv"),
    *("overdue.csv", "months.csv", "due_months.csv", "gaps.csv", "responses.csv"),
    *("packs.csv", "packs.json", "about.csv", "origins.csv", "spot_checks.csv"),
    *("config.json", "notes.json", "life.json", "datapackage.json", "press.json"),
    "manifest.json",
)

MANY = 100
"""With so many agencies further processes are worth their start."""

i18n.NAMES[Reason] = {
    Reason.TOO_FEW_ANSWERS: mark("Too few answers"),
    Reason.LOW_RESPONSE: mark("Too few of those served answered"),
    Reason.INVITATIONS_MISSING: mark("Not everybody was asked"),
    Reason.CONTACTS_REUSED: mark("Contacts used for many people"),
    Reason.CASE_MIX_NOT_COMPARABLE: mark("Services not comparable"),
    Reason.UNDER_INVESTIGATION: mark("Under review"),
    Reason.NEW_AGENCY: mark("Opened within the period"),
}

_PLAIN = re.compile(r"\w[\w .-]*")
_CARRIED = (
    "hailong.css",
    "hailong.css.LICENSE.txt",
    "press.css",
    "widget.css",
    "board.js",
    "icon.svg",
)


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


File = tuple[str, bytes]
Keep = Callable[[Iterable[File]], dict[str, Any]]
"""Takes files, path and content, as they are drawn; what is to be known of each afterwards."""


def files(edition: Edition, *, demo: bool = False, base_url: str | None = None) -> dict[str, bytes]:
    """Every file of the edition, path -> content, its manifest among them.

    `demo` puts a banner on every page; with a base URL pages lead to the service as well.
    """
    made: dict[str, bytes] = draw(edition, dict, demo=demo, base_url=base_url)
    made[manifest.NAME] = manifest.manifest(made, tables.facts(edition))
    return dict(sorted(made.items()))


def draw(edition: Edition, keep: Keep, *, demo: bool, base_url: str | None) -> dict[str, Any]:
    """Draw every file but the manifest; all that `keep` made of them.

    It is called for each language and for what both share, with much to draw in processes of their
    own at the same time.
    """

    def drawn(language: str) -> dict[str, Any]:
        shown = _pages(edition, language, demo=demo, base_url=base_url)
        return keep((f"{language}/{name}", content) for name, content in shown)

    def shared() -> dict[str, Any]:
        return keep(_shared(edition, demo=demo, base_url=base_url))

    tasks: list[at_once.Task] = [*(partial(drawn, language) for language in i18n.LANGUAGES), shared]
    many = len(edition.agencies) >= MANY
    made: dict[str, Any] = {}
    for found in at_once.done(tasks) if many else [task() for task in tasks]:
        made |= found
    return made


def _shared(edition: Edition, *, demo: bool, base_url: str | None) -> Iterator[File]:
    """What is of no language, and the pages that are about the open data."""
    titles = {of: title(edition, of) for of in i18n.LANGUAGES}
    data = tables.files(edition)
    yield from data.items()
    yield from life.files(edition).items()
    yield dictionary.NAME, dictionary.package(edition, data, titles)
    yield press.NAME, press.written(edition, data, titles, base_url)
    yield "feed.atom", feed.feed(edition, titles, base_url)
    yield "index.html", _rendered("door", i18n.LANGUAGES[0], edition, demo=demo)
    for name, content in _assets().items():
        yield f"assets/{name}", content
    for language in i18n.LANGUAGES:
        for name, content in _of_data(edition, language, data, demo=demo, base_url=base_url):
            yield f"{language}/{name}", content


def title(edition: Edition, language: str) -> str:
    """What the edition is called: its period, and whether it corrects another."""
    words = i18n.translator(language)
    period = period_names.in_words(edition.period.name, language)
    if edition.supersedes is None:
        return words.gettext("Results for %(period)s") % {"period": period}
    return words.gettext("Results for %(period)s, corrected") % {"period": period}


def folder_of(code: str) -> str:
    """The folder of an agency: its code, where that can be the name of one."""
    if _PLAIN.fullmatch(code) and len(code) <= 80:
        return code
    return "x" + hashlib.sha256(code.encode()).hexdigest()[:16]


def _assets() -> dict[str, bytes]:
    """What pages of an edition need to look like ours, by digested name."""
    names = {assets.address(name).removeprefix(assets.PREFIX) for name in _CARRIED}
    return {
        name: content
        for name, content in assets.published().items()
        if name in names or name.startswith("fonts/")
    }


def _pager(
    edition: Edition, language: str, shown: Front, *, demo: bool, base_url: str | None
) -> Callable[..., File]:
    """What draws a page of a template at a path with further values; `shown` is the front page."""
    alt = f"{title(edition, language)}: {shown.headline}"
    said = {"pictured": {"file": social.NAME, "alt": alt}, "demo": demo, "base_url": base_url}

    def page(template: str, path: str, **values: Any) -> File:
        """`path`: "", a folder with its slash, or a file beside the front page."""
        name = path if path.endswith(".html") else f"{path}index.html"
        place = Place(edition.name, language, path)
        return name, _rendered(template, language, edition, place=place, **{**said, **values})

    return page


def _pages(edition: Edition, language: str, *, demo: bool, base_url: str | None) -> Iterator[File]:
    """Those of one language, but for `_of_data`."""
    shown = front.front(edition, language)
    page = _pager(edition, language, shown, demo=demo, base_url=base_url)
    about_all = title(edition, language)
    painter = social.painter(edition, language, about_all, demo=demo)
    lines = _lines(shown, edition, language)
    about = {"front": shown, "lines": lines, "views": views.VIEWS, "only": views.ONLY}
    yield page("index", "", **about, DATA=DATA)
    yield social.NAME, painter.front(shown)
    for view in views.all_views(shown):
        yield page(view.template, view.path, **about, view=view, letters=front.by_letter)
    found = quality.quality(edition)
    drawn = cliff.histogram(found.cliff, language)
    yield page("method", "method/", quality=found, histogram=drawn)
    if edition.supersedes is not None:
        yield page("changes", "changes/", moved=life.moved(edition, language))
    funnels = _funnels(edition, language)
    for agency in edition.agencies:
        path = f"agencies/{folder_of(agency.code)}/"
        about_it = profile.profile(agency, edition, language, funnels.get(_part_of(agency)))
        has_own = _has_share(agency)
        own = {"file": f"{path}{social.NAME}", "alt": social.alt(agency, about_all, language)}
        pictured = {"pictured": own} if has_own else {}
        yield page("agency", path, agency=agency, profile=about_it, folder_of=folder_of, **pictured)
        if has_own:
            yield f"{path}{social.NAME}", painter.agency(agency)
        small = f"{widget.FOLDER}/{folder_of(agency.code)}/"
        yield page("widget", small, agency=agency, band=front.band_of(agency))
        period = period_names.in_words(edition.period.name, language)
        yield f"{small}badge.svg", widget.badge(agency, period, language, demo=demo)
    yield page("embed", "embed/", folder=widget.FOLDER, folder_of=folder_of)


def _of_data(
    edition: Edition,
    language: str,
    data: Mapping[str, bytes],
    *,
    demo: bool,
    base_url: str | None,
) -> Iterator[File]:
    """The pages of one language that tell what stands in the open data."""
    shown = front.front(edition, language)
    page = _pager(edition, language, shown, demo=demo, base_url=base_url)
    yield page("data", "data/", dictionary=dictionary, described=dictionary.tables(data))
    yield page(
        "press",
        "press/",
        front=shown,
        sheet=press.sheet(edition),
        at_most=press.AT_MOST,
        do_not_write=press.DO_NOT_WRITE,
        citation=press.citation(
            edition, language, {language: title(edition, language)}, data, base_url
        ),
    )


def _lines(shown: front.Front, edition: Edition, language: str) -> dict[str, Markup]:
    """Each agency's line of the big table, written once however many pages show it."""
    template = rendering.environment(language, edition.period.timezone).get_template(
        "board/line.html"
    )
    lines = {}
    for group in shown.groups:
        start = min(
            (float(of.satisfaction.score.low or 1) for of in group.members if _has_share(of)),
            default=0.0,
        )
        for agency in group.members:
            text = template.render(
                agency=agency,
                config=edition.config,
                address=_address,
                shown=charts.shown,
                band=front.band_of(agency),
                start=min(0.5, int(start * 10) / 10),
            )
            lines[agency.code] = Markup(text)  # noqa: S704 -- escaped as it was rendered
    return lines


def _has_share(agency: Agency) -> bool:
    return agency.satisfaction.score.share is not None


def _part_of(agency: Agency) -> tuple[str, int]:
    return agency.peer_group, agency.satisfaction.part


def _funnels(edition: Edition, language: str) -> dict[tuple[str, int], funnel.Behind]:
    """By part of a peer group, what stands behind each agency's funnel plot."""
    found = {}
    for group in edition.satisfaction.groups:
        peers = [
            agency
            for agency in edition.agencies
            if _part_of(agency) == (group.name, group.part) and agency.satisfaction.funnel
        ]
        if group.funnel and len(peers) > 1:
            found[group.name, group.part] = funnel.backdrop(peers, group.funnel, language)
    return found


def _address(agency: Agency) -> str:
    return f"agencies/{quote(folder_of(agency.code))}/"


def _rendered(template: str, language: str, edition: Edition, **values: Any) -> bytes:
    text = rendering.render(
        f"board/{template}.html",
        language,
        timezone=edition.period.timezone,
        edition=edition,
        target=edition.config.target,
        title=partial(title, edition),
        period_name=partial(period_names.in_words, language=language),
        group_title=partial(front.group_title, language=language),
        address=_address,
        shown=charts.shown,
        **values,
    )
    return text.encode()
