"""`hailong user` and `hailong key` as they are typed."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from feedback import agency_keys
from feedback.actors import AgencySystem
from feedback.errors import WrongCredentials
from feedback.models import AccountRow, AgencyKeyRow, Role
from feedback.staff import accounts
from tests import make
from web import reactions
from web.commands.key import key
from web.commands.user import user
from web.settings import Settings
from web.storage import database

Run = Callable[..., Result]
Ask = Callable[[Callable[[], Awaitable[Any]]], Any]


@pytest.fixture
def environment(committed_url: str, tmp_path: Path) -> dict[str, str]:
    return {
        "HAILONG_DATABASE_URL": committed_url,
        "HAILONG_DATA": str(tmp_path / "var"),
        "HAILONG_PEPPER": "p" * 40,
        "HAILONG_SECRET_KEY": "s" * 40,
    }


@pytest.fixture
def ask(committed_url: str) -> Ask:
    def asking(question: Callable[[], Awaitable[Any]]) -> Any:
        async def connected() -> Any:
            async with database.connected(committed_url):
                return await question()

        return asyncio.run(connected())

    asking(make.make_city)
    return asking


@pytest.fixture
def run(environment: dict[str, str], ask: Ask) -> Run:
    groups = {"user": user, "key": key}

    def type_in(group: str, *words: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(groups[group], words, env=environment, input=stdin)

    return type_in


def test_an_account_is_opened_reset_and_closed(run: Run, ask: Ask):
    opened = run(
        "user", "add", "lan", "--role", "officer", "--agency", "W1", "--email", "lan@example.vn",
        "--display-name", "Nguyễn Thị Lan",
    )  # fmt: skip
    assert opened.exit_code == 0, opened.output
    first = opened.stdout.strip()
    row = ask(lambda: AccountRow.get(name="lan"))
    assert (row.role, row.display_name, row.email) == (
        Role.OFFICER, "Nguyễn Thị Lan", "lan@example.vn",
    )  # fmt: skip
    assert first not in row.password_hash
    assert ask(lambda: accounts.recognised("lan", first)).name == "lan"

    second = run("user", "reset", "lan").stdout.strip()
    assert ask(lambda: accounts.recognised("lan", second)).name == "lan"
    with pytest.raises(WrongCredentials):
        ask(lambda: accounts.recognised("lan", first))

    assert run("user", "disable", "lan").exit_code == 0
    with pytest.raises(WrongCredentials):
        ask(lambda: accounts.recognised("lan", second))


def test_a_password_that_is_given_is_not_printed(run: Run, ask: Ask):
    done = run(
        "user", "add", "an", "--role", "auditor", "--password-stdin", stdin="mật khẩu đủ dài\n"
    )
    assert (done.exit_code, done.stdout) == (0, "")
    assert ask(lambda: accounts.recognised("an", "mật khẩu đủ dài")).name == "an"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("add", "an", "--role", "auditor"), "an account named an already"),
        (("add", "x", "--role", "officer"), "agency"),
        (("add", "lan", "--role", "officer", "--agency", "NO"), "no agency with the code NO"),
        (("add", "Lan Nguyễn", "--role", "auditor"), "small letters"),
        (("add", "lan", "--role", "auditor", "--email", "x"), "e-mail"),
        (("add", "lan", "--role", "auditor", "--password-stdin"), "too short"),
        (("reset", "nobody"), "no account named nobody"),
        (("disable", "nobody"), "no account named nobody"),
    ],
)
def test_a_mistake_is_one_line_and_stores_nothing(
    run: Run, ask: Ask, words: tuple[str, ...], line: str
):
    assert run("user", "add", "an", "--role", "auditor").exit_code == 0
    refused = run("user", *words, stdin="short\n")
    assert refused.exit_code == 1
    assert line in refused.output
    assert refused.output.count("\n") == 1
    assert ask(lambda: AccountRow.all().count()) == 1


def test_a_key_works_until_it_is_revoked(run: Run, ask: Ask, environment: dict[str, str]):
    made = json.loads(run("key", "add", "W1", "--json").stdout)
    assert set(made) == {"key", "id"}
    settings = Settings.read(environ=environment)

    def whose() -> Awaitable[AgencySystem | None]:
        keyring = reactions.keyring(settings)
        return agency_keys.holder(made["key"], keyring, at=make.NOW, on=make.NOW.date())

    assert ask(whose).key_id == made["id"]
    assert run("key", "revoke", str(made["id"])).exit_code == 0
    assert ask(whose) is None
    again = run("key", "revoke", str(made["id"]))
    assert (again.exit_code, again.output.count("\n")) == (1, 1)


def test_a_key_is_printed_alone_and_only_for_an_agency_there_is(run: Run, ask: Ask):
    assert run("key", "add", "W1").stdout.startswith("hl_")
    refused = run("key", "add", "NO")
    assert refused.exit_code == 1
    assert "no agency with the code NO" in refused.output
    assert ask(lambda: AgencyKeyRow.all().count()) == 1


def test_a_key_is_given_scopes_and_an_end_rotated_and_listed(run: Run):
    words = ("--scope", "inbox:read", "--scope", "dossiers:write", "--days", "30")
    made = json.loads(run("key", "add", "W1", *words, "--label", "Một cửa", "--json").stdout)
    again = json.loads(run("key", "rotate", str(made["id"]), "--overlap", "3", "--json").stdout)
    lines = run("key", "list", "--agency", "W1", "--json").stdout.splitlines()
    new, old = map(json.loads, lines)
    assert (new["id"], new["replaces"], new["state"]) == (again["id"], made["id"], "in_use")
    assert (old["id"], old["state"], old["used_on"]) == (made["id"], "ending", None)
    assert new["scopes"] == old["scopes"] == ["inbox:read", "dossiers:write"]
    assert new["label"] == "Một cửa"
    assert again["key"] not in "".join(lines)
    assert "Một cửa" in run("key", "list").stdout


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        (("add", "W1", "--scope", "everything"), 2, "is not one of"),
        (("add", "W1", "--days", "0"), 2, "--days"),
        (("add", "W1", "--label", "x" * 81), 1, "too long"),
        (("rotate", "99"), 1, "no key 99"),
    ],
)
def test_a_key_that_cannot_be_is_refused(run: Run, words: tuple[str, ...], code: int, line: str):
    refused = run("key", *words)
    assert refused.exit_code == code
    assert line in refused.output
