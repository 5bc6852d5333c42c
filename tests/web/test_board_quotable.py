"""What a page of an edition says can be quoted: of whom, how sure, why somebody has no place."""

import dataclasses
import re
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

from ranking.counts.gathered import Answers
from ranking.counts.tallies import Effective
from ranking.frozen.edition_life import Life, Reply, Window
from ranking.method.config import Config
from tests import pages as reader
from tests.web import editions, wards
from web.board import front, pages

EDITION = editions.make_edition()
FILES = pages.files(EDITION)
LOW: dict[str, Any] = {"levels": (5, 5, 10, 80, 100), "served": 9000}
AT = datetime(2026, 10, 18, tzinfo=UTC)
LIFE = Life(
    window=Window(opened_at=AT, closes_at=AT, waived=""),
    replies=(Reply(agency="26740", at=AT, text="Chúng tôi cảm ơn.", withheld=None),),
)


def _text(files: dict[str, bytes], name: str) -> str:
    return reader.read(files[name]).text


@pytest.mark.parametrize(
    "path", ["", "by-response.html", "overdue.html", "above.html", "on-time.html"]
)
def test_a_table_says_what_its_intervals_are(path: str) -> None:
    config = Config(confidence=0.9)
    made = pages.files(editions.make_edition(config=config))
    name = path or "index.html"
    assert "90% interval; dashed line: 90%" in _text(made, f"en/{name}")
    assert "khoảng tin cậy 90%; vạch đứt: 90%" in _text(made, f"vi/{name}")
    assert "95% interval" in _text(FILES, f"en/{name}")


def test_the_source_line_names_the_last_day_whose_answers_count() -> None:
    assert "answers up to 15 October 2026." in _text(FILES, "en/index.html")
    assert "đến hết ngày 15 tháng 10 năm 2026." in _text(FILES, "vi/index.html")


def test_an_agencys_page_says_how_sure_each_range_is() -> None:
    text = _text(FILES, "en/agencies/26743/index.html")
    for words in (
        "(95% interval).",  # its share
        "on time (95% interval:",
        "points (95% interval:",
        "with the same confidence",
    ):
        assert words in text


def test_whose_answers_of_four_quarters_count_is_told_where_all_are_counted() -> None:
    answers = Answers(Effective(120, Fraction(110), (2, 3, 5, 40, 70)), 200, is_rolling=True)
    rolling = dataclasses.replace(editions.CITY[0], answers=answers)
    made = pages.files(editions.make_edition((rolling, *editions.CITY[1:])))
    said = "those of four quarters count: 1 agencies"
    assert said in _text(made, "en/index.html")
    assert said not in _text(FILES, "en/index.html")


def test_too_few_answers_are_the_reason_only_where_most_have_too_few() -> None:
    mostly, beside = "mostly too few answers", "for the reasons beside them"
    small = [editions.gathered(f"2{i}", levels=(0, 0, 1, 3, 5)) for i in range(3)]
    silent = [editions.gathered(f"3{i}", **LOW) for i in range(3)]
    for agencies, said in ((small, mostly), (silent, beside), ([*small, *silent[:2]], mostly)):
        made = editions.make_edition((*editions.CITY[:2], *agencies))
        assert said in _text(pages.files(made), "en/index.html")
        assert front.front(made, "en").is_mostly_few == (said == mostly)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"levels": (2, 2, 2, 20, 24)}, "An agency is ranked from 100 residents who answered."),
        (LOW, "An agency is ranked where at least 10% of those served answered."),
        ({**LOW, "served": 300, "held": 90}, "Over 10% of its answers are set aside"),
        ({**LOW, "served": 300, "is_new": True}, "There is nothing yet to compare it with."),
    ],
)
def test_who_has_no_place_reads_what_it_would_take(more: dict[str, Any], said: str) -> None:
    made = editions.make_edition((*editions.CITY[:2], editions.gathered("1", **more)))
    text = _text(pages.files(made), "en/agencies/1/index.html")
    assert said in text
    assert "That is no judgement." in text
    assert "That is no judgement." not in _text(FILES, "en/agencies/26740/index.html")


def test_what_officials_wrote_is_told_in_their_language() -> None:
    made = editions.make_edition(
        supersedes="2026-Q3", name="2026-Q3.2", reason="Một tệp đến muộn", life=LIFE
    )
    files = pages.files(made)
    for name, words in (
        ("agencies/26740/index.html", "Chúng tôi cảm ơn."),
        ("index.html", "Một tệp đến muộn"),
        ("changes/index.html", "Một tệp đến muộn"),
    ):
        assert f'<span lang="vi">{words}</span>' in files[f"en/{name}"].decode()
        assert words in files[f"vi/{name}"].decode()
        assert '<span lang="vi">' not in files[f"vi/{name}"].decode()


def test_the_press_sheet_says_of_how_many_each_figure_is_and_what_certainly_means() -> None:
    text = _text(pages.files(wards.city()), "en/press/index.html")
    assert re.search(r"Ward: \d+\.\d% \(\d+\.\d.+?\), \d+ residents", text)
    assert re.search(r"(Ward|Commune): \d+\.\d% \(\d+\.\d.+?\), \d+ due", text)
    assert "“Certainly” means: with 95% confidence" in text


def test_no_page_has_a_heading_before_its_title() -> None:
    written = {name: text for name, text in FILES.items() if name.endswith(".html")}
    first = {name: re.search(rb"<h[1-6]", text) for name, text in written.items()}
    assert {name for name, found in first.items() if found is None or found[0] != b"<h1"} == set()
