"""Calls to agencies' own systems: owed with their cause, made, put off, given up, made again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from feedback import (
    audit,
    casework,
    deliveries,
    delivery_log,
    events,
    holds,
    restricted,
    webhook_kinds,
    webhook_secrets,
    webhooks,
)
from feedback.actors import Resident, Staff
from feedback.codes import Keyring
from feedback.deeds import Deed, Subject
from feedback.deliveries import Call, Heard
from feedback.delivery_log import DeliveryState
from feedback.errors import NoSuchWebhook, NotAFact, RoleMayNot, TooManyWebhooks, UnknownAgency
from feedback.events import CaseEvent, WebhookOwed
from feedback.intake import Filing
from feedback.models import DeliveryRow, HoldDecision, Procedure, Role, WebhookRow
from feedback.webhook_kinds import CHOOSABLE, WebhookKind
from feedback.webhooks import WebhookDraft
from sla import jobs as sla_jobs
from tests import make
from tests.make import NOW, act

URL = "https://mot-cua.example.vn/hai-long"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass
class Listening:
    """Answers calls as a test wants, and remembers them."""

    answer: Callable[[Call], Heard] = lambda _: Heard(204)
    calls: list[Call] = field(default_factory=list)

    async def call(self, call: Call) -> Heard:
        self.calls.append(call)
        return self.answer(call)

    @property
    def kinds(self) -> list[WebhookKind]:
        return [call.kind for call in self.calls]


@pytest.fixture(autouse=True)
async def city(database: None) -> None:
    await make.make_city()


@pytest.fixture
async def officer() -> Staff:
    return await make.make_staff("lan")


@pytest.fixture
async def coordinator() -> Staff:
    return await make.make_staff("phoi", role=Role.COORDINATOR, agency=None)


async def listen(
    agency: str = "W1", kinds: tuple[WebhookKind, ...] = CHOOSABLE, keys: Keyring = make.KEYS
) -> int:
    number, _ = await webhooks.add(agency, WebhookDraft(URL, kinds), act(), keys)
    return number


async def owed(number: int) -> list[str]:
    rows = await DeliveryRow.filter(webhook_id=number).order_by("id")
    return [row.kind for row in rows]


async def log(number: int, state: DeliveryState | None = None) -> delivery_log.Log:
    return await delivery_log.read(number, act().by, at=NOW, state=state, before=None)


async def test_every_step_of_a_case_is_told_to_the_agency_that_holds_it(
    officer: Staff, keys: Keyring
) -> None:
    mine, theirs = await listen("W1"), await listen("W2")
    await make.make_answered_case(officer)
    assert await owed(mine) == ["case.filed", "case.assigned", "case.answered"]
    assert await owed(theirs) == []


async def test_only_what_was_chosen_is_told(officer: Staff) -> None:
    number = await listen(kinds=(WebhookKind.CASE_ANSWERED,))
    await make.make_answered_case(officer)
    assert await owed(number) == ["case.answered"]


async def test_a_transfer_is_told_to_both_and_names_who_holds_it_now(officer: Staff) -> None:
    former, present = await listen("W1"), await listen("W2")
    receipt = await make.make_case()
    await casework.transfer(receipt.reference, act(officer), to="W2", reason="Không thuộc phường.")
    assert await owed(former) == ["case.filed", "case.transferred"]
    assert await owed(present) == ["case.transferred"]
    told = await DeliveryRow.get(webhook_id=present)
    assert told.facts == {"reference": receipt.reference, "agency": "W2"}


async def test_what_is_told_names_a_case_and_says_nothing_of_it(officer: Staff) -> None:
    number = await listen()
    receipt = await make.make_answered_case(officer)
    for row in await DeliveryRow.filter(webhook_id=number):
        assert row.facts == {"reference": receipt.reference, "agency": "W1"}


async def test_ratings_and_notes_are_never_told(officer: Staff) -> None:
    number = await listen()
    receipt = await make.make_answered_case(officer)
    before = await owed(number)
    await make.make_rating(receipt, 1)
    await casework.note(receipt.reference, "Ghi chú nội bộ.", act(officer))
    assert await owed(number) == before


async def test_whoever_caused_it_hears_that_calls_are_owed_only_where_somebody_listens(
    officer: Staff,
) -> None:
    for count in (0, 1):
        doing = act(officer)
        receipt = await make.make_case()
        await casework.assign(receipt.reference, doing, officer="lan")
        assert doing.events.count(WebhookOwed()) == count
        if not count:
            await listen()


async def test_a_held_case_is_told_when_a_person_lets_it_through(
    coordinator: Staff, keys: Keyring
) -> None:
    from feedback import intake

    number = await listen()
    text = "Vay nhanh https://a.example http://b.example www.c.example"
    filing = Filing(make.draft(text=text), Resident("bot"), is_screened=True)
    receipt = await intake.file_complaint(filing, act(Resident("bot")), keys)
    assert await owed(number) == []
    await holds.decide(receipt.reference, HoldDecision.RELEASED, act(coordinator), keys)
    assert await owed(number) == ["case.filed"]


async def test_a_case_that_leaves_as_a_denunciation_is_told_to_nobody(
    coordinator: Staff, keys: Keyring
) -> None:
    number = await listen(kinds=tuple(k for k in CHOOSABLE if k is not WebhookKind.CASE_FILED))
    receipt = await make.make_case()
    procedure = Procedure.DENUNCIATION
    await restricted.hand_over(receipt.reference, act(coordinator), keys, procedure=procedure)
    assert await owed(number) == []


async def test_deadlines_are_told_once(officer: Staff) -> None:
    number = await listen(kinds=(WebhookKind.CASE_DUE_SOON, WebhookKind.CASE_BREACHED))
    receipt = await make.make_case()
    assert receipt.due_at is not None
    for moment, told in (
        (NOW + MINUTE, []),
        (receipt.due_at - MINUTE, ["case.due_soon"]),
        (receipt.due_at + MINUTE, ["case.due_soon", "case.breached"]),
        (receipt.due_at + 2 * MINUTE, ["case.due_soon", "case.breached"]),
    ):
        sweep = act(at=moment)
        while await sla_jobs.watch(sweep):
            pass
        while await deliveries.tell_deadlines(sweep):
            pass
        assert await owed(number) == told


async def test_a_deadline_long_passed_is_no_news_to_a_new_listener() -> None:
    receipt = await make.make_case()
    assert receipt.due_at is not None
    late = act(at=receipt.due_at + 3 * DAY)
    await sla_jobs.watch(late)
    await listen()
    assert not await deliveries.tell_deadlines(late)


async def test_an_edition_is_told_to_everybody_once() -> None:
    mine, theirs = await listen("W1"), await listen("W2", (WebhookKind.CASE_FILED,))
    for _ in range(2):
        await deliveries.owe_edition("2026-Q3", act())
    assert (await owed(mine), await owed(theirs)) == (["edition.published"], [])


async def test_a_call_that_is_taken_is_done(keys: Keyring) -> None:
    number = await listen()
    await make.make_case()
    listening = Listening()
    assert await deliveries.send(act(at=NOW + MINUTE), listening, keys)
    assert not await deliveries.send(act(at=NOW + MINUTE), listening, keys)
    assert listening.kinds == [WebhookKind.CASE_FILED]
    [row] = (await log(number)).rows
    assert (row.state, row.status, row.attempts) == (DeliveryState.DELIVERED, 204, 1)


async def test_a_repeat_carries_the_same_key(keys: Keyring) -> None:
    await listen()
    await make.make_case()
    listening = Listening(lambda _: Heard(500))
    await deliveries.send(act(), listening, keys)
    await deliveries.send(act(at=NOW + DAY), listening, keys)
    first, second = listening.calls
    assert first.key == second.key


@pytest.mark.parametrize("heard", [Heard(500), Heard(404), Heard(302), Heard(error="timeout")])
async def test_an_address_that_fails_is_left_in_peace_and_tried_with_one_call(
    keys: Keyring, heard: Heard
) -> None:
    number = await listen()
    for _ in range(3):
        await make.make_case()
    listening = Listening(lambda _: heard)
    await deliveries.send(act(), listening, keys)
    assert len(listening.calls) == 3
    assert not await deliveries.send(act(at=NOW + timedelta(seconds=5)), listening, keys)
    await deliveries.send(act(at=NOW + 2 * MINUTE), listening, keys)
    assert len(listening.calls) == 4
    shown = await log(number, DeliveryState.PUT_OFF)
    assert {(row.status, row.error) for row in shown.rows} == {(heard.status, heard.error)}
    listening.answer = lambda _: Heard(200)
    at = NOW + DAY
    while await deliveries.send(act(at=at), listening, keys):
        pass
    assert (await log(number)).counts[DeliveryState.DELIVERED] == 3
    assert (await WebhookRow.get(id=number)).failing_since is None


async def test_one_call_nobody_takes_does_not_keep_the_others(keys: Keyring) -> None:
    number = await listen()
    poison = await make.make_case()
    listening = Listening(
        lambda call: Heard(500 if call.facts["reference"] == poison.reference else 200)
    )
    for step in range(12):
        await make.make_case()
        at = NOW + step * DAY / 8
        while await deliveries.send(act(at=at), listening, keys):
            pass
    while await deliveries.send(act(at=NOW + 2 * DAY), listening, keys):
        pass
    shown = await log(number)
    assert shown.counts[DeliveryState.DELIVERED] == 12
    assert shown.counts[DeliveryState.PUT_OFF] == 1


async def test_one_dead_address_does_not_keep_another(keys: Keyring) -> None:
    dead, well = await listen("W1"), await listen("W2")
    await WebhookRow.filter(id=dead).update(url="https://dead.example.vn/")
    for agency in ("W1", "W2", "W1", "W2"):
        await make.make_case(agency=agency)
    listening = Listening(lambda call: Heard(error="timeout") if "dead" in call.url else Heard(200))
    await deliveries.send(act(), listening, keys)
    assert (await log(well)).counts[DeliveryState.DELIVERED] == 2
    assert (await log(dead)).counts[DeliveryState.PUT_OFF] == 2


async def test_after_three_days_a_call_is_given_up_and_can_be_sent_again(keys: Keyring) -> None:
    number = await listen()
    await make.make_case()
    listening = Listening(lambda _: Heard(503))
    late = NOW + deliveries.GIVE_UP_AFTER
    await deliveries.send(act(at=late), listening, keys)
    [row] = (await log(number, DeliveryState.GIVEN_UP)).rows
    head = await make.make_staff("thu", role=Role.HEAD)
    listening.answer = lambda _: Heard(200)
    await delivery_log.send_again(number, row.id, act(head, late))
    await deliveries.tend(act(at=late))
    await deliveries.send(act(at=late), listening, keys)
    assert (await log(number)).counts[DeliveryState.DELIVERED] == 1
    assert {call.key for call in listening.calls} == {row.key}


async def test_what_was_never_tried_is_given_up_too_and_the_old_is_forgotten(
    keys: Keyring,
) -> None:
    number = await listen()
    await make.make_case()
    await webhooks.pause(number, act(await make.make_staff("thu", role=Role.HEAD)))
    await deliveries.tend(act(at=NOW + 4 * DAY))
    shown = await log(number)
    assert shown.counts[DeliveryState.GIVEN_UP] == 1
    await deliveries.tend(act(at=NOW + deliveries.REMEMBERED + DAY))
    assert (await log(number)).rows == ()


async def test_all_that_was_given_up_is_sent_again_at_once(keys: Keyring) -> None:
    number = await listen()
    for _ in range(3):
        await make.make_case()
    head = await make.make_staff("thu", role=Role.HEAD)
    late = NOW + 4 * DAY
    await deliveries.tend(act(at=late))
    assert await delivery_log.send_all_again(number, act(head, late)) == 3
    listening = Listening()
    await deliveries.send(act(at=late), listening, keys)
    assert len(listening.calls) == 3
    trail = await audit.about(Subject.WEBHOOK, str(number))
    assert trail[0].deed is Deed.RETRIED


async def test_a_receiver_that_is_gone_is_called_no_more(keys: Keyring) -> None:
    number = await listen()
    await make.make_case()
    await deliveries.send(act(), Listening(lambda _: Heard(410)), keys)
    await make.make_case()
    assert not await deliveries.send(act(at=NOW + DAY), Listening(), keys)
    assert (await WebhookRow.get(id=number)).paused_at == NOW
    assert (await audit.about(Subject.WEBHOOK, str(number)))[0].deed is Deed.CHANGED


async def test_a_test_call_is_made_at_once_though_the_address_was_failing(keys: Keyring) -> None:
    number = await listen()
    await make.make_case()
    await deliveries.send(act(), Listening(lambda _: Heard(500)), keys)
    head = await make.make_staff("thu", role=Role.HEAD)
    await delivery_log.ping(number, act(head))
    listening = Listening()
    await deliveries.send(act(), listening, keys)
    assert WebhookKind.PING in listening.kinds


async def test_while_one_secret_follows_another_both_sign(keys: Keyring) -> None:
    head = await make.make_staff("thu", role=Role.HEAD)
    number, first = await webhooks.add("W1", WebhookDraft(URL, CHOOSABLE), act(head), keys)
    second = await webhooks.rotate(number, act(head), keys)
    listening = Listening()
    for moment, secrets in (
        (NOW, [second, first]),
        (NOW + webhooks.OVERLAP, [second]),
    ):
        await delivery_log.ping(number, act(head, moment))
        await deliveries.send(act(at=moment), listening, keys)
        told = listening.calls[-1].secrets
        assert [webhook_secrets.spelled(one) for one in told] == secrets


async def test_neither_the_secret_nor_enough_to_make_it_is_stored_or_on_record(
    keys: Keyring,
) -> None:
    number, secret = await webhooks.add("W1", WebhookDraft(URL, CHOOSABLE), act(), keys)
    row = await WebhookRow.get(id=number)
    other = Keyring(pepper=b"another pepper" * 3, seal=keys.seal)
    assert webhook_secrets.spelled(webhook_secrets.derived(row.seed, other)) != secret
    told = str(await audit.about(Subject.WEBHOOK, str(number)))
    assert secret not in told
    assert bytes(row.seed).hex() not in told


async def test_a_pause_owes_nothing_and_an_end_gives_up_what_was_owed(keys: Keyring) -> None:
    head = await make.make_staff("thu", role=Role.HEAD)
    number = await listen()
    await webhooks.pause(number, act(head))
    await make.make_case()
    assert await owed(number) == []
    await webhooks.go_on(number, act(head))
    await make.make_case()
    await webhooks.end(number, act(head))
    [row] = await DeliveryRow.filter(webhook_id=number)
    assert (row.given_up_at, row.error) == (NOW, "ended")
    assert not await deliveries.send(act(at=NOW + DAY), Listening(), keys)
    with pytest.raises(NoSuchWebhook):
        await webhooks.one(number, head, at=NOW)


async def test_a_head_keeps_the_own_agencys_and_knows_of_no_other(keys: Keyring) -> None:
    head = await make.make_staff("thu", role=Role.HEAD)
    mine, theirs = await listen("W1"), await listen("W2")
    assert [one.id for one in (await webhooks.listed(head, at=NOW)).rows] == [mine]
    draft = WebhookDraft(URL, CHOOSABLE)
    for number in (theirs, 10**6):
        for attempt in (
            webhooks.one(number, head, at=NOW),
            webhooks.change(number, draft, act(head)),
            webhooks.rotate(number, act(head), keys),
            webhooks.pause(number, act(head)),
            webhooks.go_on(number, act(head)),
            webhooks.end(number, act(head)),
            delivery_log.ping(number, act(head)),
            delivery_log.send_again(number, 1, act(head)),
            delivery_log.send_all_again(number, act(head)),
        ):
            with pytest.raises(NoSuchWebhook):
                await attempt
    with pytest.raises(RoleMayNot):
        await webhooks.add("W2", draft, act(head), keys)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.HEAD, Role.ADMINISTRATOR}))
async def test_nobody_else_keeps_addresses(role: Role, keys: Keyring) -> None:
    number = await listen()
    other = await make.make_staff("khac", role=role)
    with pytest.raises(RoleMayNot):
        await webhooks.add("W1", WebhookDraft(URL, CHOOSABLE), act(other), keys)
    with pytest.raises(RoleMayNot):
        await webhooks.pause(number, act(other))


async def test_an_agency_has_a_few_addresses_and_no_more(keys: Keyring) -> None:
    for number in range(webhooks.AT_MOST):
        await webhooks.add("W1", WebhookDraft(f"{URL}/{number}", CHOOSABLE), act(), keys)
    with pytest.raises(TooManyWebhooks):
        await listen()
    with pytest.raises(NotAFact) as twice:
        await webhooks.add("W1", WebhookDraft(f"{URL}/1", CHOOSABLE), act(), keys)
    assert (twice.value.field, twice.value.reason) == ("url", "address_called")
    with pytest.raises(UnknownAgency):
        await listen("NO")


SILENT = {
    "NoteAdded",
    "IdentityRevealed",
    "CaseRefused",
    "RefusalContested",
    "CaseHandedOver",
}


def test_every_event_of_a_case_is_told_or_silent_on_purpose() -> None:
    every = {
        kind.__name__
        for kind in vars(events).values()
        if isinstance(kind, type) and issubclass(kind, CaseEvent) and kind is not CaseEvent
    }
    told = {kind.__name__ for kind in webhook_kinds.TOLD}
    assert every - SILENT == told


@pytest.mark.parametrize("text", ["", "ping", "case.filed nonsense"])
def test_what_nobody_can_listen_for_is_refused(text: str) -> None:
    with pytest.raises(NotAFact):
        webhook_kinds.read(text)
