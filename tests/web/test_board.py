"""The pages and files of an edition: well-formed, deterministic, readable from any server."""

import csv
import dataclasses
import io
import json
import posixpath
import re
from decimal import Decimal
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest

from ranking.frozen.edition_body import Apologies, Corrections
from tests import pages as reader
from tests.web import editions
from web.board import front, pages
from web.board.charts import caterpillar
from web.board.charts.drawing import Drawing

EDITION = editions.make_edition()


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return pages.files(EDITION, demo=True)


def _pages(files: dict[str, bytes]) -> dict[str, reader.Page]:
    return {name: reader.read(files[name]) for name in files if name.endswith(".html")}


def test_the_files_are_those_that_were_promised(files: dict[str, bytes]):
    promised = {
        *("manifest.json", "config.json", "ranking.csv", "ranking.json", "inputs.csv"),
        *("notes.json", "feed.atom", "verify.py", "index.html", "vi/index.html", "en/index.html"),
        *("vi/method/index.html", "en/agencies/26740/index.html"),
    }
    assert promised <= files.keys()
    listed = json.loads(files["manifest.json"])["files"]
    assert listed.keys() == files.keys() - {"manifest.json"}


def test_the_same_edition_gives_the_same_bytes(files: dict[str, bytes]):
    assert pages.files(EDITION, demo=True) == files


def test_every_page_is_well_formed_in_its_language(files: dict[str, bytes]):
    for name, page in _pages(files).items():
        assert page.lang == ("en" if name.startswith("en/") else "vi"), name


def test_every_link_leads_to_a_file_of_the_folder(files: dict[str, bytes]):
    for name, page in _pages(files).items():
        if name == "index.html":
            continue
        links = [*page.links(), *(link.get("href", "") for link in page.all("link"))]
        for link in links:
            if link.startswith("#"):
                continue
            parts = urlsplit(link)
            assert not parts.netloc
            path = unquote(parts.path)
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path or "."))
            if path.endswith("/") or not path:
                target = posixpath.normpath(posixpath.join(target, "index.html"))
            assert target in files, (name, link)
            left = path.count("../") > name.count("/") - 1
            assert left == (parts.query == f"edition={EDITION.name}"), (name, link)


def test_the_front_page_says_how_many_are_ranked_and_why_others_are_not(files: dict[str, bytes]):
    text = _pages(files)["en/index.html"].text
    assert "Results for Q3 2026" in text
    assert "Ranked 4 of 9 agencies; 5 are listed without a rank" in text
    assert "Too few of those served answered" in text
    assert "Opened within the period" in text
    assert "“Cannot tell” is not a polite “bad”" in text
    assert "before adjustment 99.4%" in text
    assert "Cases without a promise" in _pages(files)["en/on-time.html"].text


def test_the_headline_is_a_true_sentence(files: dict[str, bytes]):
    bands = [str(agency.satisfaction.score.band) for agency in EDITION.agencies]
    ranked = len(bands) - bands.count("None")
    said = f"{bands.count('above')} of {ranked} ranked agencies is clearly above"
    assert said in _pages(files)["en/index.html"].h1
    assert f"{bands.count('below')} clearly below" in _pages(files)["en/index.html"].h1
    few = editions.make_edition((editions.gathered("A", levels=(50, 50, 0, 20, 20)),))
    assert "No agency is clearly above" in reader.read(pages.files(few)["en/index.html"]).h1
    only = editions.make_edition((editions.gathered("A", due=(9, 1, 0)),))
    assert "90.0% of the promises" in reader.read(pages.files(only)["en/index.html"]).h1


def test_the_vietnamese_front_page_speaks_vietnamese(files: dict[str, bytes]):
    text = _pages(files)["vi/index.html"].text
    assert "Kết quả quý 3 năm 2026" in text
    assert "Xếp hạng 4 trên 9 cơ quan" in text
    assert "99,4% (98,7\u2060–\u206099,7)" in text
    assert "Thành phố minh họa." in text


def test_a_suppressed_agency_shows_no_figure_of_its_answers(files: dict[str, bytes]):
    text = _pages(files)["en/agencies/26752/index.html"].text
    assert "Fewer than 30 residents answered" in text
    row = next(r for r in _rows(files["inputs.csv"]) if r["code"] == "26752")
    assert (row["n"], row["x"]) == ("", "")


def test_an_agency_page_says_the_figures_in_words(files: dict[str, bytes]):
    text = _pages(files)["en/agencies/26740/index.html"].text
    assert "1,000 residents answered. Adjusted for the mix of services, 99.4% of them" in text
    assert "500 cases fell due in the period: 450 were decided in time, 50 were not." in text
    assert "5 – very satisfied 794" in text
    assert "few, not shown" in text
    assert "Q2 2026" in text


def test_corrections_and_apologies_are_told_in_words_and_in_notes():
    made = editions.make_edition(
        (
            editions.gathered(
                "A",
                due=(400, 30, 20),
                corrections=Corrections(requested=7, approved=4, declined=2, cured=3),
                apologies=Apologies(late=50, apologised=20),
            ),
            editions.gathered("B", due=(100, 0, 0)),
        )
    )
    files = pages.files(made)
    text = reader.read(files["en/agencies/A/index.html"]).text
    assert "Promises not kept: 50." in text
    assert "told by the promised day: 20 (40%)" in text
    assert "Corrections asked for 7 Approved 4 Of these, late became on time 3 Declined 2" in text
    text = reader.read(files["en/agencies/B/index.html"]).text
    assert "Promises not kept" not in text
    assert "No correction was asked for or decided in the period." in text
    notes = json.loads(files["notes.json"])
    assert (notes["corrections_approved"], notes["promises_late_with_apology"]) == (4, 20)
    assert [of["code"] for of in notes["corrections_by_agency"]] == ["A"]


def test_an_edition_from_before_they_were_counted_says_nothing_of_corrections():
    agencies = tuple(
        dataclasses.replace(agency, corrections=None, apologies=None) for agency in EDITION.agencies
    )
    files = pages.files(dataclasses.replace(EDITION, agencies=agencies))
    assert "orrection" not in reader.read(files["en/agencies/26740/index.html"]).text
    notes = json.loads(files["notes.json"])
    assert (notes["corrections_requested"], notes["corrections_by_agency"]) == (None, [])


def test_a_change_of_its_own_share_is_told_and_tested(files: dict[str, bytes]):
    text = _pages(files)["en/agencies/26743/index.html"].text
    assert "That is more than chance explains." in text
    assert "Worse than before" in _pages(files)["en/index.html"].text


def test_strange_codes_stay_inside_the_folder(files: dict[str, bytes]):
    assert not any(".." in name or name.startswith("/") for name in files)
    assert pages.folder_of("../up").startswith("x")
    assert pages.folder_of("No Q") == "No Q"


def test_cells_are_no_formulas(files: dict[str, bytes]):
    for name in ("ranking.csv", "inputs.csv"):
        cells = [cell for row in _rows(files[name]) for cell in row.values()]
        assert "'=1+1" in cells
        assert not any(cell.startswith(("=", "@", "+")) for cell in cells)


def test_caveats_stand_on_the_page():
    notes = dataclasses.replace(
        EDITION.notes, is_before_cutoff=True, is_committed_late=True, residents=None
    )
    edition = dataclasses.replace(
        EDITION, name="2026-Q3.2", supersedes="2026-Q3", reason="A file came late.", notes=notes
    )
    text = reader.read(pages.files(edition)["en/index.html"]).text
    for words in ("corrected", "A file came late.", "before its cut-off", "only after its period"):
        assert words in text


def test_an_edition_without_agencies_or_answers_still_reads():
    for agencies in ((), (editions.gathered("A"),)):
        found = pages.files(editions.make_edition(agencies))
        assert "No promise fell due" in reader.read(found["en/index.html"]).text


def test_with_a_base_url_pages_lead_to_the_service():
    found = pages.files(EDITION, base_url="https://hailong.example")
    links = reader.read(found["vi/index.html"]).links()
    assert "https://hailong.example/vi/complaints/new" in links
    assert b"https://hailong.example/vi/editions/2026-Q3/" in found["feed.atom"]


def test_the_feed_is_atom_with_an_entry_in_each_language(files: dict[str, bytes]):
    atom = "{http://www.w3.org/2005/Atom}"
    root = ET.fromstring(files["feed.atom"])  # noqa: S314 -- our own
    assert [entry.findtext(f"{atom}title") for entry in root.iter(f"{atom}entry")] == [
        "Kết quả quý 3 năm 2026",
        "Results for Q3 2026",
    ]


def test_a_plot_has_the_target_and_stays_on_the_canvas():
    lines = [(agency.code, agency.satisfaction.score) for agency in EDITION.agencies]
    for some in (lines, [(f"{name} {i}", score) for i in range(20) for name, score in lines]):
        chart = caterpillar.caterpillar(some, 0.9, "vi")
        assert chart is not None
        for drawn in (chart.wide, chart.narrow):
            assert any(path.kind == "target" for path in drawn.paths)
            _stays_on_the_canvas(drawn)
    assert caterpillar.caterpillar(lines[:1], 0.9, "vi") is None


def _stays_on_the_canvas(drawn: Drawing) -> None:
    for path in drawn.paths:
        for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path.d):
            assert 0 <= float(x) <= drawn.width, path.kind
            assert 0 <= float(y) <= drawn.height, path.kind
    for word in drawn.words:
        assert 0 <= word.x <= drawn.width
        assert 0 <= word.y <= drawn.height


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_levels_that_are_all_too_few_are_all_left_out():
    edition = editions.make_edition((editions.gathered("A", levels=(1, 0, 0, 4, 30)),))
    assert edition.agencies[0].satisfaction.levels == (None,) * 5
    text = reader.read(pages.files(edition)["en/agencies/A/index.html"]).text
    assert text.count("few, not shown") == 5


def test_parts_of_cases_are_told_to_a_tenth_and_why():
    shared = (Decimal("30.125"), Decimal("20.125"))
    cohort = editions.gathered("A", due=(20, 5, 5)).cohort
    part = dataclasses.replace(cohort.due, due=shared[0], met=shared[1])
    one = editions.gathered("A", cohort=dataclasses.replace(cohort, due=part))
    text = reader.read(pages.files(editions.make_edition((one,)))["en/agencies/A/index.html"]).text
    assert "30.1 cases fell due in the period: 20.1 were decided in time" in text
    assert "30.125" not in text
    assert "each agency that held it has a part" in text


def test_who_differs_from_the_target_is_named_at_the_top_in_no_order_of_merit():
    above = [
        editions.gathered(
            code, name_vi=f"Phường {name}", name_en=f"{name} Ward", levels=(0, 0, 0, 20, 400 + i)
        )
        for i, (code, name) in enumerate(zip("ABCDEF", ("Ê", "Đ", "A", "E", "Ă", "D"), strict=True))
    ]
    edition = editions.make_edition((*above, editions.gathered("G", levels=(90, 40, 9, 30, 30))))
    shown = front.front(edition, "vi")
    assert shown.bands["above"] == 6
    names = ("Phường A", "Phường Ă", "Phường D", "Phường Đ", "Phường E")
    assert shown.named["above"] == names
    assert len(shown.named["below"]) == shown.bands["below"] == 1
    text = reader.read(pages.files(edition)["vi/index.html"]).text
    assert f"{', '.join(names)} và 1 cơ quan khác" in " ".join(text.split())


def test_few_promises_lead_neither_the_table_nor_the_chart():
    small, large = (
        editions.gathered("A", due=(30, 0, 0)),
        editions.gathered("B", due=(190, 6, 4)),
    )
    other = editions.gathered("C", due=(180, 16, 4))
    edition = editions.make_edition((small, large, other))
    group = front.front(edition, "en").groups[0]
    assert [of.code for of in group.kept] == ["B", "C", "A"]
    assert group.kept_chart is not None
    assert any("Not ranked" in words.text for words in group.kept_chart.wide.words)
