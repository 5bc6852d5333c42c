"""Official score sheets as dated data: groups, items, maxima, targets, bands, the act behind them.

A pack is one TOML file; `ranking/packs/` holds those that come along, and another government adds
its own without code. Nothing in it is a constant of the program: a changed decree is a new file
with a later `effective_from`. Numbers are read exactly (0.9 is nine tenths).
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from importlib import resources
from pathlib import Path

from ranking import errors
from ranking.method import measures
from ranking.method.pack_fields import Fault, Table, Text


@dataclass(eq=False)
class InvalidPack(errors.RankingError):
    """A pack file that cannot be used, with everything that is wrong in it and where."""

    source: str
    faults: tuple[Fault, ...]


@dataclass(eq=False)
class NoPackInForce(errors.RankingError):
    """No version of a pack is in force on a day."""

    code: str
    on: date


@dataclass(frozen=True, slots=True)
class Act:
    """The legal act a pack states: its number, day of issue, and name in both languages."""

    number: str
    issued_on: date
    name: Text


@dataclass(frozen=True, slots=True)
class Level:
    """Points given by judgement, and for what: two if the time was under the limit."""

    points: Fraction
    given_when: Text


@dataclass(frozen=True, slots=True)
class Item:
    """One measured rate and the most points it gives; full from `target` on, else in proportion.

    `target` is a share in (0, 1], None if points are proportional throughout. `maximum` 0: shown,
    not scored. `is_verified` says whether its figures were read in a published source. `measure`
    names what the system counts for it (`measures.NAMES`); None: nothing is known of it.
    """

    code: str
    name: Text
    maximum: Fraction
    target: Fraction | None
    is_verified: bool
    measure: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A group of items, or a criterion with levels; `maximum` is its weight in the whole.

    `asks_residents` marks what only residents can say; the rest are facts of the system.
    """

    code: str
    name: Text
    maximum: Fraction
    items: tuple[Item, ...]
    levels: tuple[Level, ...]
    asks_residents: bool
    measure: str | None = None
    """Of a criterion with levels: the mean of its points, as a share of the maximum."""


@dataclass(frozen=True, slots=True)
class Grade:
    """A named band of the total, from `at_least` (which belongs to it) up to the next one."""

    code: str
    name: Text
    at_least: Fraction


@dataclass(frozen=True, slots=True)
class Pack:
    """One version of an official score sheet, in force from a day to a day (that day excluded)."""

    code: str
    name: Text
    act: Act
    effective_from: date
    effective_to: date | None
    maximum: Fraction
    groups: tuple[Group, ...]
    subtotal: tuple[str, ...]
    grades: tuple[Grade, ...]

    def is_in_force(self, on: date) -> bool:
        return self.effective_from <= on and (self.effective_to is None or on < self.effective_to)

    def grade(self, total: Fraction) -> Grade:
        """The band of a total in [0, maximum]; a total of exactly a lower bound is in the band.

        Raises `NotANumber` outside the range.
        """
        if not 0 <= total <= self.maximum:
            raise errors.NotANumber(float(total))
        return next(grade for grade in self.grades if total >= grade.at_least)


def parse(text: str, *, source: str) -> Pack:
    """The pack a TOML text states. Raises `InvalidPack` naming `source` and every fault."""
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except ValueError as error:  # TOMLDecodeError, or an integer of thousands of digits
        raise InvalidPack(source, (Fault("", "not_toml", str(error)),)) from error
    root = Table("", content, [])
    pack = _pack(root)
    root.refuse_unknown()
    if root.faults:
        raise InvalidPack(source, tuple(root.faults))
    return pack


def load(path: Path) -> Pack:
    """The pack in a UTF-8 file. Raises `InvalidPack`, and `OSError` if it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InvalidPack(path.name, (Fault("", "not_utf8", error.start),)) from error
    return parse(text, source=path.name)


def bundled() -> tuple[Pack, ...]:
    """The packs that come along, in order of code and of the day they took effect."""
    with resources.as_file(resources.files("ranking") / "packs") as folder:
        packs = [load(path) for path in sorted(folder.glob("*.toml"))]
    return tuple(sorted(packs, key=lambda pack: (pack.code, pack.effective_from)))


def available(folder: Path | None = None, *, law: str = "vn") -> tuple[Pack, ...]:
    """Those that come along and those of a folder, where another government keeps its own.

    Those that come along are of the country whose law is in force: vn-766 goes with `vn`. Of the
    same code and day the folder's counts. Raises `InvalidPack`, also where there is no such folder
    or two of its files are of one code and day, and `OSError`.
    """
    if folder is not None and not folder.is_dir():
        raise InvalidPack(str(folder), (Fault("", "no_folder", str(folder)),))
    ours = [pack for pack in bundled() if pack.code.startswith(f"{law}-")]
    found = {(pack.code, pack.effective_from): pack for pack in ours}
    own: dict[tuple[str, date], str] = {}
    for path in sorted(folder.glob("*.toml")) if folder else []:
        pack = load(path)
        key = (pack.code, pack.effective_from)
        if key in own:
            raise InvalidPack(path.name, (Fault("effective_from", "same_day", own[key]),))
        own[key], found[key] = path.name, pack
    return tuple(found[key] for key in sorted(found))


def binding(packs: Iterable[Pack], *, on: date) -> tuple[Pack, ...]:
    """Of each code the version that binds on a day, in order of code."""
    found = list(packs)
    codes = sorted({pack.code for pack in found if pack.is_in_force(on)})
    return tuple(in_force(found, code, on=on) for code in codes)


def in_force(packs: Iterable[Pack], code: str, *, on: date) -> Pack:
    """The version of a pack that binds on a day; of several, the one that took effect last.

    Raises `NoPackInForce`: a missing version is never replaced by another one.
    """
    found = [pack for pack in packs if pack.code == code and pack.is_in_force(on)]
    if not found:
        raise NoPackInForce(code, on)
    return max(found, key=lambda pack: pack.effective_from)


def _pack(root: Table) -> Pack:
    act = root.table("act")
    pack = Pack(
        code=root.string("code"),
        name=root.text("name"),
        act=Act(act.string("number"), act.day("issued_on"), act.text("name")),
        effective_from=root.day("effective_from"),
        effective_to=root.day("effective_to") if root.has("effective_to") else None,
        maximum=root.number("maximum", above=Fraction(0)),
        groups=tuple(_group(table) for table in root.tables("groups")),
        subtotal=root.strings("subtotal"),
        grades=tuple(_grade(table) for table in root.tables("grades")),
    )
    _check(root, pack)
    return pack


def _group(table: Table) -> Group:
    group = Group(
        code=table.string("code"),
        name=table.text("name"),
        maximum=table.number("maximum", above=Fraction(0)),
        items=tuple(_item(row) for row in table.tables("items", required=False)),
        levels=tuple(
            Level(row.number("points"), row.text("when"))
            for row in table.tables("levels", required=False)
        ),
        asks_residents=table.flag("asks_residents", default=False),
        measure=_measure(table),
    )
    if group.items:
        table.expect_sum("items", [item.maximum for item in group.items], group.maximum)
        for key in ("levels", "measure"):
            if table.has(key):
                table.fault(key, "beside_items", table.content[key])
    elif not group.levels:
        table.fault("items", "missing", None)
    if any(level.points > group.maximum for level in group.levels):
        table.fault("levels", "above_maximum", str(group.maximum))
    return group


def _item(table: Table) -> Item:
    return Item(
        code=table.string("code"),
        name=table.text("name"),
        maximum=table.number("maximum"),
        target=table.number("target", above=Fraction(0), most=Fraction(1))
        if table.has("target")
        else None,
        is_verified=table.flag("verified", default=True),
        measure=_measure(table),
    )


def _measure(table: Table) -> str | None:
    if not table.has("measure"):
        return None
    name = table.string("measure")
    if name and name not in measures.NAMES:
        table.fault("measure", "unknown_measure", name)
    return name


def _grade(table: Table) -> Grade:
    return Grade(table.string("code"), table.text("name"), table.number("at_least"))


def _check(root: Table, pack: Pack) -> None:
    """What only the whole can show: sums, doubles, order."""
    if pack.effective_to is not None and pack.effective_to <= pack.effective_from:
        root.fault("effective_to", "not_after_start", pack.effective_to.isoformat())
    root.expect_sum("groups", [group.maximum for group in pack.groups], pack.maximum)
    codes = [group.code for group in pack.groups]
    root.expect_distinct("groups", codes)
    root.expect_distinct("groups", [item.code for group in pack.groups for item in group.items])
    root.expect_distinct("subtotal", pack.subtotal)
    for code in pack.subtotal:
        if code not in codes:
            root.fault("subtotal", "unknown_group", code)
    bounds = [grade.at_least for grade in pack.grades]
    root.expect_distinct("grades", [grade.code for grade in pack.grades])
    if bounds != sorted(set(bounds), reverse=True):
        root.fault("grades", "not_descending", [str(bound) for bound in bounds])
    elif bounds and (bounds[-1] != 0 or bounds[0] > pack.maximum):
        root.fault("grades", "not_covering", [str(bounds[-1]), str(bounds[0])])
