"""The form that narrows a list. Most lists are asked for with the same: each is drawn once."""

from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from feedback.office.saved_lists import SavedList
from web.drawing import rendering
from web.forms import Form
from web.language import i18n
from web.language.i18n import mark
from web.pages import inbox_filters

Choices = tuple[tuple[str, str], ...]
"""What is offered, each (value, text)."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What somebody can narrow by beside what everybody can; what is empty is not asked."""

    agencies: Choices
    services: Choices
    officers: Choices


# A screenful of lists of every agency of a large city.
_KEPT_AT_MOST = 512
# These stand in the form by themselves: words are hardly ever the same twice.
_APART = {"q", "page", "view"}


def fields(form: Form, offered: Offered, language: str) -> Markup:
    """What narrows and sorts a list, as it was chosen; with the faults of days that are none."""
    values = ((name, value) for name, value in form.values.items() if name not in _APART)
    return _fields(tuple(values), tuple(form.faults.items()), offered, language)


@lru_cache(maxsize=_KEPT_AT_MOST)
def _fields(values: Choices, faults: Choices, offered: Offered, language: str) -> Markup:
    form = Form(dict(values), dict(faults))
    everywhere = inbox_filters.offered(language)
    return _part("inbox/parts.html", "fields", language, form, everywhere, offered)


def name(keeping: Form, kept: SavedList | None, language: str) -> Markup:
    """The field for the name of a list, kept already or not yet."""
    called = kept.name if kept else ""
    if keeping.values or keeping.faults:
        return _name(keeping, called, language)
    return _blank_name(called, language)


@lru_cache(maxsize=_KEPT_AT_MOST)
def _blank_name(called: str, language: str) -> Markup:
    return _name(Form(), called, language)


def _name(keeping: Form, called: str, language: str) -> Markup:
    say = i18n.translator(language).gettext
    label = (
        say(mark("Another name for “%(name)s”")) % {"name": called}
        if called
        else say(mark("Keep this list under the name"))
    )
    return _part("components/text_input.html", "text_input", language, keeping, "name", label)


def _part(template: str, macro: str, language: str, *values: object) -> Markup:
    return Markup(rendering.part(template, macro, language, *values))  # noqa: S704 -- escaped by its template
