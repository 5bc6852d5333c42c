"""No page can tell another figure than the tables, and no table can lose a line.

Every figure of every page is forged in turn, one on each page at a time; `BELIEVED` is what a page
may say all the same, and says in README.
"""

import csv
import dataclasses
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ranking.frozen.edition_body import Edition
from ranking.frozen.edition_life import Measure, MeasureState, Plan, PlanState
from ranking.verifying import recount_data, recount_pages, verify
from ranking.verifying.recount_found import rows
from tests.ranking import test_verify
from tests.web import editions, test_board_corrected, test_board_quotable, wards
from web.board import pages

PUT_IN_ITS_MOUTH = '<blockquote class="hl-reply">Chúng tôi có lỗi.</blockquote></main>'
SOME = (1, 2, 3, 40, 90)
EDITIONS = {
    "nine": test_verify._scored,
    "whole": lambda: wards.city(("special_zone",)),
    "corrected": lambda: test_board_corrected.AFTER,
    "silent": lambda: editions.make_edition(
        tuple(editions.gathered(f"A{i}", due=(40 + i, 5, 5 * i)) for i in range(4))
    ),
}
# Whose pages are believed besides: what may stand in names and reasons, and what may be missing.
ODD = {
    "nobody": lambda: editions.make_edition(()),
    "no promises": lambda: editions.make_edition((editions.gathered("A1", levels=SOME),)),
    "promises alone, each in a band": lambda: editions.make_edition(
        (editions.gathered("A1", due=(295, 3, 2)), editions.gathered("A2", due=(150, 100, 50)))
    ),
    "names with figures": lambda: editions.make_edition(
        tuple(
            editions.gathered(
                f"Ward {i}",
                levels=SOME,
                due=(40 + i, 5, 1),
                group="Group A1",
                name_vi=f"Phường {i}, một cái tên rất dài ở quận 12 mới",
                name_en=f"Ward {i} & <5%>",
            )
            for i in range(4)
        ),
        name="2026-Q3.2",
        supersedes="2026-Q3",
        reason="Sửa 12.345 phiếu & 3,5%",
    ),
    "a year": lambda: _of_period("2026"),
    "a month": lambda: _of_period("2026-07"),
    "a period of its own": lambda: _of_period("H1-2026"),
}
# Pages that tell no figure of the edition, and parts of others: words, days, and what others wrote.
BELIEVED_PAGES = re.compile(r"../(?:data|embed)/|index\.html$")
BELIEVED = {
    r"": r'<figure class="hl-chartbox.*?</figure>|<svg\b.*?</svg>',  # charts
    r"../method/": r"<article.*(?=</figure>)",  # how to read it
    r"../index": r"<h2(?!.*<h2).*</main>",  # days of the edition
    r"../agencies/": r'<h2[^>]* id="(?:reply|plan)".*?(?=<h2|</main>)'  # replies and plans
    r"|<table(?:(?!</table>).)*/editions/.*?</table>"  # editions that do not lie beside
    r'|<p class="govuk-body-s hl-embed">.*?</p>'  # lines to copy
    r"|in place of [^<]*",  # names
}
_SPOT = re.compile(r"<[^>]*>|&#?\w+;|(\d+)", re.DOTALL)
_SAID = re.compile(r'<meta (?:name="description"|property="og:(?:description|title)")[^>]*>')


def _of_period(name: str) -> Edition:
    made = editions.make_edition()
    return dataclasses.replace(made, period=dataclasses.replace(made.period, name=name))


def _written(edition: Edition, folder: Path) -> dict[str, str]:
    """The edition in a folder; the pages that tell figures, by their paths."""
    files = pages.files(edition, base_url="https://hailong.example")
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    told = [name for name in files if re.match(r"(?:vi|en)/.*\.(?:html|svg)$", name)]
    return {name: files[name].decode() for name in told if not BELIEVED_PAGES.match(name)}


def _faults(folder: Path) -> list[str]:
    ranking, notes, config = (
        json.loads((folder / f"{name}.json").read_bytes())
        for name in ("ranking", "notes", "config")
    )
    inputs = rows(folder, "inputs.csv")
    data = recount_data.check_data(folder, ranking, inputs)
    return data + recount_pages.check_pages(folder, ranking, inputs, notes, config)


def _spots(name: str, page: str) -> list[tuple[int, int]]:
    """Where the figures of a page stand that it may not change."""
    head = page.partition("</head>")[0] if name.endswith(".html") else ""
    believed = [
        of.span()
        for of_page, part in BELIEVED.items()
        if head and re.match(of_page, name)
        for of in re.finditer(part, page, re.DOTALL)
    ]
    said = [
        (of.start() + at.start(), of.start() + at.end())
        for of in _SAID.finditer(head)
        for at in re.finditer(r"\d+", of[0])
    ]
    shown = [of.span(1) for of in _SPOT.finditer(page, len(head)) if of[1]]
    return said + [
        (start, end)
        for start, end in shown
        if not any(first <= start < last for first, last in believed)
    ]


def _named(name: str) -> str:
    """As faults call a page."""
    return name.removesuffix("index.html") if name.count("/") > 1 else name


@pytest.mark.parametrize("made", EDITIONS)
def test_no_figure_of_a_page_can_be_forged(made: str, tmp_path: Path):
    told = _written(EDITIONS[made](), tmp_path)
    assert _faults(tmp_path) == []
    spots = {name: _spots(name, page) for name, page in told.items()}
    assert sum(map(len, spots.values())) > 400
    missed = []
    for turn in range(max(map(len, spots.values()))):
        forged = {name: of[turn] for name, of in spots.items() if turn < len(of)}
        for name, (_, end) in forged.items():
            page, digit = told[name], int(told[name][end - 1])
            other = f"{page[: end - 1]}{(digit + 5) % 10}{page[end:]}"
            (tmp_path / name).write_text(other, "utf-8")
        faults = _faults(tmp_path)
        for name, (start, end) in forged.items():
            if not any(fault.startswith(_named(name)) for fault in faults):
                missed.append((name, told[name][start - 60 : end + 20]))
            (tmp_path / name).write_text(told[name], "utf-8")
    assert missed == []


@pytest.mark.parametrize("made", ODD)
def test_pages_that_are_right_are_believed(made: str, tmp_path: Path):
    _written(ODD[made](), tmp_path)
    assert verify.verify(tmp_path) == []


def _changed(page: str) -> Iterator[tuple[str, str]]:
    """A page with a line less, a line twice, another band, another word, a figure more."""
    for line in re.findall(
        r'<tr role="row" data-band=.*?</tr>|<li class="hl-tile">.*?</li>', page, re.DOTALL
    ):
        yield "without a line", page.replace(line, "", 1)
        yield "with a line twice", page.replace(line, line * 2, 1)
    for found in re.finditer(r"hl-chip--(above|below|undetermined|none)", page):
        other = "above" if found[1] == "below" else "below"
        yield "another band", f"{page[: found.start(1)]}{other}{page[found.end(1) :]}"
    for found in re.finditer(r'hl-chip--above">.*?</svg>([^<]+)', page, re.DOTALL):
        yield "another word", f"{page[: found.start(1)]}Best of all{page[found.end(1) :]}"
    if "<article" not in page:  # but for how to read it, which has figures of its own
        yield "a figure more", page.replace("</h1>", "</h1><p>Mean of the city: 12.3%</p>", 1)


@pytest.mark.parametrize("made", ["nine", "silent"])
def test_no_line_of_a_board_can_be_left_out_or_put_elsewhere(made: str, tmp_path: Path):
    told = _written(EDITIONS[made](), tmp_path)
    missed = []
    for name, page in told.items():
        if name.endswith(".svg") or not name.startswith("en"):
            continue
        for what, other in _changed(page):
            (tmp_path / name).write_text(other, "utf-8")
            if not _faults(tmp_path):
                missed.append((name, what))
        (tmp_path / name).write_text(page, "utf-8")
    assert missed == []


@pytest.mark.parametrize("made", ["nine", "corrected"])
def test_no_page_can_be_left_out(made: str, tmp_path: Path):
    for name, page in _written(EDITIONS[made](), tmp_path).items():
        (tmp_path / name).unlink()
        assert verify.verify(tmp_path), name
        (tmp_path / name).write_text(page, "utf-8")


@pytest.mark.parametrize("made", ["nine", "whole"])
def test_no_line_of_a_table_can_be_left_out(made: str, tmp_path: Path):
    """Not even where datapackage.json is made to fit."""
    _written(EDITIONS[made](), tmp_path)
    (tmp_path / recount_data.DESCRIBED).unlink()
    assert not _is_found(tmp_path)
    missed = []
    for table in sorted(tmp_path.glob("*.csv")):
        whole = table.read_bytes()
        first, *lines = csv.reader(io.StringIO(whole.decode()))
        left = [[*lines[:at], *lines[at + 1 :]] for at in range(len(lines))]
        for some in [*left, []] if lines else []:
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows([first, *some])
            table.write_text(text.getvalue(), "utf-8")
            if not _is_found(tmp_path):
                missed.append((table.name, len(lines) - len(some)))
        table.write_bytes(whole)
    assert missed == []


def _is_found(folder: Path) -> bool:
    try:
        faults = verify.check_figures(folder)
    except verify.UNREADABLE:  # as `verify` says
        return True
    return any(recount_data.DESCRIBED not in fault for fault in faults)


def test_earlier_figures_are_those_of_the_editions_that_lie_beside(tmp_path: Path):
    earlier = _of_period("2026-Q2")
    _written(dataclasses.replace(earlier, name="2026-Q2"), tmp_path / "2026-Q2")
    [then] = [of for of in earlier.agencies if of.code == "26740"]
    said, kept = then.satisfaction, then.punctuality
    for n in (said.n, 150):
        of = dataclasses.replace(
            editions.BEFORE,
            n=n,
            share=said.score.share,
            low=said.score.low,
            high=said.score.high,
            due=kept.due.due,
            on_time=kept.score.share,
        )
        city = (dataclasses.replace(editions.CITY[0], history=(of,)), *editions.CITY[1:])
        _written(editions.make_edition(city), tmp_path / "now")
        assert [fault.partition(" ")[0] for fault in _faults(tmp_path / "now")] == (
            [] if n == said.n else [f"{of}/agencies/26740/#earlier" for of in ("vi", "en")]
        )


def _with_words() -> Edition:
    """An agency has replied, and has a plan."""
    at = datetime(2026, 8, 1, tzinfo=UTC)
    measure = Measure(
        text="Thêm người trực <sáng>",
        owner="Trưởng bộ phận",
        due_on=date(2026, 9, 22),
        state=MeasureState.OPEN,
        ended_at=None,
        report="",
    )
    plan = Plan(
        agency="26740",
        edition="2026-Q2",
        due_at=at,
        state=PlanState.IN_TIME,
        written_at=at,
        version=1,
        cause="Hồ sơ dồn vào cuối tháng",
        goal="Trả lời đúng hẹn trên 90%",
        measures=(measure,),
        since=(),
    )
    said = dataclasses.replace(test_board_quotable.LIFE, plans=(plan,))
    return editions.make_edition(life=said)


@pytest.mark.parametrize(
    "own", ["Chúng tôi cảm ơn", "&lt;sáng&gt;", "Trưởng bộ", "Hồ sơ dồn", "trên 90"]
)
def test_what_an_agency_says_cannot_be_forged(own: str, tmp_path: Path):
    _written(_with_words(), tmp_path)
    assert verify.verify(tmp_path) == []
    for language in ("vi", "en"):
        path = tmp_path / language / "agencies" / "26740" / "index.html"
        whole = path.read_text("utf-8")
        assert own in whole
        for forged in (whole.replace(own, "Không", 1), whole.replace("</main>", PUT_IN_ITS_MOUTH)):
            path.write_text(forged, "utf-8")
            found = verify.check_figures(tmp_path)
            assert [fault.partition("#")[0] for fault in found] == [f"{language}/agencies/26740/"]
        path.write_text(whole, "utf-8")
