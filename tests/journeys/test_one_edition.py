"""A quarter of past work becomes a published edition that anyone can check."""

import csv
from datetime import timedelta
from pathlib import Path

import httpx

from tests.journeys.conftest import City, last_quarter
from tests.running import said

HEADER = (
    "case_id",
    "agency_code",
    "agency_name",
    "service_code",
    "opened_at",
    "due_at",
    "closed_at",
    "note",
)


def test_past_cases_become_an_edition_that_verifies(city: City, tmp_path: Path) -> None:
    name, middle = last_quarter()
    file = tmp_path / "cases.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(HEADER)
        for number in range(300):
            opened = middle + timedelta(hours=number % 200)
            due = opened + timedelta(days=5) if number % 10 else None
            closed = opened + timedelta(days=4 if number % 4 else 6)
            times = [moment.isoformat() if moment else "" for moment in (opened, due, closed)]
            rows.writerow([f"PAST-{number}", f"W{1 + number % 2}", "", "BIN", *times, "Việc cũ"])
    assert "Taken 300" in city.run("import", "cases", str(file)).stdout
    assert "unchanged 300" in city.run("import", "cases", str(file)).stdout

    city.run("edition", "draft", name)
    city.run("edition", "publish", name, "--by", "Trần Văn Bình", "--waive", "Số liệu cũ")
    city.until(lambda: httpx.get(f"{city.address}/vi/editions/{name}/").status_code == 200)
    for language, heading in (("vi", "Phường Một"), ("en", "Ward One")):
        page = httpx.get(f"{city.address}/{language}/editions/{name}/")
        assert heading in page.text
        assert httpx.get(f"{city.address}/{language}/editions/{name}/agencies/W1/").is_success
    listed = city.call("GET", "/api/v1/editions")["items"]
    assert [each["name"] for each in listed] == [name]

    folder = tmp_path / "edition"
    city.run("edition", "export", name, str(folder))
    assert said(tmp_path, "edition", "verify", str(folder)).returncode == 0
    ranking = folder / "ranking.csv"
    content = bytearray(ranking.read_bytes())
    content[-2] ^= 1
    ranking.write_bytes(content)
    refused = said(tmp_path, "edition", "verify", str(folder))
    assert refused.returncode == 1
    assert "ranking.csv" in refused.stdout + refused.stderr
