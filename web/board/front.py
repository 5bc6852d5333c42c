"""What the front page and its sisters show: groups, orders, bands, and the sentence on top."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ranking.frozen.edition_body import Agency, Edition
from ranking.method.eligibility import Reason, Status
from sla import spelling
from web.board.charts.caterpillar import Caterpillar, caterpillar
from web.language import i18n
from web.language.i18n import mark

BANDS = ("above", "undetermined", "below", "none")
NAMED_AT_MOST = 5
"""Agencies of a band that are named at the top, in alphabetical order: they stand in no other."""

_GROUPS = {
    "city": mark("City"),
    "departments": mark("City departments"),
    "communes": mark("Communes"),
    "wards": mark("Wards"),
    "special_zone": mark("Special zone"),
    "coordination": mark("Receiving and passing on"),
}


@dataclass(frozen=True, slots=True)
class PeerGroup:
    """One peer group as the front page shows it, the not ranked in alphabetical order."""

    name: str
    title: str
    ranked: tuple[Agency, ...]
    listed: tuple[Agency, ...]
    chart: Caterpillar | None
    kept: tuple[Agency, ...]
    """Those with promises due: the ranked, the best kept first, then all others by name."""
    kept_chart: Caterpillar | None

    @property
    def total(self) -> int:
        return len(self.ranked) + len(self.listed)

    @property
    def members(self) -> tuple[Agency, ...]:
        return (*self.ranked, *self.listed)

    @property
    def scale_start(self) -> float:
        """The share at which the lines of all its intervals begin: a tenth, at most a half."""
        lows = [of.satisfaction.score.low for of in self.members]
        lowest = min((float(low) for low in lows if low is not None), default=1.0)
        return min(0.5, int(lowest * 10) / 10)

    @property
    def has_places(self) -> bool:
        """Whether any of its agencies can be given a place."""
        return any(of.satisfaction.score.place_printed for of in self.ranked)


@dataclass(frozen=True, slots=True)
class Front:
    """What the front page says besides the lines themselves."""

    headline: str
    ranked: int
    total: int
    due: Decimal
    met: Decimal
    has_answers: bool
    bands: dict[str, int]
    """How many agencies by band, `none` without one."""
    rolling: int
    """Of how many agencies the answers of several quarters are taken together."""
    few: int
    """How many are not ranked for want of answers alone."""
    named: dict[str, tuple[str, ...]]
    """Who is above and who is below: the first few in alphabetical order."""
    groups: tuple[PeerGroup, ...]
    without_promise: tuple[Agency, ...] = ()

    @property
    def is_mostly_few(self) -> bool:
        """Whether most of those not ranked have too few answers."""
        return 2 * self.few > self.bands["none"]


def front(edition: Edition, language: str) -> Front:
    """Where most can be compared comes first; a group of one has nothing to say at the top."""
    made = (_group(edition, name, language) for name in edition.peer_groups)
    groups = tuple(sorted(made, key=lambda group: (-len(group.ranked), -group.total, group.title)))
    dues = [agency.punctuality.due for agency in edition.agencies]
    by_band: dict[str, list[Agency]] = {band: [] for band in BANDS}
    for agency in edition.agencies:
        by_band[band_of(agency)].append(agency)
    bands = {band: len(found) for band, found in by_band.items()}
    due, met = sum((of.due for of in dues), Decimal()), sum((of.met for of in dues), Decimal())
    return Front(
        headline=_headline(bands, due, met, edition.config.target, language),
        ranked=sum(len(group.ranked) for group in groups),
        total=len(edition.agencies),
        due=due,
        met=met,
        has_answers=any(
            a.satisfaction.score.status is not Status.NO_ANSWERS for a in edition.agencies
        ),
        bands=bands,
        rolling=sum(bool(a.satisfaction.is_rolling and a.satisfaction.n) for a in edition.agencies),
        few=sum(_has_few(agency) for agency in by_band["none"]),
        named={band: _first_names(by_band[band], language) for band in ("above", "below")},
        groups=groups,
        without_promise=tuple(
            agency for agency in edition.agencies if agency.punctuality.received.without_promise
        ),
    )


def group_title(name: str, language: str) -> str:
    """A peer group in words; one we do not know of is called as it is written."""
    known = _GROUPS.get(name)
    return i18n.translator(language).gettext(known) if known else name


def band_of(agency: Agency) -> str:
    """The name of its band, `none` where it is not ranked."""
    band = agency.satisfaction.score.band
    return band.value if band else "none"


def _has_few(agency: Agency) -> bool:
    """Whether nothing but too few answers keeps it from a place."""
    score = agency.satisfaction.score
    return score.status is Status.NO_ANSWERS or score.reason is Reason.TOO_FEW_ANSWERS


def _first_names(agencies: Sequence[Agency], language: str) -> tuple[str, ...]:
    names = sorted((of.name(language) for of in agencies), key=spelling.sort_key)
    return tuple(names[:NAMED_AT_MOST])


def _headline(
    bands: dict[str, int], due: Decimal, met: Decimal, target: float, language: str
) -> str:
    """One true sentence: how many are above and below of those that can be compared at all; where
    nobody is above, that; without answers, promises.
    """
    words = i18n.translator(language)
    above, below, ranked = bands["above"], bands["below"], sum(bands.values()) - bands["none"]
    said = {
        "above": i18n.localise_number(above, language),
        "below": i18n.localise_number(below, language),
        "ranked": i18n.localise_number(ranked, language),
        "target": i18n.localise_percent(target, language, digits=0),
    }
    if above:
        text = words.ngettext(
            "%(above)s of %(ranked)s ranked agencies is clearly above %(target)s satisfied",
            "%(above)s of %(ranked)s ranked agencies are clearly above %(target)s satisfied",
            above,
        )
        more = words.gettext(", %(below)s clearly below") if below else ""
        return (text + more) % said
    if ranked:
        return words.gettext("No agency is clearly above %(target)s satisfied") % said
    if due:
        kept = i18n.localise_percent(met / due, language)
        return words.gettext("%(kept)s of the promises that fell due were kept") % {"kept": kept}
    return words.gettext("Too few answers to compare anybody")


# -- orders --------------------------------------------------------------------------------------


def by_place(group: PeerGroup) -> tuple[Agency, ...]:
    return group.members


def by_response(group: PeerGroup) -> tuple[Agency, ...]:
    """Where most of those served answered comes first."""
    return _sorted(group, lambda of: of.satisfaction.response)


def by_overdue(group: PeerGroup) -> tuple[Agency, ...]:
    """Where most is open overdue comes first."""
    return _sorted(group, lambda of: of.punctuality.due.open_overdue)


def _sorted(group: PeerGroup, key: Callable[[Agency], Decimal | None]) -> tuple[Agency, ...]:
    """The highest first, equal ones as they stand, those without a value last."""
    return tuple(sorted(group.members, key=lambda of: (key(of) is None, -(key(of) or Decimal()))))


def by_letter(group: PeerGroup, language: str) -> list[tuple[str, list[Agency]]]:
    """In alphabetical order under their first letters, which leave marks out: Ă stands under A.

    What all names of a group begin with ("Phường") is no letter to look for.
    """
    names = {of.code: of.name(language) for of in group.members}
    shared = _shared([name.split() for name in names.values()])
    found: dict[str, list[Agency]] = {}
    own = {code: " ".join(name.split()[shared:]) for code, name in names.items()}
    order = spelling.sort_key if language == "vi" else spelling.search_key
    for agency in sorted(group.members, key=lambda of: (order(own[of.code]), of.code)):
        found.setdefault(_letter(own[agency.code]), []).append(agency)
    return sorted(found.items(), key=lambda item: (item[0] == "#", spelling.sort_key(item[0])))


def _letter(name: str) -> str:
    first = name[:1].upper()
    plain = "Đ" if first == "Đ" else spelling.search_key(first).upper()
    return plain if plain.isalpha() else "#"


def _shared(names: Sequence[Sequence[str]]) -> int:
    """How many words all names begin with; at least one is left to each."""
    if len(names) < 2:
        return 0
    shortest = min(len(name) for name in names) - 1
    for i in range(shortest):
        if len({name[i] for name in names}) > 1:
            return i
    return max(0, shortest)


def _kept_place(agency: Agency) -> tuple[bool, Decimal]:
    """Few promises lead to the highest and the lowest shares: those not ranked stand apart."""
    score = agency.punctuality.score
    ranked = score.status is Status.RANKED
    return not ranked, -(score.share or Decimal()) if ranked else Decimal()


def _group(edition: Edition, name: str, language: str) -> PeerGroup:
    members = [agency for agency in edition.agencies if agency.peer_group == name]
    ranked = [a for a in members if a.satisfaction.score.status is Status.RANKED]
    ranked.sort(key=lambda agency: agency.satisfaction.score.rank or 0)
    said = [(agency.name(language), agency.satisfaction.score) for agency in members]
    kept_lines = [(agency.name(language), agency.punctuality.score) for agency in members]
    kept = sorted(
        (agency for agency in members if agency.punctuality.due.due),
        key=_kept_place,
    )
    target = edition.config.target
    return PeerGroup(
        name=name,
        title=group_title(name, language),
        ranked=tuple(ranked),
        listed=tuple(a for a in members if a.satisfaction.score.status is not Status.RANKED),
        chart=caterpillar(said, target, language),
        kept=tuple(kept),
        kept_chart=caterpillar(kept_lines, target, language),
    )
