"""Cost, not lock-out: a village at one address is served, a guesser is slowed, a neighbour not."""

from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import codes
from feedback.models import CaseRow
from tests import make, pages
from tests.conftest import KEYS
from tests.make import Clock
from web import app, forms, queueing, reactions
from web.guarding import throttling, work
from web.guarding.buckets import Buckets, Budget, Level, drained
from web.running.embedded import Valkey
from web.settings import Settings

AT = 1_800_000_000.0
BUDGET = Budget(burst=10, per_hour=60, debt=20)
VILLAGE = "203.0.113.7"


def solution(puzzle: str) -> str:
    """What the script of the page finds."""
    bits = int(puzzle.split(".")[3])
    number = 0
    while int.from_bytes(sha256(f"{puzzle}.{number}".encode()).digest()) >> (256 - bits):
        number += 1
    return str(number)


@given(
    st.lists(st.tuples(st.floats(0, 7200), st.sampled_from([0.0, 1.0, 5.0])), max_size=30),
)
def test_a_bucket_never_holds_more_than_its_burst_nor_owes_more_than_its_debt(
    steps: list[tuple[float, float]],
) -> None:
    level, at = None, AT
    for wait, cost in steps:
        at += wait
        level = drained(level, BUDGET, at=at, cost=cost)
        assert -BUDGET.debt <= level.tokens <= BUDGET.burst


def test_a_bucket_fills_by_its_rate_and_no_faster() -> None:
    empty = Level(-20.0, AT)
    assert drained(empty, BUDGET, at=AT + 60, cost=0).tokens == pytest.approx(-19)
    assert drained(empty, BUDGET, at=AT + 3600, cost=0).tokens == pytest.approx(10)
    assert drained(empty, BUDGET, at=AT - 60, cost=0).tokens == pytest.approx(-20)


async def test_without_redis_the_process_counts_for_itself() -> None:
    buckets = Buckets()
    for left in (9, 8, 7):
        assert await buckets.drain("a", BUDGET, at=AT, cost=1) == left
    assert await buckets.drain("b", BUDGET, at=AT, cost=1) == 9
    assert await buckets.spend("x", at=AT, seconds=60)
    assert not await buckets.spend("x", at=AT + 59, seconds=60)


async def test_processes_share_what_they_count_through_redis(tmp_path: Path) -> None:
    with Valkey(tmp_path) as server, queueing.client(server.url) as connection:
        one, other = Buckets(connection), Buckets(connection)
        level: Level | None = None
        for at, cost in ((AT, 1.0), (AT + 1, 40.0), (AT + 60, 1.0), (AT + 7200, 1.0)):
            level = drained(level, BUDGET, at=at, cost=cost)
            left = await one.drain("a", BUDGET, at=at, cost=cost)
            assert left == pytest.approx(level.tokens)
        assert await other.drain("a", BUDGET, at=AT + 7200, cost=0) == pytest.approx(level.tokens)
        assert await one.spend("x", at=AT, seconds=60)
        assert not await other.spend("x", at=AT, seconds=60)
        assert all(connection.ttl(key) > 0 for key in connection.keys("hailong:*"))
    assert await one.drain("b", BUDGET, at=AT, cost=1) == 9  # gone away, and nobody is held up


def test_the_price_doubles_with_the_excess_and_has_an_end() -> None:
    prices = [work.price(excess) for excess in (1, 2, 4, 8, 1000, 10**9)]
    assert [p.bits for p in prices] == [15, 16, 17, 18, 20, 20]
    assert prices[-1].seconds == work.LONGEST


def test_a_puzzle_is_paid_by_its_solution_in_time_and_by_nothing_else() -> None:
    puzzle = work.puzzle("code", "whom", 8, at=AT, keys=KEYS)
    right = solution(puzzle)
    assert work.solved(puzzle, right, at=AT + 60, keys=KEYS)
    assert work.solved(puzzle, right, at=AT + work.LASTS + 1, keys=KEYS) is None
    easier = puzzle.replace(".8.", ".0.", 1)
    for text, number in ((puzzle, str(int(right) - 1)), (easier, right), (puzzle, "x"), ("", "")):
        assert work.solved(text, number, at=AT, keys=KEYS) is None or number != right


def test_a_ticket_is_good_after_its_time_and_not_before() -> None:
    ticket = work.ticket("code", "whom", 30, at=AT, keys=KEYS)
    assert work.waited(ticket, at=AT + 29, keys=KEYS) is None
    assert work.left(ticket, at=AT + 10, keys=KEYS) == 20
    assert work.waited(ticket, at=AT + 30, keys=KEYS)
    assert work.waited(ticket + "0", at=AT + 30, keys=KEYS) is None


@pytest.mark.parametrize(
    ("host", "seen"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("unknown", "unknown"),
    ],
)
def test_an_address_is_seen_as_far_as_it_tells_households_apart(host: str, seen: str) -> None:
    assert throttling.coarse(host) == seen


class Street:
    """Visitors at one address, each with a browser of their own."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.app = app.create_app(settings, clock)
        self.clock = clock

    def visitor(self, address: str = VILLAGE) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.app, client=(address, 50_000))
        return httpx.AsyncClient(transport=transport, base_url="https://hailong.example")


@pytest.fixture
async def street(database: None, settings: Settings) -> Street:
    await make.make_city()
    return Street(settings, Clock())


async def _look_up(visitor: httpx.AsyncClient, code: str, **more: str) -> httpx.Response:
    token = visitor.cookies.get("__Host-hailong_visitor")
    if token is None:
        await visitor.get("/vi/track")
        token = visitor.cookies["__Host-hailong_visitor"]
    return await visitor.post(
        "/vi/track", data={"csrf_token": forms.masked(token), "code": code, **more}
    )


async def test_a_village_of_three_hundred_behind_one_address_is_served_in_an_hour(
    street: Street,
) -> None:
    for number in range(300):
        street.clock.move(seconds=12)
        async with street.visitor() as visitor:
            body = {"agency": "W1", "subject": f"Rác {number}", "text": "Rác không được thu gom."}
            filed = await visitor.post("/api/v1/cases", json=body)
            assert filed.status_code == 201, (number, filed.text)
    assert await CaseRow.all().count() == 300


async def test_a_guesser_is_slowed_and_a_neighbour_still_gets_in(
    street: Street, settings: Settings
) -> None:
    receipt = await make.make_case(keys=reactions.keyring(settings))
    asked = 0
    async with street.visitor() as guesser:
        for _ in range(100):
            answer = await guesser.post(
                "/api/v1/cases/track", json={"tracking_code": codes.new_code()}
            )
            asked += answer.status_code == 404
        assert asked <= throttling.CODE.address.burst
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) >= work.SHORTEST
        assert answer.json()["puzzle"]
    async with street.visitor() as neighbour:
        slow = await _look_up(neighbour, receipt.tracking_code)
        assert slow.status_code == 429
        fields = pages.read(slow.text).fields(-1)
        assert fields["code"] == receipt.tracking_code
        fields["solution"] = solution(fields["work"])
        assert (await neighbour.post("/vi/track", data=fields)).status_code == 303
        # A solution is good once.
        assert (await neighbour.post("/vi/track", data=fields)).status_code == 429
    async with street.visitor("198.51.100.9") as elsewhere:
        assert (await _look_up(elsewhere, receipt.tracking_code)).status_code == 303


async def test_without_script_a_neighbour_waits_and_gets_in(
    street: Street, settings: Settings
) -> None:
    receipt = await make.make_case(keys=reactions.keyring(settings))
    async with street.visitor() as guesser:
        for _ in range(40):
            await guesser.post("/api/v1/cases/track", json={"tracking_code": codes.new_code()})
    async with street.visitor() as visitor:
        slow = await _look_up(visitor, receipt.tracking_code)
        fields = pages.read(slow.text).fields(-1)
        seconds = int(slow.headers["retry-after"])
        street.clock.move(seconds=seconds - 2)
        early = await visitor.post("/vi/track", data=fields)
        assert early.status_code == 429
        fields = pages.read(early.text).fields(-1)
        street.clock.move(seconds=3)
        assert (await visitor.post("/vi/track", data=fields)).status_code == 303


async def test_who_ends_each_try_with_a_new_cookie_is_counted_by_address(street: Street) -> None:
    through = 0
    for _ in range(50):
        async with street.visitor() as visitor:
            through += (await _look_up(visitor, codes.new_code())).status_code == 404
    assert through <= throttling.CODE.address.burst


async def test_good_codes_cost_nothing(street: Street, settings: Settings) -> None:
    receipt = await make.make_case(keys=reactions.keyring(settings))
    async with street.visitor() as visitor:
        for _ in range(60):
            answer = await visitor.post(
                "/api/v1/cases/track", json={"tracking_code": receipt.tracking_code}
            )
            assert answer.status_code == 200


async def test_failed_sign_ins_cost_work_and_never_an_account(street: Street) -> None:
    await make.make_staff("lan")
    async with street.visitor() as visitor:
        await visitor.get("/vi/sign-in")
        token = visitor.cookies["__Host-hailong_visitor"]
        sent = {"csrf_token": forms.masked(token), "name": "lan", "password": "wrong wrong wrong"}
        for _ in range(6):
            answer = await visitor.post("/vi/sign-in", data=sent)
        assert answer.status_code == 429
        assert "wrong wrong wrong" not in answer.text
        fields = pages.read(answer.text).fields(-1)
        fields |= {"solution": solution(fields["work"]), "password": make.PASSWORD}
        assert (await visitor.post("/vi/sign-in", data=fields)).status_code == 303


async def test_only_our_own_proxies_are_believed_about_addresses(
    database: None, settings: Settings
) -> None:
    await make.make_city()
    street = Street(settings.model_copy(update={"proxies": 1}), Clock())
    async with street.visitor("127.0.0.1") as visitor:
        last = 0
        for number in range(40):
            answer = await visitor.post(
                "/api/v1/cases/track",
                json={"tracking_code": codes.new_code()},
                headers={"X-Forwarded-For": f"10.0.0.{number}, {VILLAGE}"},
            )
            last = answer.status_code
        assert last == 429
        other = await visitor.post(
            "/api/v1/cases/track",
            json={"tracking_code": codes.new_code()},
            headers={"X-Forwarded-For": "198.51.100.1"},
        )
        assert other.status_code == 404
