"""What the law of one country says about clocks, as data: pauses, statutory stages, forms.

A pack is one TOML file: one of `sla/packs/`, or another government's own. Every rule in it names
its legal act and the local day from which it holds; whoever began under a rule stays under it.
Where a pack says nothing there is no rule, never a default.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from sla import grammar
from sla.commitments import Rule, Within
from sla.errors import BadWithin
from sla.pauses import PauseRule


@dataclass(eq=False)
class BadPack(Exception):
    """No such pack, or a section of it that cannot be read: our own file is wrong, nobody's act."""

    section: str


@dataclass(frozen=True, slots=True)
class StageRule:
    """One statutory step of a procedure: from which event to which, and how long it may take.

    `restarts` is the event whose last occurrence starts the count anew. `longer` are amounts that
    hold when all events of their name, joined by `+`, were told, such as a complex case. A stage
    not everybody needs names in `spared_by` what makes it needless. With `bounds_promises` no
    commitment to feedback in general may be longer.
    """

    name: str
    name_vi: str
    name_en: str
    within: Within
    begins: str
    ends: tuple[str, ...]
    restarts: str = ""
    longer: Mapping[str, Within] = field(default_factory=dict)
    spared_by: tuple[str, ...] = ()
    bounds_promises: bool = False


@dataclass(frozen=True, slots=True)
class Procedure:
    """The stages of one kind of case, in force from a day by a legal act.

    Not `is_confirmed`: the law was changed and its new limits were not read yet.
    """

    kind: str
    effective_on: date
    legal_act: str
    stages: tuple[StageRule, ...]
    is_confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Bound:
    """The longest time the law leaves to a promise, from a local day on, and where it says so."""

    since: date
    within: Within
    legal_act: str


@dataclass(frozen=True, slots=True)
class Form:
    """A numbered form of the one-stop shop, and the kind of promise event it records."""

    number: str
    event: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Pack:
    """All rules of one pack, versions in order of the day they took effect.

    `dossier_code` is the grammar of dossier codes (`sla.grammar`); empty: the pack has none.
    """

    code: str
    pauses: Mapping[str, tuple[PauseRule, ...]]
    procedures: Mapping[str, tuple[Procedure, ...]]
    forms: tuple[Form, ...]
    dossier_code: str = ""

    def fits_dossier_code(self, code: str) -> bool:
        """Whether a dossier may have this code; where the pack has no grammar any code is right."""
        return not self.dossier_code or grammar.fits(code, grammar.pattern(self.dossier_code))

    def pause_rule(self, kind: str, *, on: date) -> PauseRule | None:
        """The rule for pauses of promises of a kind received on a local day."""
        return _latest(self.pauses.get(kind, ()), on)

    def procedure(self, kind: str, *, on: date) -> Procedure | None:
        """The statutory procedure for a kind of case begun on a local day."""
        return _latest(self.procedures.get(kind, ()), on)

    def bounds(self, *, since: date) -> list[Bound]:
        """What a promise to feedback in general may not exceed, from a local day on.

        First what holds on that day, if anything does, then what takes its place later.
        """
        found = []
        for versions in self.procedures.values():
            now = _latest(versions, since)
            found += [
                Bound(max(one.effective_on, since), stage.within, one.legal_act)
                for one in versions
                if one is now or one.effective_on > since
                for stage in one.stages
                if stage.bounds_promises
            ]
        return sorted(found, key=lambda bound: bound.since)

    def form(self, number: str) -> Form | None:
        """The form of a number, written with its leading zero."""
        return next((form for form in self.forms if form.number == number), None)

    def form_of(self, event: str) -> Form | None:
        """The form that records a kind of promise event when nobody said which."""
        return next((form for form in self.forms if form.event == event), None)


Version = TypeVar("Version", PauseRule, Procedure)


def _latest(versions: tuple[Version, ...], on: date) -> Version | None:
    return max(
        (version for version in versions if version.effective_on <= on),
        key=lambda version: version.effective_on,
        default=None,
    )


_DEFAULT = "vn"
_chosen = [_DEFAULT]


def choose(name: str) -> Pack:
    """Put a pack in force in this process. `BadPack` names what is missing or cannot be read."""
    chosen = pack(name)
    _chosen[0] = name
    return chosen


def pack(name: str = "") -> Pack:
    """The pack of a code, or in a file whose name ends in `.toml`; without either the chosen one.

    `BadPack` names what is missing or cannot be read.
    """
    return _pack(name or _chosen[0])


@cache
def _pack(name: str) -> Pack:
    is_file = name.endswith(".toml")
    file = Path(name) if is_file else resources.files("sla") / "packs" / f"{name}.toml"
    if not file.is_file():
        raise BadPack(name)
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except ValueError:
        raise BadPack(name) from None
    return read(Path(name).stem, document)


def read(code: str, document: Mapping[str, Any]) -> Pack:
    """A pack from its parsed file. `BadPack` names the section at fault."""
    return Pack(
        code=code,
        pauses=_grouped("pauses", document, _pause_rule),
        procedures=_grouped("procedures", document, _procedure),
        forms=tuple(_parts("forms", document, lambda row: Form(**row))),
        dossier_code=_dossier_code(document),
    )


def _dossier_code(document: Mapping[str, Any]) -> str:
    section = document.get("dossiers", {})
    try:
        template = section.get("code", "")
        grammar.pattern(template)
    except (AttributeError, TypeError, ValueError):
        raise BadPack("dossiers") from None
    return str(template)


def _parts(section: str, document: Mapping[str, Any], make: Callable[[Any], Any]) -> list[Any]:
    try:
        return [make(row) for row in document.get(section, [])]
    except (KeyError, TypeError, AttributeError, BadWithin):
        raise BadPack(section) from None


def _grouped(
    section: str, document: Mapping[str, Any], make: Callable[[Any], Any]
) -> dict[str, tuple[Any, ...]]:
    found: dict[str, tuple[Any, ...]] = {}
    for kind, rule in _parts(section, document, lambda row: (row["kind"], make(row))):
        found[kind] = (*found.get(kind, ()), rule)
    return found


def _pause_rule(row: Mapping[str, Any]) -> PauseRule:
    longest = Within.from_json(row["longest"]) if "longest" in row else None
    if longest is not None and longest.rule is not Rule.ELAPSED:
        raise KeyError("longest")
    return PauseRule(
        effective_on=row["effective_on"],
        legal_act=row["legal_act"],
        most=row.get("most"),
        longest=longest,
        second_request_is_late=row.get("second_request_is_late", False),
    )


def _procedure(row: Mapping[str, Any]) -> Procedure:
    return Procedure(
        kind=row["kind"],
        effective_on=row["effective_on"],
        legal_act=row["legal_act"],
        stages=tuple(_stage(stage) for stage in row["stages"]),
        is_confirmed=row.get("is_confirmed", True),
    )


def _stage(row: Mapping[str, Any]) -> StageRule:
    return StageRule(
        name=row["name"],
        name_vi=row["name_vi"],
        name_en=row["name_en"],
        within=Within.from_json(row["within"]),
        begins=row["begins"],
        ends=tuple(row["ends"]),
        restarts=row.get("restarts", ""),
        longer={name: Within.from_json(one) for name, one in row.get("longer", {}).items()},
        spared_by=tuple(row.get("spared_by", ())),
        bounds_promises=row.get("bounds_promises", False),
    )
