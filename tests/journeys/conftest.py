"""A running house with a small city in it, and a mailbox."""

import contextlib
import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller

from tests.running import Up, running, said
from web.running.embedded import Postgres

AGENCIES = """\
code,name_vi,name_en,kind,level,peer_group,parent,calendar,opens_on,closes_on
W1,Phường Một,Ward One,ward,commune,wards,,city,,
W2,Phường Hai,Ward Two,ward,commune,wards,,city,,
"""
SERVICES = """\
code,name_vi,name_en,field,statutory_amount,statutory_unit,source
BIN,Thu gom rác,Waste collection,Phản ánh,15,working_day,
"""
COMMITMENTS = """\
agency,level,service,amount,unit,rule,cut_off,effective_on,text_vi,text_en,legal_act
,,BIN,5,working_day,civil,,2020-01-01,Trong 5 ngày làm việc.,Within 5 working days.,
"""
HOURS = "07:30-11:30 13:00-17:00"
CALENDAR = "calendar,timezone,day,kind,windows,name_vi,name_en,legal_act\n" + "".join(
    f"city,Asia/Ho_Chi_Minh,{day},open,{HOURS},,,\n" for day in ("mon", "tue", "wed", "thu", "fri")
)
CALENDAR += "city,Asia/Ho_Chi_Minh,2099-12-31,known_until,,,,\n"


class Mailbox:
    """A real SMTP server that keeps what it is given."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"


class City:
    """The running house as the outside sees it."""

    def __init__(self, up: Up, data: Path, mailbox: Mailbox) -> None:
        self.up = up
        self.data = data
        self.mailbox = mailbox
        self.address = f"http://{up.address}"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command beside the running house."""
        done = said(self.data.parent, *arguments, "--data", str(self.data))
        assert done.returncode == 0, done.stderr
        return done

    def call(
        self, method: str, path: str, body: Any = None, *, key: str = "", expected: int = 200
    ) -> Any:
        """A call of the API; tried again while the house says it is busy or restarting."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        answer: httpx.Response | None = None

        def answered() -> bool:
            nonlocal answer
            with contextlib.suppress(httpx.TransportError):
                answer = httpx.request(
                    method, self.address + path, json=body, headers=headers, timeout=20
                )
            return answer is not None and answer.status_code != 503

        self.until(answered)
        assert answer is not None
        assert answer.status_code == expected, answer.text
        return answer.json()

    def ask(self, statement: str) -> str:
        """What the database says."""
        return Postgres(self.data).psql(statement, "hailong").strip()

    def until(self, holds: Callable[[], bool], *, seconds: float = 60) -> None:
        """Wait until something holds; fail when it does not in time."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, "did not come to hold"
            time.sleep(0.1)

    def letter(self, kind: str) -> EmailMessage:
        """The letter whose Message-ID begins with `kind`, as soon as it has come."""

        def found() -> list[EmailMessage]:
            return [x for x in self.mailbox.letters if x["Message-ID"].startswith(f"<{kind}.")]

        self.until(lambda: bool(found()))
        return found()[0]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A house of its own for the journeys of one module."""
    folder = tmp_path_factory.mktemp("city")
    mailbox = Mailbox()
    port = free_port()
    post = Controller(mailbox, hostname="127.0.0.1", port=port)
    post.start()
    try:
        url = f"smtp://127.0.0.1:{port}"
        with running(folder / "var", folder / "words", HAILONG_SMTP_URL=url) as up:
            made = City(up, folder / "var", mailbox)
            _settle(made, folder)
            yield made
    finally:
        post.stop()


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
    return port


def _settle(city: City, folder: Path) -> None:
    files = {
        "calendar": CALENDAR,
        "agencies": AGENCIES,
        "services": SERVICES,
        "commitments": COMMITMENTS,
    }
    for kind, text in files.items():
        path = folder / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        city.run("import", kind, str(path))


@pytest.fixture(scope="module")
def key(city: City) -> str:
    """A key of ward W1's own system."""
    made: str = json.loads(city.run("key", "add", "W1", "--json").stdout)["key"]
    return made


def last_quarter() -> tuple[str, datetime]:
    """The quarter that ended last, and a moment in it."""
    now = datetime.now(UTC)  # noqa: TID251 -- the house under test runs by the real clock
    year, quarter = (now.year, (now.month - 1) // 3) if now.month > 3 else (now.year - 1, 4)
    return f"{year}-Q{quarter}", datetime(year, quarter * 3 - 1, 10, 3, tzinfo=UTC)
