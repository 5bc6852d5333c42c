"""Who was served and who answered, by what came of it: the raw material of the bias meter."""

from collections import defaultdict

from ranking.counts.gathered import Served
from ranking.counts.questions import Rows
from ranking.frozen.edition_detail import ResponseCell


def served(rows: Rows) -> dict[int, tuple[Served, ...]]:
    """By agency the cases that were closed, from what `closure_rows.look` says."""
    found: dict[int, list[Served]] = defaultdict(list)
    for row in rows["closed"]:
        found[row["agency_id"]].append(
            Served(
                ResponseCell(
                    outcome=row["outcome"],
                    on_time=row["on_time"],
                    channel=row["channel"],
                    closed=row["closed"],
                    rated=row["rated"],
                    satisfied=row["satisfied"],
                ),
                is_repeat=row["repeat"],
            )
        )
    return {agency: tuple(of) for agency, of in found.items()}
