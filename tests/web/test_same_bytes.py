"""The same counts give the same edition, byte for byte, wherever and by whom it is computed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Assembles and draws the city's communes; prints what every file of the edition hashes to.
PROGRAM = """
import hashlib, pathlib
from tests.web import wards
from web.board import pages
files = pages.files(wards.city(("communes", "special_zone")))
for name, content in sorted(files.items()):
    print(hashlib.sha256(content).hexdigest(), name)
"""
ELSEWHERE = {
    "another order of sets, zone and language": {
        "PYTHONHASHSEED": "12345",
        "TZ": "America/New_York",
        "LC_ALL": "tr_TR.UTF-8",
        "LANG": "tr_TR.UTF-8",
    },
    # The baseline of the processor only, and one thread: other code adds the same numbers up.
    "an older processor": {
        "PYTHONHASHSEED": "7",
        "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
        "OPENBLAS_NUM_THREADS": "1",
        "OPENBLAS_CORETYPE": "Prescott",
    },
}


def _listed(more: dict[str, str]) -> list[str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "LC_", "LANG", "TZ", "NPY_", "OPENBLAS_"))
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        env=environment | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"} | more,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def here() -> list[str]:
    return _listed({})


@pytest.mark.parametrize("where", ELSEWHERE)
def test_an_edition_is_the_same_elsewhere(here: list[str], where: str):
    assert len(here) > 100
    assert _listed(ELSEWHERE[where]) == here
