"""Several questions put to the same rows in one statement, which reads the rows once.

The server holds what was read, on disk where it is much, and puts each question to that: of ten
million rows it is the reading that costs, not the questions. All see the same moment.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from ranking import statements

Rows = dict[str, list[dict[str, Any]]]
"""By question its rows, by the names of their columns; days are texts."""


def put(held: str, questions: Mapping[str, str]) -> str:
    """The statement: `held` are the rows, as a WITH clause."""
    return held + " union all ".join(
        f"\nselect '{name}' as question, to_jsonb(of) as row from ({question}\n) as of"
        for name, question in questions.items()
    )


async def answered(statement: str, values: Sequence[Any], *, order: Sequence[str]) -> Rows:
    """What is answered to each question, in the order of these columns; what is missing is last."""
    found: Rows = defaultdict(list)
    for row in await statements.rows(statement, values):
        found[row["question"]].append(row["row"])
    for rows in found.values():
        rows.sort(key=lambda row: [(row.get(name) is None, row.get(name)) for name in order])
    return found


def by_agency(rows: Sequence[Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    """Of each agency its one row."""
    return {
        row["agency_id"]: {name: value for name, value in row.items() if name != "agency_id"}
        for row in rows
    }
