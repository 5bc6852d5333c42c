"""A corrected edition says in words what moved, and leads to the edition it corrects."""

import dataclasses

import pytest

from ranking.frozen.edition_body import Edition
from ranking.frozen.edition_life import Change
from ranking.life import differing
from tests import pages as reader
from tests.web import editions
from web.board import life, pages

SITE = "https://hailong.example"
BEFORE = editions.make_edition()


def corrected() -> Edition:
    """A late file brings one agency into the ranking, another is gone, a third kept more."""
    city = list(editions.CITY)
    city[3] = editions.gathered("26749", levels=(0, 1, 1, 600, 620), due=(30, 1, 0))
    city[2] = editions.gathered("26746", levels=(2, 3, 5, 40, 50), due=(1112, 5, 5))
    after = editions.make_edition(
        tuple(one for one in city if one.code != "26755"),
        name="2026-Q3.2",
        supersedes="2026-Q3",
        reason="Một tệp đến muộn",
    )
    changes = differing.changes(BEFORE, after)
    return dataclasses.replace(after, life=dataclasses.replace(after.life, changes=changes))


AFTER = corrected()


def moved(code: str, language: str) -> dict[str, tuple[str, str]]:
    told = life.moved(AFTER, language)
    [found] = [one for one in told if code in (one.agency.code if one.agency else one.name)]
    return {figure: (before, after) for figure, before, after in found.rows}


def test_what_moved_is_told_in_words_and_never_in_those_of_the_files() -> None:
    entered = moved("26749", "vi")
    assert entered["Tình trạng"] == ("Không xếp hạng", "Được xếp hạng")
    assert entered["Nhóm kết quả"] == ("–", "Trên mục tiêu")
    assert entered["Số người dân đã đánh giá"] == ("44", "1.222")
    assert moved("26749", "en")["Residents who answered"] == ("44", "1,222")
    assert moved("26755", "en") == {"Stands in the edition": ("yes", "no")}
    assert moved("26746", "vi")["Lời hẹn đến hạn"] == ("120", "1.122")
    [*_, gone] = life.moved(AFTER, "en")
    assert gone.name == "Agency 26755, no longer in the edition"


@pytest.mark.parametrize("figure", ["place", "on_time_place"])
def test_a_place_the_board_does_not_print_is_not_told_here_either(figure: str) -> None:
    lines = [
        (agency, agency.satisfaction.score if figure == "place" else agency.punctuality.score)
        for agency in AFTER.agencies
    ]
    assert {score.place_printed for _, score in lines} == {True, False}
    changes = tuple(Change(agency=of.code, figure=figure, before="1", after="2") for of, _ in lines)
    edition = dataclasses.replace(AFTER, life=dataclasses.replace(AFTER.life, changes=changes))
    told = [one.agency and one.agency.code for one in life.moved(edition, "vi")]
    assert told == [agency.code for agency, score in lines if score.place_printed]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_correction_leads_to_what_it_corrects_and_to_the_agencies(language: str) -> None:
    files = pages.files(AFTER, base_url=SITE)
    old = f"{SITE}/{language}/editions/2026-Q3/"
    assert old in reader.read(files[f"{language}/index.html"]).links()
    changes = reader.read(files[f"{language}/changes/index.html"])
    assert {old, "../agencies/26749/"} <= set(changes.links())
    assert "Một tệp đến muộn" in changes.text
