"""`hailong rank`: the published method on any table of counts, without a database."""

import dataclasses
import math
from pathlib import Path

import click
import orjson

from ranking import errors
from ranking.method import config as configs
from ranking.method import rounding, standings
from ranking.method.config import Config
from ranking.method.eligibility import Status
from ranking.method.standings import Group, Row, Table
from web.tables import counts_csv

_OPTIONS = {
    "target": "--target",
    "confidence": "--confidence",
    "false_discovery_rate": "--q",
    "ranked_floor": "--min-n",
}
_BANDS = {"above": "above", "below": "below", "undetermined": "we cannot tell"}


class Refused(click.ClickException):
    """A mistake in what was handed in: one line on stderr, exit code 2."""

    exit_code = 2


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--target", default=0.9, show_default=True, help="Share the bands are tested on.")
@click.option("--confidence", default=0.95, show_default=True, help="Of intervals and rank sets.")
@click.option("--q", default=0.05, show_default=True, help="Expected share of wrong labels.")
@click.option("--min-n", default=100, show_default=True, help="Residents needed to be ranked.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
def rank(
    file: Path, *, target: float, confidence: float, q: float, min_n: int, as_json: bool
) -> None:
    """Rank the agencies of FILE, a CSV table with the columns id,n,x[,group].

    n residents answered, x of them were satisfied. Agencies are compared within their group.

    The file is UTF-8; a point parts decimals; other columns are not looked at. What cannot be a
    count is refused with its line and column.

    \b
    With --json: config, critical_value (of the largest group), bh_threshold and
    groups, each with group, critical_value, ranked and its agencies, the ranked in
    order of rank, then the others in order of id:
      id n x           as they came
      share low high   satisfied, with its interval; null without answers
      status           ranked, listed_not_ranked, suppressed (under 30), no_answers
      reason           why it is not ranked, else null
      band             above, below or undetermined; null if not ranked
      p_value          of the test against the target; null if not ranked
      rank rank_low rank_high   the place, and the range it lies in; null if not ranked
      place_printed    whether the range is narrow enough for the place to mean anything
    Shares are of 1; figures have nine decimals.
    """  # noqa: D301 -- click leaves the lines after a backspace as they are
    config = _config(target, confidence, q, min_n)
    try:
        agencies = counts_csv.read(file)
    except counts_csv.Refused as fault:
        raise Refused(str(fault)) from fault
    table = standings.rank_table(agencies, config)
    click.echo(_json(table) if as_json else _text(table), nl=False)


def _config(target: float, confidence: float, q: float, min_n: int) -> Config:
    try:
        chosen = Config(target=target, confidence=confidence, false_discovery_rate=q)
        return configs.with_floor(chosen, min_n)
    except errors.InvalidConfig as fault:
        raise Refused(f"{_OPTIONS[fault.field]}: {fault.value} is out of range") from fault


def _json(table: Table) -> bytes:
    values = [group.critical_value for group in table.groups if group.critical_value is not None]
    document = {
        "config": dataclasses.asdict(table.config),
        # that of the largest group; each group carries its own
        "critical_value": _plain(max(values, default=None)),
        "bh_threshold": _plain(table.bh_threshold),
        "groups": [
            {
                "group": group.name,
                "critical_value": _plain(group.critical_value),
                "ranked": group.ranked,
                "agencies": [_fields(row) for row in group.rows],
            }
            for group in table.groups
        ],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _fields(row: Row) -> dict[str, object]:
    values = {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
    return {
        name: _plain(value) if isinstance(value, float) else value for name, value in values.items()
    }


def _plain(value: float | None) -> float | None:
    """Nine decimals, whole numbers without any: the same bytes on every machine."""
    if value is None:
        return None
    rounded = rounding.share9(value)
    return int(rounded) if rounded == math.floor(rounded) else rounded


def _text(table: Table) -> str:
    blocks = [_group_text(group, table.config) for group in table.groups]
    return "\n".join([*blocks, _legend(table)])


def _group_text(group: Group, config: Config) -> str:
    total, target = len(group.rows), rounding.points(config.target)
    title = f"{group.name}: " if group.name else ""
    head = ("place", "agency", "satisfied", "interval", "residents", f"against {target} %")
    lines = [head, *(_cells(row) for row in group.rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    summary = f"{title}ranked {group.ranked} of {total}; {total - group.ranked} not ranked"
    body = ("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)
    return "\n".join([summary, *body, ""])


def _cells(row: Row) -> tuple[str, ...]:
    place = f"{row.rank} ({row.rank_low}–{row.rank_high})" if row.place_printed else "–"
    if row.status is Status.RANKED:
        verdict = _BANDS[row.band or "undetermined"]
    else:
        verdict = f"not ranked: {(row.reason or row.status).replace('_', ' ')}"
    return (place, row.id, _percent(row.share), _between(row), f"{_plain(row.n):,}", verdict)


def _between(row: Row) -> str:
    if row.low is None or row.high is None:
        return "–"
    return f"{rounding.points(row.low)}–{rounding.points(row.high)}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{rounding.points(share)} %"


def _legend(table: Table) -> str:
    config = table.config
    return (
        f"Intervals: {rounding.points(config.confidence)} % for each agency. Places: the ranges in"
        f" brackets hold all together with {rounding.points(config.confidence)} %; where one"
        " covers over half of its group no place is printed. Labels: at most"
        f" {rounding.points(config.false_discovery_rate)} % of them are expected to be wrong.\n"
    )
