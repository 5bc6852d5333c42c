"""Foreign columns into ours: a TOML file that renames columns and says how a file is written."""

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from feedback.drafts import LANGUAGES
from sla import grammar
from web.imports.cells import Times
from web.imports.reader import Wanted

LONGEST_OPTION = 40


@dataclass(eq=False)
class BadMapping(Exception):
    """A mapping file that cannot be followed; `key` is where it goes wrong."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """How to read a file: the names its columns have there, and what it leaves unsaid.

    `create_agencies` makes an agency of every unknown code, in `peer_group` and with `calendar`;
    without it an unknown agency refuses the row. `code_pattern` is the grammar of
    dossier codes, as `{agency}-{yymmdd}-{sequence}`; without it the pack's counts.
    """

    columns: dict[str, str] = field(default_factory=dict)
    timezone: str = "Asia/Ho_Chi_Minh"
    date_formats: tuple[str, ...] = ()
    language: str = "vi"
    create_agencies: bool = False
    peer_group: str = ""
    level: str = ""
    calendar: str = ""
    code_pattern: str = ""

    def times(self) -> Times:
        return Times(ZoneInfo(self.timezone), self.date_formats)

    def wanted(self, names: tuple[str, ...], needed: tuple[tuple[str, ...], ...]) -> Wanted:
        """The columns `names` of ours by the names they have in the file."""
        return Wanted(
            tuple(self._there(name) for name in names),
            tuple(tuple(self._there(name) for name in group) for group in needed),
        )

    def _there(self, name: str) -> str:
        return self.columns.get(name, name).lower()


def load(path: Path, *, names: tuple[str, ...]) -> Mapping:
    """The mapping in a TOML file with `[columns]` (ours = theirs) and `[options]`.

    `names` are the columns there are. Raises `BadMapping`, and `OSError` where there is no file.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise BadMapping(path.name, "not_toml") from None
    for key in content.keys() - {"columns", "options"}:
        raise BadMapping(key, "unknown_table")
    for key, table in content.items():
        if not isinstance(table, dict):
            raise BadMapping(key, "wrong_type")
    columns, options = content.get("columns", {}), content.get("options", {})
    for key, value in columns.items():
        if key not in names:
            raise BadMapping(f"columns.{key}", "unknown_column")
        if not isinstance(value, str):
            raise BadMapping(f"columns.{key}", "not_text")
    given: dict[str, Any] = {key: _option(key, value) for key, value in options.items()}
    if given.get("create_agencies") and not given.get("peer_group"):
        raise BadMapping("options.peer_group", "missing")
    return Mapping(columns=columns, **given)


def _option(key: str, value: Any) -> Any:
    default = {f.name: f.default for f in fields(Mapping) if f.name != "columns"}
    if key not in default:
        raise BadMapping(f"options.{key}", "unknown_option")
    if key == "date_formats" and isinstance(value, list) and all(map(_is_text, value)):
        value = tuple(value)
    if type(value) is not type(default[key]):
        raise BadMapping(f"options.{key}", "wrong_type")
    if isinstance(value, str) and len(value) > LONGEST_OPTION:
        raise BadMapping(f"options.{key}", "too_long")
    if key == "language" and value not in LANGUAGES:
        raise BadMapping(f"options.{key}", "unknown_language")
    if key == "timezone":
        _check_zone(str(value))
    if key == "code_pattern":
        _check_pattern(str(value))
    return value


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise BadMapping("options.timezone", "unknown_zone") from None


def _check_pattern(template: str) -> None:
    try:
        grammar.pattern(template)
    except ValueError:
        raise BadMapping("options.code_pattern", "unknown_placeholder") from None
