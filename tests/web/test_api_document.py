"""`docs/api.md` says what is so, and its examples do what they say."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from feedback import webhook_secrets
from feedback.scopes import Scope
from feedback.webhook_kinds import WebhookKind
from web import clock, errors
from web.api import inbox
from web.guarding.access_table import ACCESS
from web.sending import signing

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
SECRET, FORMER = b"s" * 32, b"f" * 32
BODY = '{"type":"ping","data":{"ở":"đây"}}'.encode()


def block(language: str) -> str:
    [found] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def headers(stamp: int, *secrets: bytes) -> dict[str, str]:
    return signing.headers(secrets, "msg_1", stamp, BODY)


@pytest.fixture
def is_ours() -> Callable[..., bool]:
    names: dict[str, Any] = {}
    exec(block("python"), names)  # noqa: S102 -- our own page
    found: Callable[..., bool] = names["is_ours"]
    return found


def test_the_python_example_knows_our_calls(is_ours: Callable[..., bool]) -> None:
    told = webhook_secrets.spelled(SECRET)
    now = int(clock.now().timestamp())
    assert is_ours(told, headers(now, SECRET), BODY)
    assert is_ours(told, headers(now, FORMER, SECRET), BODY)
    assert not is_ours(told, headers(now, FORMER), BODY)
    assert not is_ours(told, headers(now, SECRET), BODY + b" ")
    assert not is_ours(told, headers(now - 3600, SECRET), BODY)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
def test_the_shell_example_knows_our_calls(tmp_path: Path) -> None:
    (tmp_path / "body").write_bytes(BODY)
    told = webhook_secrets.spelled(SECRET)
    for given, body, is_good in (
        (headers(1, SECRET), "body", True),
        (headers(1, FORMER, SECRET), "body", True),
        (headers(1, FORMER), "body", False),
        (headers(2, SECRET) | {"webhook-timestamp": "1"}, "body", False),
    ):
        words = [told, *(given[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))]
        script = block("sh") + '\nverify "$@"\n'
        done = subprocess.run(
            ["sh", "-c", script, "sh", *words, body], cwd=tmp_path, check=False, timeout=60
        )
        assert (done.returncode == 0) is is_good


def test_the_page_names_every_scope_kind_and_action() -> None:
    for name in (*Scope, *WebhookKind, *inbox.ACTIONS):
        assert f"`{name}`" in PAGE, name


def test_the_scopes_of_the_page_are_those_of_the_table() -> None:
    rows = dict(re.findall(r"^\| `(\w+:\w+)` \| (.+) \|$", PAGE, re.MULTILINE))
    for scope in Scope:
        told = set(re.findall(r"`((?:GET|POST|PUT) [^`]+)`", rows[scope]))
        owed = {
            f"{method} {path.removeprefix('/api/v1').replace(':path', '')}"
            for (method, path), whom in ACCESS.items()
            if whom.scope is scope
        }
        assert told == owed


def test_every_problem_the_page_names_is_one_we_answer_with() -> None:
    kinds = {answer.kind for answer in errors.ANSWERS.values()}
    rows = re.findall(r"^\| \d{3}[^|]* \| ([^|]+) \|", PAGE, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([\w-]+)`", row)}
    assert named
    assert named <= kinds
