"""An edition becomes files once, whole or not at all."""

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feedback.actors import System
from ranking.life import editions
from ranking.verifying import verify
from sla.acts import Act
from tests.ranking import rows
from tests.web import editions as made
from web.board import pages, release
from web.settings import Settings

FILES = {"manifest.json": b"{}", "a.txt": b"a", "vi/index.html": b"<p>", "vi/b/c.html": b"c"}
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def test_what_is_released_is_what_was_given(tmp_path: Path):
    release.release(FILES, tmp_path / "2026-Q3")
    assert release.read(tmp_path / "2026-Q3") == FILES
    assert [path.name for path in tmp_path.iterdir()] == ["2026-Q3"]


@pytest.mark.parametrize("many", [1, 1000])
def test_what_is_written_while_it_is_drawn_are_the_files_of_the_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int
):
    edition = made.make_edition()
    files = pages.files(edition, demo=True)
    monkeypatch.setattr(pages, "MANY", many)  # from one agency on in processes of their own
    count = release.draw(edition, tmp_path / "2026-Q3", demo=True)
    assert release.read(tmp_path / "2026-Q3") == files
    assert count == len(files)
    assert verify.verify(tmp_path / "2026-Q3") == []
    with pytest.raises(release.AlreadyReleased):
        release.draw(edition, tmp_path / "2026-Q3")


def test_an_edition_is_never_replaced(tmp_path: Path):
    release.release(FILES, tmp_path / "2026-Q3")
    with pytest.raises(release.AlreadyReleased):
        release.release({"manifest.json": b"other"}, tmp_path / "2026-Q3")
    assert release.read(tmp_path / "2026-Q3") == FILES


def test_what_a_crash_left_is_discarded(tmp_path: Path):
    (tmp_path / ".2026-Q3.draft").mkdir()
    (tmp_path / ".2026-Q3.draft" / "half.html").write_text("half")
    release.release(FILES, tmp_path / "2026-Q3")
    assert release.read(tmp_path / "2026-Q3") == FILES


def test_of_two_at_once_one_wins(tmp_path: Path):
    outcomes: list[str] = []

    def attempt() -> None:
        try:
            release.release(FILES, tmp_path / "2026-Q3")
            outcomes.append("released")
        except release.AlreadyReleased:
            outcomes.append("refused")

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 3 + ["released"]


def test_who_was_passed_by_puts_nothing_in_place(tmp_path: Path):
    release.release(FILES, tmp_path / "2026-Q3", fence=7)
    with pytest.raises(release.PassedBy):
        release.release(FILES, tmp_path / "2026-Q4", fence=6)
    assert not (tmp_path / "2026-Q4").exists()
    release.release(FILES, tmp_path / "2026-Q4", fence=7)


KILLED = """
import os, signal, sys
from pathlib import Path
from web.board import release
into, left = sys.argv[1], int(sys.argv[2])
def dying(event, arguments):
    # The next step that touches the disk is not taken any more.
    global left
    if event in ("open", "os.mkdir", "os.rename") and str(arguments[0]).startswith(
        os.path.dirname(into)
    ):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(dying)
files = {"manifest.json": b"{}", "a.txt": b"a", "vi/index.html": b"<p>", "vi/b/c.html": b"c"}
release.release(files, Path(into))
"""


@pytest.mark.parametrize("after", [2, 4, 8, 10, 11, 12])
def test_killed_in_between_there_is_nothing_or_all(tmp_path: Path, after: int):
    into = tmp_path / "2026-Q3"
    found = subprocess.run(
        [sys.executable, "-c", KILLED, str(into), str(after)],
        cwd=Path(__file__).parents[2], env={**os.environ, "PYTHONPATH": "."}, check=False,
    )  # fmt: skip
    assert found.returncode == -signal.SIGKILL
    assert not into.exists() or release.read(into) == FILES
    if not into.exists():
        release.release(FILES, into)
    assert release.read(into) == FILES


@pytest.mark.usefixtures("database")
async def test_the_sweep_releases_each_published_edition_once(settings: Settings):
    at = datetime(2026, 11, 2, tzinfo=UTC)
    act = Act(by=System("test"), at=at)
    agency = await rows.make_agency("26740")
    await rows.make_ratings(agency, datetime(2026, 8, 1, tzinfo=UTC), satisfied=3, unsatisfied=1)
    await editions.draft("2026-Q3", act, ZONE)
    assert await release.release_board(act, settings) is False
    await editions.publish("2026-Q3", "A", act, waived="a test")
    assert await release.release_board(act, settings) is True
    assert await release.release_board(act, settings) is False
    assert verify.verify(release.folder(settings) / "2026-Q3") == []
