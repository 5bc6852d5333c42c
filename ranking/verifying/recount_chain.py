"""What happened around an edition, from its files: commitment, and the chain of corrections.

Beside verify.py. The edition that is corrected is looked at where it lies beside this one; where it
does not, what can be told from this folder alone is checked.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from ranking.verifying import recount_drawn

Row = dict[str, Any]

FIGURES = (
    *("peer_group", "status", "n", "share", "low", "high", "band", "place", "due"),
    *("on_time_share", "on_time_band", "on_time_place"),
)


def check_life(folder: Path, ranking: Row, config: Row) -> list[str]:
    """life.json against the rest; editions from before there was one have nothing to check."""
    path = folder / "life.json"
    if not path.exists():
        return []
    life = json.loads(path.read_bytes())
    faults = check_terms(life, config) + recount_drawn.check_seed(life)
    return faults + check_chain(folder, life, ranking)


def check_terms(life: Row, config: Row) -> list[str]:
    """What was committed to has the digest that was shown, and is what was counted by."""
    commitment, terms = life["commitment"], life["terms"]
    if commitment is None or terms is None:
        return []
    written = json.dumps(terms, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    faults = []
    if hashlib.sha256(written.encode()).hexdigest() != commitment["digest"]:
        faults.append("life.json: the terms do not have the digest that was committed to")
    if terms["config"] != config["parameters"]:
        faults.append("life.json: the edition was counted by other rules than committed to")
    if len(terms["agencies"]) != commitment["agencies"]:
        faults.append("life.json: the number of agencies committed to differs")
    return faults


def check_chain(folder: Path, life: Row, ranking: Row) -> list[str]:
    """A correction names what it corrects, says why, and tells every figure that moved."""
    name = ranking["supersedes"]
    if name is None:
        is_told = life["changes"] or life["supersedes_manifest"] is not None
        return ["life.json tells of changes of no other edition"] if is_told else []
    faults = [] if ranking["reason"] else ["a correction without a reason"]
    before = folder.parent / name
    if Path(name).name != name or not (before / "manifest.json").exists():
        return faults
    manifest = (before / "manifest.json").read_bytes()
    digest = life["supersedes_manifest"]
    if digest is not None and hashlib.sha256(manifest).hexdigest() != digest:
        faults.append(f"{name} beside it is not the edition that was corrected")
    earlier = json.loads((before / "ranking.json").read_bytes())
    if earlier["period"] != ranking["period"]:
        faults.append(f"{name} is of another period")
    if changes(earlier["agencies"], ranking["agencies"]) != told(life["changes"]):
        faults.append(f"the changes against {name} are not those that are told")
    return faults


def told(rows: list[Row]) -> list[tuple[str, ...]]:
    """The changes of life.json, comparable."""
    return [
        (row["agency"], row["figure"], value(row["before"]), value(row["after"])) for row in rows
    ]


def changes(before: list[Row], after: list[Row]) -> list[tuple[str, ...]]:
    """Every figure that differs between two editions, recounted."""
    earlier = {row["code"]: row for row in before}
    later = {row["code"]: row for row in after}
    found: list[tuple[str, ...]] = []
    for code in [*later, *(row["code"] for row in before if row["code"] not in later)]:
        if code not in earlier or code not in later:
            is_in = [str("yes" if code in of else "no") for of in (earlier, later)]
            found.append((code, "listed", *is_in))
            continue
        for figure in FIGURES:
            was, now = value(earlier[code][figure]), value(later[code][figure])
            if was != now:
                found.append((code, figure, was, now))
    return found


def value(of: Any) -> str:
    """A figure however it is written: 120 is 120.0, and nothing is nothing."""
    if of is None:
        return ""
    try:
        return repr(float(of))
    except ValueError:
        return str(of)
