"""An office gets another name, by page and from end to end: nothing that is open notices."""

from datetime import date, timedelta

import pytest

from feedback import webhooks
from feedback.administration import changes, reforms
from feedback.models import AccountRow, DeliveryRow, Role
from feedback.webhook_kinds import CHOOSABLE
from feedback.webhooks import WebhookDraft
from sla import charter, lineage
from sla.lineage import Break
from sla.models import AgencyRow, ServiceRow
from tests import make
from tests.make import ZONE, Clock, act
from tests.web.office import Office
from web import doing, reactions
from web.settings import Settings

DAY = date(2026, 10, 8)
RENAME = {
    "kind": "rename",
    "heirs": "W9; Phường Chín; Ward Nine",
    "effective_on": DAY.isoformat(),
    "reason": "Nghị quyết 1685/NQ-UBTVQH15",
    "do": "confirm",
}


@pytest.fixture
async def office(office: Office) -> Office:
    await make.make_staff("lan", role=Role.HEAD)
    return office


async def test_a_rename_from_the_form_to_the_board(
    office: Office, settings: Settings, clock: Clock
) -> None:
    keys = reactions.keyring(settings)
    receipt = await make.make_case(keys=keys)
    secret = await make.make_key("W1", act(), keys)
    draft = WebhookDraft("https://mot-cua.example.vn/hai-long", CHOOSABLE)
    hook, _ = await webhooks.add("W1", draft, act(), keys)
    await make.make_commitment(
        agency=await AgencyRow.get(code="W1"),
        service=await ServiceRow.get(code="BIN"),
        amount=2,
    )
    await office.enter("an")
    assert (await office.send("agencies/W1/reform", **RENAME)).status_code == 303
    [proposal] = await changes.proposed()
    await office.enter("bo")
    assert (await office.send(f"changes/{proposal.id}", do="approve")).status_code == 303

    clock.move(days=3)
    later = make.act(at=clock.at)
    while await changes.carry_out_next(later, ZONE, doing.DOERS):
        pass
    while await reforms.move_next(later):
        pass

    mine = await office.browser.get("/api/v1/inbox", headers={"Authorization": f"Bearer {secret}"})
    assert [case["reference"] for case in mine.json()["items"]] == [receipt.reference]
    told = await DeliveryRow.filter(webhook_id=hook).order_by("id").values_list("kind", flat=True)
    assert list(told) == ["case.transferred"]
    await office.enter("lan")
    account = await AccountRow.get(name="lan").select_related("agency")
    assert account.agency
    assert account.agency.code == "W9"
    seen = await office.browser.get(f"/vi/inbox/{receipt.reference}")
    assert seen.status_code == 200
    assert "Nghị quyết 1685/NQ-UBTVQH15" in seen.text

    known = await charter.current()
    service = known.services["BIN"]
    own = known.commitment_of(known.agencies["W9"], service, on=DAY + timedelta(days=1))
    assert own
    assert (own.agency, own.within.amount) == ("W9", 2)
    [step] = (await lineage.steps(known))["W9"]
    assert (step.on, step.kind, [one.code for one in step.former]) == (DAY, Break.RENAMED, ["W1"])
    assert known.agencies["W1"].name_vi == "Phường Một"
    assert not known.agencies["W1"].is_open(DAY)
    public = await office.browser.get("/vi/commitments/agencies/W9")
    assert "Phường Chín" in public.text
