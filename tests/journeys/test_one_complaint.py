"""One complaint from filing to its rating, with everything killed on the way."""

import os
import signal

import pytest

from tests.journeys.conftest import City
from tests.running import PARTS

COMPLAINT = {
    "agency": "W1",
    "service": "BIN",
    "subject": "Rác không được thu gom",
    "text": "Đã ba ngày nay rác trước nhà tôi không được thu gom.",
    "contact": {"name": "Nguyễn Thị An", "email": "an@example.vn"},
    "language": "vi",
}


def _kill(city: City, *parts: str) -> None:
    running = city.up.children()
    for part in parts:
        os.kill(running[part], signal.SIGKILL)


@pytest.mark.parametrize("killed", [(), *((part,) for part in PARTS)], ids=str)
def test_a_complaint_reaches_its_tally_whatever_is_killed(
    city: City, key: str, killed: tuple[str, ...]
) -> None:
    city.until(lambda: set(city.up.children()) == set(PARTS))
    city.mailbox.letters.clear()
    before = _tallied(city)
    staff = f"lan{len(killed)}{killed[0] if killed else ''}".replace("-", "")
    city.run("user", "add", staff, "--role", "officer", "--agency", "W1")

    _kill(city, *killed)
    receipt = city.call("POST", "/api/v1/cases", COMPLAINT, expected=201)
    assert receipt["due_at"] is not None
    assert receipt["tracking_code"] in _text(city.letter("received"))

    inbox = f"/api/v1/inbox/{receipt['reference']}"
    city.until(lambda: set(city.up.children()) == set(PARTS))
    _kill(city, *killed)
    city.call("POST", f"{inbox}/assign", {"officer": staff}, key=key)
    city.call("POST", f"{inbox}/answer", {"text": "Đã thu gom xong."}, key=key)
    city.letter("answered")
    invitation = _text(city.letter("invitation"))
    token = next(word for word in invitation.split() if _is_code(word))

    city.until(lambda: set(city.up.children()) == set(PARTS))
    _kill(city, *killed)
    rating = {"token": token, "overall": 5, "comment": "Nhanh và tử tế, cảm ơn."}
    city.call("POST", "/api/v1/ratings", rating)
    city.until(lambda: _tallied(city) == before + 1)
    city.until(lambda: city.ask("select count(*) from rating where tone is null") == "0")
    code = {"tracking_code": receipt["tracking_code"]}
    assert city.call("POST", "/api/v1/cases/track", code)["status"] == "answered"


def _tallied(city: City) -> int:
    return int(city.ask("select count(*) from counted_answer where overall = 5"))


def _text(letter: object) -> str:
    body = letter.get_body(("plain",))  # type: ignore[attr-defined]  # an EmailMessage
    return str(body.get_content())


def _is_code(word: str) -> bool:
    return len(word) == 21 and word.count("-") == 4
