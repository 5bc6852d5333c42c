"""`hailong edition` as it is typed."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ranking.method import pack_fields
from ranking.verifying import verify
from tests.ranking import rows
from web.commands import edition as command
from web.commands.edition import edition
from web.storage import database

Run = Callable[..., Result]


@pytest.fixture
def run(committed_url: str, tmp_path: Path) -> Run:
    environment = {
        "HAILONG_DATABASE_URL": committed_url,
        "HAILONG_DATA": str(tmp_path / "var"),
        "HAILONG_DEMO": "",
    }

    def type_in(*words: str, packs: Path | None = None) -> Result:
        folder = {"HAILONG_PACKS_DIR": str(packs)} if packs else {}
        return CliRunner().invoke(edition, words, env=environment | folder)

    async def fill() -> None:
        async with database.connected(committed_url):
            agency = await rows.make_agency("26740")
            at = datetime(2026, 8, 10, tzinfo=UTC)
            await rows.make_ratings(agency, at, satisfied=30, unsatisfied=4, silent=6)

    asyncio.run(fill())
    return type_in


def test_an_edition_from_draft_to_verification(run: Run, tmp_path: Path):
    assert run("draft", "2026-Q3").output == "Drafted 2026-Q3.\n"
    assert "draft" in run("list").output
    published = run("publish", "2026-Q3", "--by", "The publisher", "--waive", "Old")
    assert published.exit_code == 0, published.output
    assert verify.verify(tmp_path / "var" / "editions" / "2026-Q3") == []
    listed = run("list").output
    assert "published" in listed
    assert "The publisher" in listed

    assert run("export", "2026-Q3", str(tmp_path / "out")).exit_code == 0
    assert run("verify", str(tmp_path / "out")).exit_code == 0
    (tmp_path / "out" / "notes.json").write_bytes(b"{}")
    changed = run("verify", str(tmp_path / "out"))
    assert (changed.exit_code, changed.output) == (1, "notes.json has been changed\n")
    again = run("export", "2026-Q3", str(tmp_path / "out"))
    assert again.exit_code == 1
    assert "exists already" in again.output

    refused = run("draft", "2026-Q3")
    assert (refused.exit_code, refused.output.count("\n")) == (1, 1)
    assert "never changes" in refused.output
    assert (
        run("draft", "2026-Q3", "--correct", "A file came late.").output == "Drafted 2026-Q3.2.\n"
    )
    assert run("publish", "2026-Q3.2", "--by", "The publisher", "--waive", "Old").exit_code == 0
    assert "superseded by 2026-Q3.2" in run("list").output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("draft", "summer"), "is no period"),
        (("draft", "2026-08"), "only quarters and years"),
        (("draft", "2090-Q1"), "runs until"),
        (("publish", "2026-Q1", "--by", "A"), "there is no edition"),
        (("export", "2026-Q1", "nowhere"), "there is no edition"),
    ],
)
def test_a_mistake_is_one_clear_line(run: Run, words: tuple[str, ...], sentence: str):
    found = run(*words)
    assert found.exit_code == 1
    assert sentence in found.output
    assert found.output.count("\n") == 1


def test_a_faulty_score_sheet_is_one_line_that_says_what_and_where(run: Run, tmp_path: Path):
    sheets = tmp_path / "sheets"
    drafting = ("draft", "2026-Q3")
    assert "HAILONG_PACKS_DIR names no folder" in run(*drafting, packs=sheets).output
    sheets.mkdir()
    (sheets / "ours.toml").write_text('code = "ours"\nmaximum = "ten"\n')
    found = run(*drafting, packs=sheets)
    assert (found.exit_code, found.output.count("\n")) == (1, 1)
    assert "ours.toml: " in found.output
    assert "maximum: ten is no number" in found.output
    assert "groups: missing" in found.output


def test_every_fault_of_a_score_sheet_has_words():
    kinds = (pack_fields.Fault.__doc__ or "").partition("Kinds:")[2].replace(".", "").split()
    assert set(kinds) == set(command._FAULTS)
