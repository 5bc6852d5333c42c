"""The board of a whole city: usable on a phone, and with everything a page can show on it."""

import gzip
import itertools
import re
from collections import Counter

import pytest

from tests import pages as reader
from tests.web import wards
from web.board import front, pages, profile
from web.board.charts import drawing, funnel
from web.board.charts.drawing import Drawing

EDITION = wards.city()
WEIGHT = 60_000


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return pages.files(EDITION)


def test_the_front_page_of_168_wards_is_light(files: dict[str, bytes]):
    assert len(EDITION.agencies) == 168
    assert len(gzip.compress(files["vi/index.html"], 6)) <= WEIGHT


def test_every_agency_is_on_every_order_and_on_one_page_of_its_band(files: dict[str, bytes]):
    for name in ("index", "by-name", "by-response", "overdue"):
        links = reader.read(files[f"vi/{name}.html"]).links()
        for agency in EDITION.agencies:
            assert f"agencies/{agency.code}/" in links, (name, agency.code)
    seen: Counter[str] = Counter()
    for name in ("above", "below", "cannot-tell", "not-ranked"):
        seen.update(reader.read(files[f"en/{name}.html"]).links().keys())
    assert all(seen[f"agencies/{agency.code}/"] == 1 for agency in EDITION.agencies)


def test_the_bands_add_up_to_all():
    assert sum(front.front(EDITION, "en").bands.values()) == len(EDITION.agencies)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_first_letters_leave_out_marks_and_what_all_names_begin_with(language: str):
    group = next(of for of in front.front(EDITION, language).groups if of.name == "wards")
    found = front.by_letter(group, language)
    letters = [letter for letter, _ in found]
    assert letters.index("D") + 1 == letters.index("Đ")
    assert not set(letters) & {"Ă", "Â", "Ê", "Ô", "Ơ", "Ư"}
    assert sum(len(agencies) for _, agencies in found) == group.total
    under_b = next(agencies for letter, agencies in found if letter == "B")
    assert any("Bến Thành" in agency.name("vi") for agency in under_b)


def test_charts_stay_on_their_canvas_and_their_labels_apart():
    behind = {
        (group.name, group.part): funnel.backdrop(
            [a for a in EDITION.agencies if a.satisfaction.funnel and a.peer_group == group.name],
            group.funnel,
            "vi",
        )
        for group in EDITION.satisfaction.groups
        if group.funnel and group.ranked > 2
    }
    drawn = Counter[str]()
    for agency in EDITION.agencies[::9]:
        part = agency.peer_group, agency.satisfaction.part
        made = profile.profile(agency, EDITION, "vi", behind.get(part))
        for name in ("funnel", "history", "levels", "gaps", "weeks", "waiting"):
            chart = getattr(made, name)
            if chart is not None:
                drawn[name] += 1
                _is_sound(chart)
    assert set(drawn) == {"funnel", "history", "levels", "gaps", "weeks", "waiting"}


def _is_sound(chart: Drawing) -> None:
    for path in chart.paths:
        for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path.d):
            assert 0 <= float(x) <= chart.width, path.kind
            assert 0 <= float(y) <= chart.height, path.kind
    below = sorted(w.x for w in chart.words if w.kind == "middle" and w.y > chart.height - 20)
    assert all(b - a >= 24 for a, b in itertools.pairwise(below)), below


def test_a_missing_period_breaks_the_line_of_the_history():
    agency = next(a for a in EDITION.agencies if len(a.history) == 3 and a.satisfaction.n)
    chart = profile.profile(agency, EDITION, "vi", None).history
    assert chart is not None
    joined = next(path.d for path in chart.paths if path.kind == "joined")
    assert joined.count("M") == 2  # Q3 to Q4 of one year, Q2 to Q3 of the next


def test_a_share_beyond_the_scale_is_drawn_at_its_end():
    scale = drawing.share_scale([0.83], 0, 100)
    assert (scale.low, scale.at(0.5), scale.at(1.0)) == (0.8, 0.0, 100.0)


def test_an_agency_page_says_what_its_figures_stand_on(files: dict[str, bytes]):
    shown = next(a for a in EDITION.agencies if a.satisfaction.quarantine and a.satisfaction.n)
    text = reader.read(files[f"en/agencies/{shown.code}/index.html"]).text
    for words in (
        *("How sure is this?", "As published", "Bias meter", "Among its peers", "Week by week"),
        *("When the clock stood still", "Still waiting for a decision", "There is no single grade"),
        *("On official score sheets", "never part of the ranking", "before adjustment"),
    ):
        assert words in text, words
