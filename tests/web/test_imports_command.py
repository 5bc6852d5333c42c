"""`hailong import` as a person or a script meets it, in a process of its own."""

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from web.running.embedded import APPLICATION, USER, Postgres

ROOT = Path(__file__).parents[2]
HCMC = ROOT / "fixtures" / "hcmc"
EDGE = ROOT / "tests" / "edge"
UNDER_WAY = """select count(*) from pg_locks where locktype = 'advisory'
    and database = (select oid from pg_database where datname = current_database())"""
HEADER = "case_id,agency_code,agency_name,service_code,opened_at,due_at,closed_at,note"


def _hailong(url: str, *arguments: str | Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "HAILONG_DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    environment["HAILONG_OWNER_URL"] = url.replace(f"{APPLICATION}@", f"{USER}@")
    return subprocess.Popen(
        [sys.executable, "-m", "web", "import", *map(str, arguments)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _done(url: str, *arguments: str | Path) -> tuple[int, str, str]:
    process = _hailong(url, *arguments)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


@pytest.fixture
def agencies(committed_url: str) -> str:
    """The address of a database that knows the agencies."""
    assert _done(committed_url, "agencies", HCMC / "agencies.csv")[0] == 0
    return committed_url


def _name(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def _count(postgres: Postgres, url: str) -> int:
    return int(postgres.psql("select count(*) from resident_case", _name(url)))


def test_exit_codes_and_words_tell_what_happened(agencies: str, tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    status, out, err = _done(agencies, "cases", EDGE / "09_impossible_dates.csv", "--dry-run")
    assert (status, out.split(";")[0], err) == (3, "Nothing was changed (dry run)", "")
    status, out, err = _done(
        agencies, "cases", EDGE / "09_impossible_dates.csv", "--report", report
    )
    assert (status, err) == (3, "")
    assert out.startswith("Taken 2, unchanged 0, refused 15 (not_a_date ")
    with report.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0] == {
        "line": "2",
        "column": "opened_at",
        "reason": "not_a_date",
        "value": "2026-02-30",
    }
    status, out, err = _done(agencies, "cases", EDGE / "12_unclosed_quote.csv")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "line 3" in err
    status, out, err = _done(agencies, "agencies", HCMC / "agencies.csv")
    assert (status, out.startswith("Taken 0, unchanged "), err) == (0, True, "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("cases", "nowhere.csv"), "nowhere.csv"),
        (("people", EDGE / "01_control.csv"), "people"),
        (("cases", EDGE / "01_control.csv", "--mapping", EDGE / "expected.json"), "not toml"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_two(
    arguments: tuple[str | Path, ...], words: str, shared_url: str
) -> None:
    status, out, err = _done(shared_url, *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert words in err


def test_killed_in_the_middle_and_run_again_ends_in_the_same_state(
    agencies: str, postgres: Postgres, tmp_path: Path
) -> None:
    count = 40_000
    path = tmp_path / "cases.csv"
    rows = (f"K-260105-{n:05},26740,,,2026-01-05 08:00,,,note {n}" for n in range(count))
    path.write_text("\n".join((HEADER, *rows)), encoding="utf-8")
    process = _hailong(agencies, "cases", path)
    while process.poll() is None and postgres.psql(UNDER_WAY, _name(agencies)) == "0":
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert _count(postgres, agencies) == 0
    assert _done(agencies, "cases", path)[:2] == (0, "Taken 40,000, unchanged 0, refused 0\n")
    assert _done(agencies, "cases", path)[:2] == (0, "Taken 0, unchanged 40,000, refused 0\n")
    assert _count(postgres, agencies) == count


def test_a_killed_import_of_dossiers_leaves_nothing_and_is_run_again(
    agencies: str, postgres: Postgres, tmp_path: Path
) -> None:
    assert _done(agencies, "services", HCMC / "services.csv")[0] == 0
    count = 10_000
    path = tmp_path / "dossiers.csv"
    header = "code,agency,service,received_at,finished_at,event_id,event,at"
    events = (f"K-260105-{n:05},,,,,e,withdrawn,2026-01-07 08:00" for n in range(0, count, 2))
    rows = (f"K-260105-{n:05},26740,1.000894,2026-01-05 08:00,,,," for n in range(count))
    path.write_text("\n".join((header, *events, *rows)), encoding="utf-8")
    process = _hailong(agencies, "dossiers", path)
    while process.poll() is None and postgres.psql(UNDER_WAY, _name(agencies)) == "0":
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    stored = "select count(*) from promise"
    assert process.returncode == -signal.SIGKILL
    assert postgres.psql(stored, _name(agencies)) == "0"
    assert _done(agencies, "dossiers", path)[:2] == (0, "Taken 15,000, unchanged 0, refused 0\n")
    assert _done(agencies, "dossiers", path)[:2] == (0, "Taken 0, unchanged 15,000, refused 0\n")
    assert postgres.psql(stored, _name(agencies)) == str(count)
