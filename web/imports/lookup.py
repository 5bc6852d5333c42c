"""Which agency a row means: by code, by its present name, or by an old name with its district.

Codes and names were used again when units were merged, so nothing is guessed: what does not fit
exactly one agency is refused.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sla import spelling
from web.imports import cells
from web.imports.errors import RowRefused


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name a territory bore before; `heirs` are the codes of all agencies that took part of it.

    An old unit that was itself a district has its own name for a district.
    """

    name: str
    district: str
    heirs: frozenset[str]


@dataclass(slots=True)
class AgencyFinder:
    """The agencies there are, by code and by every name that is sure.

    With `may_create` an unknown code is taken as a new agency's, and kept in `created`
    with its name.
    """

    codes: set[str]
    may_create: bool = False
    created: dict[str, str] = field(default_factory=dict)
    _by_name: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _former: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _bare: set[str] = field(default_factory=set)
    _districts: set[str] = field(default_factory=set)
    _found: dict[tuple[str, str], str] = field(default_factory=dict)

    def know(self, names: Iterable[tuple[str, str]], former: Iterable[FormerName]) -> None:
        """Learn present names, as pairs of code and name, and former ones."""
        for code, name in names:
            self._by_name[spelling.same_name(name)].add(code)
        for old in former:
            self._learn(old)

    def _learn(self, old: FormerName) -> None:
        name, district = spelling.same_name(old.name), spelling.same_name(old.district)
        if name == district:
            self._former[name] |= old.heirs
            return
        self._bare.add(name)
        self._districts.add(district)
        self._former[spelling.same_name(f"{old.name}, {old.district}")] |= old.heirs

    def find(self, code: str, name: str) -> str:
        """The code of the agency that these two cells, as written, mean.

        Raises `RowRefused`: agency_missing, agency_unknown, agency_disagrees, agency_ambiguous,
        agency_was_divided, agency_needs_district or agency_is_district.
        """
        found = self._found.get((code, name))
        if found is None:
            found = self._search(cells.line(code), cells.line(name))
            self._found[code, name] = found
        return found

    def _search(self, code: str, name: str) -> str:
        if not code and not name:
            raise RowRefused("agency_code", "agency_missing")
        if not code:
            return self._named(name)
        if code not in self.codes:
            return self._create(code, name)
        if name and code not in self._by_name.get(spelling.same_name(name), ()):
            raise RowRefused("agency_name", "agency_disagrees", name)
        return code

    def _create(self, code: str, name: str) -> str:
        if not self.may_create or len(code) > 40:
            raise RowRefused("agency_code", "agency_unknown", code)
        self.codes.add(code)
        self._by_name[spelling.same_name(name or code)].add(code)
        self.created[code] = name or code
        return code

    def _named(self, name: str) -> str:
        key = spelling.same_name(name)
        heirs = self._by_name.get(key) or self._former.get(key)
        if heirs and len(heirs) == 1:
            return next(iter(heirs))
        raise RowRefused("agency_name", self._why_not(key), name)

    def _why_not(self, key: str) -> str:
        if key in self._by_name:
            return "agency_ambiguous"
        if key in self._former:
            return "agency_was_divided"
        if key in self._districts:
            return "agency_is_district"
        return "agency_needs_district" if key in self._bare else "agency_unknown"
