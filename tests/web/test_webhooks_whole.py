"""From a resident's complaint to the agency's own system and back, as installed."""

from collections.abc import Iterator

import orjson
import pytest

from feedback import webhooks
from feedback.actors import System
from feedback.scopes import Scope
from feedback.webhook_kinds import WebhookKind
from feedback.webhooks import WebhookDraft
from sla.acts import Act
from tests import make
from tests.make import NOW, Clock, act
from tests.web import listening_system
from tests.web.client import client
from tests.web.listening_system import Listening
from web import reactions
from web.settings import Settings

COMPLAINT = {
    "agency": "W1",
    "service": "BIN",
    "kind": "complaint",
    "subject": "Rác không được thu gom",
    "text": "Đã ba ngày nay rác trước nhà tôi không được thu gom.",
    "contact": {"name": "Nguyễn Thị An", "phone": "0901234567"},
    "language": "vi",
}


@pytest.fixture
def listening() -> Iterator[Listening]:
    yield from listening_system.serving(Listening())


async def test_a_complaint_calls_the_agencys_system_which_reads_it_with_its_key(
    database: None, settings: Settings, listening: Listening
) -> None:
    here = f"127.0.0.1:{listening.port}"
    settings = settings.model_copy(update={"webhook_hosts": (here,)})
    keys = reactions.keyring(settings)
    await make.make_city()
    draft = WebhookDraft(f"http://{here}/hai-long", (WebhookKind.CASE_FILED,))
    await webhooks.add("W1", draft, act(), keys)
    key = await make.make_key("W1", act(), keys, scopes=frozenset({Scope.INBOX_READ}))
    jobs = reactions.jobs(settings)
    async with client(settings, Clock()) as api:
        filed = await api.post("/api/v1/cases", json=COMPLAINT)
        assert filed.status_code == 201
        sweep = Act(by=System("send_webhooks"), at=NOW)
        assert await jobs["send_webhooks"](sweep)
        assert not await jobs["send_webhooks"](sweep)
        [asked] = listening.asked
        data = orjson.loads(asked.body)["data"]
        assert data["reference"] == filed.json()["reference"]
        for told in ("An", "0901234567", "Rác", filed.json()["tracking_code"]):
            assert told not in asked.body.decode()
        path = data["url"].removeprefix(settings.base_url or "")
        read = await api.get(path, headers={"Authorization": f"Bearer {key}"})
        assert read.json()["subject"] == COMPLAINT["subject"]
