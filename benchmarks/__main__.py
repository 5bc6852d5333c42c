"""`python -m benchmarks [NAME …] [--full] [--size N] [--keep FOLDER]`: run them and write down what
they say, in results.json and in the README's table.
"""

import argparse
import importlib
import json
import os
import platform
import re
from pathlib import Path
from typing import Any

from web import garbage

NAMES = (
    "writes",
    "start",
    "deadlines",
    "watch",
    "inbox",
    "pages",
    "recount",
    "edition",
    "rank",
    "board",
    "import_cases",
    "import_dossiers",
    "sentiment_quality",
)
SIZED = ("recount", "edition")
KEEPING = ("inbox", "recount")
RESULTS = Path(__file__).with_name("results.json")
README = Path(__file__).parents[1] / "README.md"
TABLE = re.compile(r"(<!-- numbers -->\n).*(<!-- /numbers -->)", re.DOTALL)


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--full", action="store_true", help="longer runs, larger tables")
    parser.add_argument("--size", type=int, help=f"ratings and promises of {' and '.join(SIZED)}")
    parser.add_argument(
        "--keep", type=Path, help=f"where {' and '.join(KEEPING)} keeps what it fills, and finds it"
    )
    chosen = parser.parse_args()
    if strangers := set(chosen.names) - set(NAMES):
        parser.error(f"no such benchmark: {', '.join(sorted(strangers))}")
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    garbage.look_seldom()  # as every command does
    for name in chosen.names or NAMES:
        options = {
            option: value
            for option, value, takers in (
                ("size", chosen.size, SIZED),
                ("keep", chosen.keep, KEEPING),
            )
            if value and name in takers
        }
        figures = importlib.import_module(f"benchmarks.{name}").run(
            "full" if chosen.full else "small", **options
        )
        kept[name] = figures
        for figure, value in figures.items():
            print(f"{name:20} {figure:36} {value}")
        kept["machine"] = {"cores": os.cpu_count(), "python": platform.python_version()}
        RESULTS.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
        README.write_text(TABLE.sub(rf"\1{_table(kept)}\2", README.read_text()))


def _table(kept: dict[str, dict[str, Any]]) -> str:
    rows = [
        f"| {name} | {figure.replace('_', ' ')} | {value} |"
        for name in NAMES
        for figure, value in sorted(kept.get(name, {}).items())
        if isinstance(value, int | float)
    ]
    return "\n".join(["| benchmark | figure | value |", "|---|---|---|", *rows, ""])


if __name__ == "__main__":
    main()
