"""`python -m benchmarks [NAME …] [--full]`: run them, print a table, write results.json."""

import argparse
import importlib
import json
import os
import platform
from pathlib import Path

NAMES = (
    "writes",
    "start",
    "deadlines",
    "watch",
    "import_cases",
    "import_dossiers",
    "sentiment_quality",
)
RESULTS = Path(__file__).with_name("results.json")


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--full", action="store_true", help="longer runs, larger tables")
    chosen = parser.parse_args()
    if strangers := set(chosen.names) - set(NAMES):
        parser.error(f"no such benchmark: {', '.join(sorted(strangers))}")
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name in chosen.names or NAMES:
        module = importlib.import_module(f"benchmarks.{name}")
        figures = module.run("full" if chosen.full else "small")
        kept[name] = figures
        for figure, value in figures.items():
            print(f"{name:20} {figure:36} {value}")
    kept["machine"] = {"cores": os.cpu_count(), "python": platform.python_version()}
    RESULTS.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
