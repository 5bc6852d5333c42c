"""What the address of a list asks for: known names and known values alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from feedback.actors import Staff
from feedback.errors import NotAFact
from feedback.lifecycle import CaseStatus
from feedback.office import case_search
from feedback.office.inbox_views import DUE, NOBODY, Filter, Place, Sort, View
from feedback.permissions import SEE_ALL
from sla.acts import Actor
from sla.charter import Charter
from sla.errors import NotText
from web.language import i18n
from web.language.i18n import mark

CHANNELS = {
    "web": mark("on this page"),
    "api": mark("through another system"),
    "import": mark("from an earlier system"),
    "phone": mark("by telephone"),
    "counter": mark("at the counter"),
    "appeal": mark("as an appeal"),
}
LANGUAGES = {"vi": mark("in Vietnamese"), "en": mark("in English")}
# A guess of the machine, to choose what to read first; each says so.
TONES = {
    "negative": mark("Sounds dissatisfied (machine’s guess)"),
    "neutral": mark("Sounds matter-of-fact (machine’s guess)"),
    "positive": mark("Sounds content (machine’s guess)"),
}
DUE_WORDS = {"overdue": mark("Overdue"), "soon": mark("Due soon")}

Offered = Mapping[str, Sequence[tuple[str, str]]]


@cache
def offered(language: str) -> Offered:
    """What can be asked for everywhere, by its name in the address: (value, text)."""
    say = i18n.translator(language).gettext
    named = {"status": CaseStatus, "sort": Sort}
    told = {"due": DUE_WORDS, "language": LANGUAGES, "channel": CHANNELS, "tone": TONES}
    return {
        name: [(one.value, i18n.name_of(one, language)) for one in kind]
        for name, kind in named.items()
    } | {
        name: [(value, say(text)) for value, text in words.items()] for name, words in told.items()
    }


NEWEST_FIRST = frozenset({View.ANSWERED, View.CLOSED, View.ALL})

# In the order of the form, and of the chips above a list.
NARROWING = (
    "q", "status", "due", "agency", "service", "officer", "language", "channel", "tone",
    "replied", "due_from", "due_to", "filed_from", "filed_to",
)  # fmt: skip
_DAYS = ("due_from", "due_to", "filed_from", "filed_to")
# Other than the words, whatever narrows a list: few or many may be left.
BOUNDS = frozenset(NARROWING) - {"q"}
_STATUSES = frozenset(status.value for status in CaseStatus)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: as the domain takes it, and as it was typed.

    `wrong` are days that are none: they narrow nothing.
    """

    wanted: Filter
    values: dict[str, str]
    wrong: tuple[NotAFact, ...]

    def without(self, *names: str, **other: str) -> str:
        """The query of the same list without some of what narrows it, from its beginning."""
        left = {k: v for k, v in self.values.items() if k not in {*names, "page"}}
        return urlencode(left | other)

    @property
    def is_narrowed(self) -> bool:
        return any(name in self.values for name in NARROWING)


def read(
    query: Mapping[str, str],
    known: Charter,
    by: Actor,
    *,
    zone: ZoneInfo,
    officers: Callable[[str], bool] = bool,
) -> Asked:
    """What a query asks for. Names nobody knows are passed over, a value nobody knows is not.

    Raises `NotAFact` for such a value: of a view, a status, an agency, a service, an officer, a
    place in the list. Words no database stores are as good as none.
    """
    names = ("view", "sort", "page", *NARROWING)
    values = {name: query[name].strip() for name in names if query.get(name, "").strip()}
    status = values.get("status", "")
    if status in {"open", "all"}:  # as they were called before there were views
        values.setdefault("view", values.pop("status"))
        status = ""
    values["q"] = _words(values.get("q", ""))
    values = {name: value for name, value in values.items() if value}
    view = View(_one_of("view", values.get("view") or ("all" if status else "open"), View))
    first = Sort.NEWEST if view in NEWEST_FIRST else Sort.DUE
    days, wrong = _days(values, zone)
    officer = values.get("officer", "")
    if officer and officer != NOBODY and not officers(officer):
        raise NotAFact("officer", "not_a_choice")
    wanted = Filter(
        view=view,
        status=_one_of("status", status, _STATUSES),
        due=_one_of("due", values.get("due", ""), DUE),
        agency_id=_id_of("agency", values, known.agencies, hidden=not _sees_all(by)),
        service_id=_id_of("service", values, known.services),
        officer=officer,
        language=_one_of("language", values.get("language", ""), LANGUAGES),
        channel=_one_of("channel", values.get("channel", ""), CHANNELS),
        tone=_one_of("tone", values.get("tone", ""), TONES),
        is_replied=_one_of("replied", values.get("replied", ""), ("yes",)) == "yes",
        words=values.get("q", ""),
        sort=Sort(_one_of("sort", values.get("sort") or first, Sort)),
        start=Place.from_text(values["page"]) if "page" in values else None,
        due_from=days.get("due_from"),
        due_before=days.get("due_before"),
        filed_from=days.get("filed_from"),
        filed_before=days.get("filed_before"),
    )
    return Asked(wanted, values, wrong)


def _sees_all(by: Actor) -> bool:
    return isinstance(by, Staff) and by.role in SEE_ALL


def _one_of(name: str, value: str, known: Any) -> str:
    if value and value not in list(known):
        raise NotAFact(name, "not_a_choice")
    return value


def _id_of(
    name: str, values: Mapping[str, str], known: Mapping[str, Any], *, hidden: bool = False
) -> int | None:
    code = values.get(name)
    if code is None:
        return None
    if hidden or code not in known:
        raise NotAFact(name, "not_a_choice")
    found: int = known[code].id
    return found


def typed(query: Mapping[str, str]) -> str:
    """The words of a query that asks for the beginning of a list; else nothing."""
    return "" if query.get("page", "").strip() else _words(query.get("q", "").strip())


def _words(typed: str) -> str:
    try:
        return typed[: case_search.LONGEST] if case_search.sought(typed) else ""
    except NotText:
        return ""


def _days(
    values: dict[str, str], zone: ZoneInfo
) -> tuple[dict[str, datetime], tuple[NotAFact, ...]]:
    """Days of the local calendar as half-open times; the last day is still within."""
    found: dict[str, datetime] = {}
    wrong: list[NotAFact] = []
    for name in _DAYS:
        if name not in values:
            continue
        try:
            day = date.fromisoformat(values[name])
            after = day + timedelta(days=name.endswith("_to"))
            moment = datetime.combine(after, time(), zone)
            moment.timestamp()
        except (ValueError, OverflowError):
            wrong.append(NotAFact(name, "not_a_day"))
            continue
        found[name.replace("_to", "_before")] = moment
    return found, tuple(wrong)


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that narrows a list, in words; `query` is the list without it."""

    text: str
    query: str


def chips(
    asked: Asked, known: Charter, officers: Mapping[str, str], language: str
) -> tuple[Chip, ...]:
    """Each thing that narrows the list, to be taken away by itself."""
    wrong = {fault.field for fault in asked.wrong}
    return tuple(
        Chip(_told(name, asked.values[name], known, officers, language), asked.without(name))
        for name in NARROWING
        if name in asked.values and name not in wrong
    )


_WORDS = {
    "due": DUE_WORDS,
    "language": LANGUAGES,
    "channel": CHANNELS,
    "tone": TONES,
    "replied": {"yes": mark("The resident wrote last")},
}
_TITLES = {
    "q": mark("“%(what)s”"),
    "officer": mark("In charge: %(what)s"),
    "due_from": mark("due from %(what)s"),
    "due_to": mark("due until %(what)s"),
    "filed_from": mark("received from %(what)s"),
    "filed_to": mark("received until %(what)s"),
}


def _told(name: str, value: str, known: Charter, officers: Mapping[str, str], language: str) -> str:
    say = i18n.translator(language).gettext
    if name == "officer":
        value = say(mark("nobody yet")) if value == NOBODY else officers.get(value, value)
    elif name in _DAYS:
        value = i18n.localise_date(date.fromisoformat(value), language)
    elif name in {"agency", "service"}:
        holders: Mapping[str, Any] = known.agencies if name == "agency" else known.services
        value = holders[value].name(language)
    elif name == "status":
        value = i18n.name_of(CaseStatus(value), language)
    elif name in _WORDS:
        value = say(_WORDS[name][value])
    return say(_TITLES.get(name, "%(what)s")) % {"what": value}
