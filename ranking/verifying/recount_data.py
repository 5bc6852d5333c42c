"""Whether the open data are all there, and as datapackage.json describes them; beside verify.py."""

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

from ranking.verifying.recount_found import cell, rows
from ranking.verifying.recount_text import LANGUAGES

Row = dict[str, Any]

DESCRIBED = "datapackage.json"
LONG = ("months.csv", "due_months.csv", "gaps.csv", "origins.csv", "about.csv", "packs.csv")
"""Tables of which an edition may have no line, but none may be gone."""
BESIDE = ("life.json", "press.json", DESCRIBED, "feed.atom")
"""What lies beside pages."""


def check_data(folder: Path, ranking: Row, inputs: list[Row]) -> list[str]:
    """Every table, and of the long ones every agency that must be told of."""
    pages = [of for of in LANGUAGES if (folder / of).is_dir()]
    needed = (*LONG, *(BESIDE if pages else ()), *(LANGUAGES if pages else ()))
    faults = [f"{name} is not there" for name in needed if not (folder / name).exists()]
    return faults + check_package(folder, ranking) + check_told(folder, ranking, inputs)


def check_package(folder: Path, ranking: Row) -> list[str]:
    """The package lists each table once, with its size, its digest and its columns."""
    path = folder / DESCRIBED
    if not path.exists():
        return []
    package = json.loads(path.read_bytes())
    tables = {of.name for of in folder.glob("*.csv")}
    listed = [of["path"] for of in package["resources"]]
    faults = []
    if sorted(listed) != sorted(tables) or package["version"] != ranking["edition"]:
        faults.append(f"{DESCRIBED} is of other tables, or of another edition")
    for of in package["resources"]:
        if of["path"] not in tables:
            continue
        content = (folder / of["path"]).read_bytes()
        columns = next(csv.reader(io.StringIO(content.decode())), [])
        is_so = (
            of["bytes"] == len(content)
            and of["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
            and columns in ([field["name"] for field in of["schema"]["fields"]], [])
        )
        if not is_so:
            faults.append(f"{DESCRIBED} describes another {of['path']}")
    return faults


def check_told(folder: Path, ranking: Row, inputs: list[Row]) -> list[str]:
    """Where promises fell due their months are told, and where results are shown those of answers.

    Answers counted over several quarters may have none in the last.
    """
    due = {row["code"] for row in inputs if float(row["due"])}
    shown = {
        cell(line["code"])
        for line in ranking["agencies"]
        if line["share"] is not None and not line["rolling"]
    }
    return [
        f"{name}: nothing is told of {code}"
        for name, codes in (("due_months.csv", due), ("months.csv", shown))
        for code in sorted(codes - {row["code"] for row in rows(folder, name)})
    ]
