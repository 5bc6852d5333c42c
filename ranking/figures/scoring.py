"""From a row of the ranked table to a score of an edition, rounded once."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np

from ranking.frozen.edition_body import Group, Indicator, Score
from ranking.method import rank_sets, rounding
from ranking.method.eligibility import Status
from ranking.method.standings import Row, Table


def by_code(table: Table) -> dict[str, Row]:
    """The rows of all groups."""
    return {row.id: row for group in table.groups for row in group.rows}


def scores(table: Table, confidence: float) -> dict[str, Score]:
    """Each agency's score; the ranked with the marginal set that is theirs alone."""
    found = {code: score(row) for code, row in by_code(table).items()}
    for group in table.groups:
        ranked = [row for row in group.rows if row.status is Status.RANKED]
        if not ranked:
            continue
        x, n = [row.x for row in ranked], [row.n for row in ranked]
        y, s = rank_sets.scale(x, n)
        # Nine decimals first, so that whoever has the published value draws the same set.
        values = rank_sets.marginal_values(s, confidence).tolist()
        critical = [rounding.nine(value) for value in values]
        sets = rank_sets.bounds(y, s, np.array([float(value) for value in critical]))
        for row, low, high, value in zip(
            ranked, sets.low.tolist(), sets.high.tolist(), critical, strict=True
        ):
            own = found[row.id]
            assert own.rank is not None  # noqa: S101 -- it is ranked
            found[row.id] = replace(
                own,
                own_low=min(low, own.rank),
                own_high=max(high, own.rank),
                own_critical_value=value,
            )
    return found


def score(row: Row) -> Score:
    """The published figures of one row; a suppressed one has none."""
    if row.status is Status.SUPPRESSED:
        return Score(status=row.status, reason=row.reason)
    return Score(
        status=row.status,
        reason=row.reason,
        share=optional(row.share),
        low=optional(row.low),
        high=optional(row.high),
        band=row.band,
        p_value=None if row.p_value is None else p_value(row.p_value),
        rank=row.rank,
        rank_low=row.rank_low,
        rank_high=row.rank_high,
        place_printed=row.place_printed,
    )


def indicator(
    table: Table,
    *,
    movement_threshold: float | None = None,
    more: Mapping[tuple[str, int], Mapping[str, Any]],
) -> Indicator:
    """What the agencies share; `more` fields of each group by name and part."""
    return Indicator(
        groups=tuple(
            Group(
                name=group.name,
                part=group.part,
                total=len(group.rows),
                ranked=group.ranked,
                critical_value=optional(group.critical_value),
                **more.get((group.name, group.part), {}),
            )
            for group in table.groups
        ),
        bh_threshold=None if table.bh_threshold is None else p_value(table.bh_threshold),
        movement_threshold=None if movement_threshold is None else p_value(movement_threshold),
    )


def optional(value: float | None) -> Decimal | None:
    """Half up to 9 decimals, all of them written; None stays None."""
    return None if value is None else rounding.nine(value)


def p_value(value: float) -> str:
    """13 digits: enough to tell any two apart."""
    return f"{value:.12e}"
