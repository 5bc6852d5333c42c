"""Recount a published edition from its own files: python verify.py FOLDER

Checks that no byte differs from the manifest and that every figure of ranking.json and ranking.csv
follows from the other files by the published method. Needs Python 3.11, the recount*.py beside it
and nothing else; it shares no code with the program that made the edition, so that a fault would
have to be made twice. Exit 0: all is well; 1: the lines printed say what is not.
"""

import csv
import hashlib
import io
import json
import sys
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.dont_write_bytecode = True  # nothing is added to the folder that is looked at

from ranking.verifying import (
    recount_blanks,
    recount_chain,
    recount_data,
    recount_doubts,
    recount_drawn,
    recount_gaming,
    recount_given,
    recount_lines,
    recount_packs,
    recount_pages,
    recount_press,
    recount_told,
)
from ranking.verifying.recount_found import cell, rows
from ranking.verifying.recount_given import TRUSTED

Row = dict[str, Any]

MANIFEST = "manifest.json"
LATER = {f"without_busiest_device_{part}" for part in ("n", "x", "share", "band")}
"""Columns that editions did not always have."""
UNREADABLE = (
    *(OSError, ValueError, KeyError, TypeError, IndexError, ArithmeticError, csv.Error),
    *(AttributeError, StopIteration, RecursionError),
)
GOOD = "The edition is as it was published, and every figure follows from its inputs."


def main(arguments: list[str]) -> int:
    """Verify one folder and say what was found; the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("usage: verify.py FOLDER\n")
        return 2
    faults = verify(Path(arguments[0]))
    sys.stdout.write("\n".join(faults or [GOOD, *trusted(Path(arguments[0]))]) + "\n")
    return 1 if faults else 0


def verify(folder: Path) -> list[str]:
    """All that is wrong with the edition in a folder, a line each; nothing is wrong with []."""
    faults = check_files(folder)
    if faults:
        return faults
    try:
        return check_figures(folder)
    except UNREADABLE as fault:
        return [f"the data files cannot be read: {type(fault).__name__}: {fault}"]


def trusted(folder: Path) -> list[str]:
    """What a verified edition asks to be believed, a line each."""
    ranking = json.loads((folder / "ranking.json").read_bytes())
    unread = [] if recount_pages.is_read(ranking) else [recount_pages.UNREAD]
    return [f"Taken on trust: {one}." for one in (*TRUSTED, *unread)]


# --- files ---------------------------------------------------------------------------------------


def check_files(folder: Path) -> list[str]:
    """The files of the folder are those of its manifest, byte for byte."""
    try:
        content = (folder / MANIFEST).read_bytes()
        manifest = json.loads(content)
        listed = dict(manifest["files"])
    except UNREADABLE as fault:
        return [f"{MANIFEST} cannot be read: {type(fault).__name__}"]
    faults = []
    if json.dumps(manifest, indent=2, ensure_ascii=False).encode() + b"\n" != content:
        faults.append(f"{MANIFEST} is not written as it was")
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    faults += [f"{name} is missing" for name in sorted(listed.keys() - there)]
    faults += [f"{name} is not in the manifest" for name in sorted(there - {MANIFEST, *listed})]
    for name in sorted(listed.keys() & there):
        found = (folder / name).read_bytes()
        expected = {"sha256": hashlib.sha256(found).hexdigest(), "size": len(found)}
        if listed[name] != expected:
            faults.append(f"{name} has been changed")
    return faults


def check_figures(folder: Path) -> list[str]:
    """The figures, and what is said in two places is said alike."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    config = json.loads((folder / "config.json").read_bytes())
    ranking = json.loads((folder / "ranking.json").read_bytes())
    table = (folder / "ranking.csv").read_text("utf-8")
    inputs = rows(folder, "inputs.csv")
    strata = recount_lines.by_unit(rows(folder, "strata.csv"))
    notes = json.loads((folder / "notes.json").read_bytes())
    faults = []
    for name, value in manifest.items():
        if name != "files" and ranking.get(name) != value:
            faults.append(f"{MANIFEST} and ranking.json differ in {name}")
    parameters = config["parameters"]
    canonical = json.dumps(
        parameters, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
    if hashlib.sha256(canonical).hexdigest() != config["digest"]:
        faults.append("config.json does not have the digest that was committed to")
    if ranking["config_digest"] != config["digest"]:
        faults.append("ranking.json was made under another configuration")
    faults += check_table(ranking["agencies"], table)
    for line in ranking["agencies"]:
        line.update(dict.fromkeys(LATER - line.keys()))
    held = {row["code"]: row["held"] for row in notes["quarantine_by_agency"]}
    faults += recount_lines.check_agencies(ranking, inputs, strata, parameters, held)
    faults += recount_doubts.check_funnels(ranking)
    faults += recount_doubts.check_cases(
        ranking, rows(folder, "weeks.csv"), rows(folder, "waiting.csv"), inputs
    )
    faults += recount_doubts.check_gaps(
        ranking, rows(folder, "gaps.csv"), rows(folder, "responses.csv")
    )
    faults += recount_doubts.check_notes(ranking, notes, inputs, strata)
    faults += recount_blanks.check_blanks(ranking, notes, inputs)
    faults += recount_given.check_given(folder, ranking, inputs, notes)
    faults += recount_gaming.check_gaming(folder, ranking, inputs)
    faults += recount_drawn.check_drawn(folder, ranking, parameters)
    faults += recount_packs.check_packs(folder, ranking)
    faults += recount_press.check_press(folder, ranking)
    faults += recount_told.check_told(folder, ranking, inputs)
    if recount_pages.is_read(ranking):
        faults += recount_data.check_data(folder, ranking, inputs)
    faults += recount_pages.check_pages(folder, ranking, inputs, notes, config)
    faults += recount_chain.check_life(folder, ranking, config)
    return faults


def check_table(agencies: list[Row], table: str) -> list[str]:
    """The CSV file says what the JSON file says."""
    columns = list(agencies[0]) if agencies else []
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    if columns:
        writer.writerow(columns)
    writer.writerows([cell(row[name]) for name in columns] for row in agencies)
    return [] if not columns or written.getvalue() == table else ["ranking.csv differs"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
