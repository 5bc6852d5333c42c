"""The house watches itself: what must hold of the whole, checked in a few lines each."""

import ast
import re
import subprocess
import sys
from enum import Enum
from pathlib import Path

import pytest

from feedback import errors as feedback_errors
from feedback import lifecycle
from feedback.events import CaseAppealed, CaseEvent, CaseHandedOver, RefusalContested
from feedback.lifecycle import CaseStatus
from ranking.errors import RankingError
from sla.acts import Event
from sla.errors import SlaError
from web import __main__ as command_line
from web import app as _app  # noqa: F401 -- pages name what they show when they are imported
from web import errors, reactions
from web.language import i18n
from web.settings import Settings, variables
from web.storage import schema

ROOT = Path(__file__).parents[1]
PACKAGES = ("sla", "feedback", "ranking", "web")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
README = (ROOT / "README.md").read_text() if (ROOT / "README.md").exists() else ""


def kinds_of(root: type) -> set[type]:
    found = {root}
    for kind in root.__subclasses__():
        found |= kinds_of(kind)
    return found


def _is_ours(kind: type) -> bool:
    return kind.__module__.split(".")[0] in PACKAGES


def test_imports_go_down_and_rules_are_pure() -> None:
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


def test_every_event_has_a_reaction_row() -> None:
    abstract = {Event.__name__, CaseEvent.__name__}
    # By name: a slotted dataclass leaves the class it was made from behind.
    stated = {kind.__name__ for kind in kinds_of(Event) if _is_ours(kind)}
    assert {kind.__name__ for kind in reactions.REACTIONS} == stated - abstract


def test_every_job_is_scheduled_and_every_reaction_is_a_job(settings: Settings) -> None:
    jobs = set(reactions.jobs(settings))
    assert set(reactions.SCHEDULE) == jobs
    assert {name for names in reactions.REACTIONS.values() for name in names} <= jobs


@pytest.mark.parametrize("root", [feedback_errors.FeedbackError, SlaError, RankingError])
def test_every_domain_error_has_an_answer(root: type[Exception]) -> None:
    for kind in kinds_of(root) - {root, feedback_errors.Refusal}:
        assert any(k in errors.ANSWERS for k in kind.__mro__), kind


def test_every_status_has_a_way_out_and_can_be_reached() -> None:
    arrows = lifecycle.arrows()
    # An ended case leaves only where it turns out to have been no feedback at all, for the level
    # above, or for a second look where it was taken for spam.
    back = (CaseHandedOver, CaseAppealed, RefusalContested)
    onward = {a.before for a in arrows if a.event not in back}
    assert onward == set(CaseStatus) - lifecycle.ENDED
    assert {a.after for a in arrows} | {CaseStatus.FILED} == set(CaseStatus)


@pytest.mark.parametrize("kind", sorted(i18n.NAMES, key=lambda kind: kind.__name__))
def test_every_value_people_see_has_a_name_in_both_languages(kind: type[Enum]) -> None:
    for value in kind:
        assert all(i18n.name_of(value, language) for language in i18n.LANGUAGES)


def test_no_migration_is_missing(
    committed_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "configuration.py").write_text(
        f"from web.storage.database import config\nCONFIG = config({committed_url!r})\n"
    )
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "tortoise",
            "-c",
            "configuration.CONFIG",
            "makemigrations",
            "-n",
            "test_must_not_write_this",
        ],
        cwd=tmp_path,
        env={"PYTHONPATH": f"{tmp_path}:{ROOT}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    written = list(ROOT.glob("*/migrations/*_test_must_not_write_this.py"))
    for path in written:
        path.unlink()
    assert not written, result.stdout
    assert "No changes detected" in result.stdout, result.stdout + result.stderr


# Of tables that a later migration dropped.
BYGONE = {"voice_counts", "tally_counts"}


async def test_what_the_migrations_promise_is_in_the_database(
    database: None,
) -> None:
    from tortoise.connection import get_connection

    promised = {
        name
        for path in ROOT.glob("*/migrations/*.py")
        for name in re.findall(r"add constraint (\w+)", path.read_text())
    }
    rows = await get_connection("default").execute_query_dict("select conname from pg_constraint")
    assert promised - BYGONE
    assert promised - BYGONE <= {row["conname"] for row in rows}


def test_nobody_reads_the_clock_but_the_clock() -> None:
    readers = {"now", "utcnow", "today", "time"}
    for path in SOURCES:
        if path.name == "clock.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                name = owner.id if isinstance(owner, ast.Name) else ""
                assert not (name in {"datetime", "date", "time"} and node.func.attr in readers), (
                    path,
                    node.lineno,
                )


def test_no_two_locks_share_a_number() -> None:
    numbers = [
        number for path in SOURCES for number in re.findall(r"= (0x48A1_\w+)", path.read_text())
    ]
    assert len(numbers) == len(set(numbers)) > 1


def test_no_module_is_a_drawer() -> None:
    for path in SOURCES:
        assert path.stem not in {"utils", "helpers", "common", "misc", "manager", "service"}, path


def test_modules_stay_readable() -> None:
    for path in SOURCES:
        if "migrations" in path.parts:
            continue
        assert len(path.read_text().splitlines()) <= 320, path


def test_the_readme_knows_every_command_and_setting() -> None:
    for name in command_line.COMMANDS:
        assert f"`hailong {name}" in README or f"`{name}`" in README, name
    for name in Settings.model_fields:
        assert variables(name)[0] in README, name


def test_the_readmes_life_cycle_is_the_one_in_force() -> None:
    assert lifecycle.diagram() in README


def test_known_migrations_are_found_by_their_files() -> None:
    files = {(p.parts[-3], p.stem) for p in ROOT.glob("*/migrations/0*.py")}
    assert schema.known_migrations() == files


def test_nothing_names_a_registry_or_a_machine() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    forbidden = re.compile(r"files\.pythonhosted|pypi\.org/simple|registry\.npmjs|/work/|/root/")
    for name in filter(None, tracked):
        path = ROOT / name
        if path.suffix in {".woff2", ".png", ".gz", ".csv", ".ico"} or not path.is_file():
            continue
        if path == Path(__file__):
            continue
        assert not forbidden.search(path.read_text(errors="replace")), name
