"""Templates to text: the Jinja environment, `render()` for anything, `page()` for a request.

Everything is escaped, whatever its name. A value a template names must exist; only the govuk
macros, which lean on missing values, live in a lenient environment of their own.
"""

import html
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import (
    ChainableUndefined,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
)
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from web import forms
from web.drawing import assets, compiled, folding
from web.language import i18n, period_names
from web.language import i18n_names as _names  # noqa: F401 -- templates call values by these

TEMPLATES = Path(__file__).parents[1] / "templates"
_MACROS = {
    "button": "Button",
    "character-count": "CharacterCount",
    "checkboxes": "Checkboxes",
    "error-summary": "ErrorSummary",
    "file-upload": "FileUpload",
    "input": "Input",
    "notification-banner": "NotificationBanner",
    "panel": "Panel",
    "radios": "Radios",
    "select": "Select",
    "textarea": "Textarea",
}
_WEB = re.compile(r"https?://[^/\\]", re.IGNORECASE)
_RELATIVE = re.compile(r"/(?![/\\])|[#?]|[\w.-]+(?:[/?#]|\Z)")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]")  # browsers drop these: "/\t/host" is another host


@cache
def environment(language: str, timezone: str = i18n.TIMEZONE) -> Environment:
    """The templates as seen in one language and zone: its words, filters and addresses bound."""
    makers = Path(__file__), Path(folding.__file__), *i18n.files(language)
    made = folding.FoldingEnvironment(
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        loader=FileSystemLoader(TEMPLATES),
        bytecode_cache=compiled.Compiled(language, makers),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.plain_filters = frozenset({"number", "cases", "percent", "date", "datetime"})
    words = i18n.translator(language)
    made.words = words.gettext
    made.install_gettext_callables(  # type: ignore[attr-defined]  # comes with the extension
        words.gettext, words.ngettext, newstyle=True
    )
    made.globals |= {
        "lang": language,
        "languages": i18n.LANGUAGES,
        "endonyms": i18n.ENDONYMS,
        "url": partial(url, language),
        "static": assets.address,
        "govuk": _GOVUK,
        "table_lines": table_lines,
        "summary_rows": summary_rows,
        "along": along,
        "options": options,
    }
    made.filters |= {
        "number": i18n.numbers_in(language),
        "cases": i18n.cases_in(language),
        "percent": i18n.percents_in(language),
        "date": partial(_swapped, i18n.localise_date, language),
        "datetime": partial(_swapped, i18n.localise_datetime, language, timezone=timezone),
        "day": partial(_swapped, i18n.localise_day, language, timezone=timezone),
        "last_day": partial(_swapped, i18n.localise_last_day, language, timezone=timezone),
        "period": partial(_swapped, period_names.in_words, language),
        "duration": partial(_swapped, i18n.duration, language),
        "working_time": partial(_swapped, i18n.working_time, language),
        "time_left": partial(_swapped, i18n.time_left, language),
        "name": partial(_swapped, i18n.name_of, language),
        "url_safe": url_safe,
    }
    return made


def table_lines(
    head: Sequence[str], rows: Iterable[Sequence[Any]], numeric: Collection[int]
) -> Markup:
    """The lines of `components/table.html`: titles, cells under them, figures in columns `numeric`.

    Written here, for tables have most of the words of an edition.
    """
    titles, opened = _columns(tuple(map(folding.written, head)), tuple(numeric))
    told = [titles]
    for row in rows:
        told.append('    <tr role="row">\n')
        for (start, end), cell in zip(opened, row, strict=False):
            told += (start, folding.written(cell), end)
        told.append("    </tr>\n")
    told.append("  </tbody>\n")
    return Markup("".join(told))  # noqa: S704 -- escaped cell by cell


@lru_cache(maxsize=1 << 8)
def _columns(
    titles: tuple[str, ...], numeric: tuple[int, ...]
) -> tuple[str, list[tuple[str, str]]]:
    """Of escaped titles: the head of the table, and what stands around a cell of each column."""
    shapes = [' class="hl-table__number"' if i in numeric else "" for i in range(len(titles))]
    named = "".join(
        f'      <th role="columnheader" scope="col"{shape}>{title}</th>\n'
        for title, shape in zip(titles, shapes, strict=True)
    )
    head = (
        '  <thead role="rowgroup">\n    <tr role="row">\n'
        f'{named}    </tr>\n  </thead>\n  <tbody role="rowgroup">\n'
    )
    cells = [
        (f'      <td role="cell" data-label="{title}"{shape}>', "</td>\n")
        for title, shape in zip(titles, shapes, strict=True)
    ]
    if titles:
        start = f'      <th role="rowheader" scope="row" data-label="{titles[0]}">'
        cells[0] = start, "</th>\n"
    return head, cells


def summary_rows(rows: Collection[Sequence[Any]]) -> Markup:
    """The lines of `components/summary_list.html`; of those with a link, the others keep room."""
    room = " govuk-summary-list__row--no-actions" if any(len(row) > 3 for row in rows) else ""
    told = []
    for row in rows:
        key, value, *link = map(folding.written, row)
        told.append(
            f'  <div class="govuk-summary-list__row{"" if link else room}">\n'
            f'    <dt class="govuk-summary-list__key">{key}</dt>\n'
            f'    <dd class="govuk-summary-list__value">{value}</dd>\n'
        )
        if link:
            told.append(
                '    <dd class="govuk-summary-list__actions">'
                f'<a class="govuk-link" href="{link[0]}">{link[1]}'
                f'<span class="govuk-visually-hidden"> ({key})</span></a></dd>\n'
            )
        told.append("  </div>\n")
    return Markup("".join(told))  # noqa: S704 -- escaped cell by cell


def along(share: float | Decimal, start: float) -> str:
    """Where a share stands on a bar from 4 to 196 that begins with `start`, or its nearest end."""
    return f"{4 + 192 * (min(max(float(share), start), 1) - start) / (1 - start):.0f}"


def _swapped(function: Any, language: str, value: Any, **options: Any) -> str:
    """A filter has its value first, we bind the language before it."""
    return str(function(value, language, **options))


class _Govuk:
    """The govuk macros we use, by name: `govuk.input({...})`. Each is read when first asked for."""

    def __init__(self) -> None:
        self._lenient = Environment(
            autoescape=True,
            undefined=ChainableUndefined,
            loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        )

    def __getattr__(self, name: str) -> Any:
        component = name.replace("_", "-")
        if component not in _MACROS:
            raise AttributeError(name)
        source = f"govuk_frontend_jinja/components/{component}/macro.html"
        macro = getattr(self._lenient.get_template(source).module, f"govuk{_MACROS[component]}")
        setattr(self, name, macro)
        return macro


_GOVUK = _Govuk()


def render(template: str, language: str, *, timezone: str = i18n.TIMEZONE, **values: Any) -> str:
    """The text of a template in one language; the same values give the same text."""
    return environment(language, timezone).get_template(template).render(values)


def part(template: str, name: str, language: str, *values: Any) -> str:
    """What a macro of a template makes of these values, without the blanks around it."""
    module = environment(language).get_template(template).module
    return str(getattr(module, name)(*values)).strip()


def options(offered: Iterable[tuple[str, str]], chosen: str) -> Markup:
    """The options of a select, each (value, text); the one of the value `chosen` is selected."""
    told = (
        f'<option value="{folding.written(value)}"{" selected" if value == chosen else ""}>'
        f"{folding.written(text)}</option>"
        for value, text in offered
    )
    return Markup("\n".join(told))  # noqa: S704 -- escaped piece by piece


def plain(template: str, language: str, *, timezone: str = i18n.TIMEZONE, **values: Any) -> str:
    """The same for a mail or a text message: unescaped at the end, for nothing there is HTML."""
    return html.unescape(render(template, language, timezone=timezone, **values))


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """A page in the language of the request's path, with what every page knows.

    `path` and `query` let the language switch stay where the reader is; `demo` says that the city
    is invented; `csrf_token` is the visitor's (`request.state.csrf_token`), masked anew each time.
    """
    settings = request.app.state.settings
    language = language_of(request)
    known = {
        "path": quote(request.url.path),
        "query": request.url.query if request.method == "GET" else "",
        "demo": settings.demo,
        "base_url": settings.base_url or "",
        "csrf_token": forms.masked(getattr(request.state, "csrf_token", "")),
    }
    text = render(template, language, timezone=settings.timezone, **{**known, **values})
    return HTMLResponse(text, status, {"Content-Language": language, **(headers or {})})


def language_of(request: Request) -> str:
    """The language in the path (`/vi/...`), or the one the browser asks for."""
    first = request.url.path.lstrip("/").partition("/")[0]
    if first in i18n.LANGUAGES:
        return first
    return i18n.negotiate(request.headers.get("accept-language"))


def url(language: str, path: str = "", *segments: object, **query: object) -> str:
    """`/{language}/path/segments?query`: segments are values and quoted whole, None is left out."""
    told = _start(language, path)
    for part in filter(None, (quote(str(segment), safe="") for segment in segments)):
        told += part if told.endswith("/") else f"/{part}"
    asked = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{told}?{urlencode(asked)}" if asked else told


# Pages lead to the same few dozen places, a list with every line.
@lru_cache(maxsize=1 << 10)
def _start(language: str, path: str) -> str:
    return f"/{language}/{quote(path.strip('/'), safe='/')}"


def url_safe(link: str) -> str:
    """A link somebody wrote, if a browser will only ever follow it: http(s) or relative; else `#`.

    Escaping does not tame `href="javascript:..."`.
    """
    safe = not _BLANK.search(link) and (_WEB.match(link) or _RELATIVE.match(link))
    return link if safe else "#"
