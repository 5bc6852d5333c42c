"""What an agency's page tells beside its figures: months, what annoyed people, where it is from."""

import csv
import dataclasses
import io
from pathlib import Path

import orjson
import pytest

from ranking.verifying import recount_told
from tests import pages as reader
from tests.web import editions
from web.board import pages, profile
from web.board.charts import over_time
from web.board.charts.over_time import Mark, Moment

EDITION = editions.make_edition()
FILES = pages.files(EDITION)
PAGE = "agencies/26740/index.html"


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(FILES[name].decode())))


def test_why_people_were_dissatisfied_stands_on_the_page_and_in_the_data() -> None:
    assert [(row["topic"], row["residents"]) for row in _rows("about.csv")] == [
        ("waiting", "12"),
        ("fees", "5"),
    ]
    assert "Why people were dissatisfied" in reader.read(FILES[f"en/{PAGE}"]).text
    assert "Vì sao người dân chưa hài lòng" in reader.read(FILES[f"vi/{PAGE}"]).text
    other = reader.read(FILES["en/agencies/26746/index.html"]).text
    assert "Topics, most first" not in other


def test_nothing_is_told_of_an_agency_with_too_few_answers() -> None:
    few = editions.gathered("1", levels=(9, 0, 0, 0, 0), about=EDITION.agencies[0].about)
    made = editions.make_edition((few,))
    assert made.agencies[0].about is None


def test_the_break_in_a_series_is_named_and_drawn() -> None:
    page = reader.read(FILES[f"en/{PAGE}"]).text
    assert "Renamed: since 1 July 2026 in place of 26737 Ward." in page
    [row] = _rows("origins.csv")
    assert (row["code"], row["kind"], row["former_code"]) == ("26740", "renamed", "26737")
    assert b'class="break"' in FILES[f"vi/{PAGE}"]
    assert "Đổi tên" in FILES[f"vi/{PAGE}"].decode()


def test_the_break_stands_in_the_table_after_the_last_edition_before_it() -> None:
    older = dataclasses.replace(editions.BEFORE, edition="2026-Q1", period="2026-Q1")
    series = (editions.BEFORE, older)
    made = editions.make_edition((dataclasses.replace(editions.CITY[0], history=series),))
    found = profile.profile(made.agencies[0], made, "vi", None)
    assert found.breaks == {"2026-Q2": "Đổi tên"}
    page = reader.read(pages.files(made, base_url="https://hailong.example")[f"vi/{PAGE}"])
    assert "Sau kỳ này: Đổi tên" in page.text
    assert "https://hailong.example/vi/editions/2026-Q1/agencies/26740/" in page.links()


def test_a_line_joins_no_editions_between_which_others_took_over() -> None:
    share = EDITION.agencies[0].satisfaction.score.share
    moments = [Moment(f"Q{i}", 100 + i, share, None, None) for i in range(3)]
    plain = over_time.history(moments, 0.9, "vi")
    marked = over_time.history(moments, 0.9, "vi", [Mark(101, "Sáp nhập"), Mark(90, "Đổi tên")])
    assert plain is not None
    assert marked is not None
    [joined, broken] = [
        next(path.d for path in of.paths if path.kind == "joined").count("L")
        for of in (plain, marked)
    ]
    assert (joined, broken) == (2, 1)
    assert [word.text for word in marked.words if word.text in {"Sáp nhập", "Đổi tên"}] == [
        "Sáp nhập"
    ]


def test_months_stand_on_the_page() -> None:
    assert _rows("due_months.csv")[0] == {
        "code": "26740",
        "month": "2026-07",
        "due": "500",
        "met": "450",
    }


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("due_months.csv", "26740,2026-07,500,450", "26740,2026-07,501,450"),
        ("due_months.csv", "26740,2026-07,500,450", "26740,2026-12,500,450"),
        ("about.csv", "fees,5", "fees,4"),
        ("about.csv", "fees,5", "fees,13"),
        ("about.csv", "26740,fees", "26752,fees"),
        ("origins.csv", "2026-07-01", "2026-10-09"),
        ("origins.csv", "26740,", "26799,"),
    ],
)
def test_the_verifier_believes_only_what_fits(
    tmp_path: Path, name: str, old: str, new: str
) -> None:
    ranking = orjson.loads(FILES["ranking.json"])
    for file in ("due_months.csv", "about.csv", "origins.csv"):
        (tmp_path / file).write_bytes(FILES[file])
    assert recount_told.check_told(tmp_path, ranking, _rows("inputs.csv")) == []
    text = FILES[name].decode()
    assert old in text
    (tmp_path / name).write_text(text.replace(old, new), "utf-8")
    assert recount_told.check_told(tmp_path, ranking, _rows("inputs.csv"))
