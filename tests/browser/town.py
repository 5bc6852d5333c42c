"""A small town with something on every page: cases in every state, and somebody of every role.

All of it happened at moments just before the tests run, for the house runs by the real clock.
"""

import contextlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tortoise.transactions import in_transaction

from feedback import (
    appealing,
    attachments,
    casework,
    contacts,
    corrections,
    handles,
    holds,
    questionnaires,
    ratings,
    restricted,
    reveals,
    told_dates,
    unsubscribing,
    webhooks,
)
from feedback.actors import Resident, Staff
from feedback.administration import changes, reforms
from feedback.codes import Keyring
from feedback.deeds import ChangeKind
from feedback.drafts import Contact, RatingDraft
from feedback.intake import Receipt
from feedback.models import (
    CaseRow,
    ClosureRow,
    HoldDecision,
    HoldRow,
    Procedure,
    RatingRow,
    Role,
    SpotCheckRow,
    SpotDrawingRow,
    SpotKind,
)
from feedback.office import looks
from feedback.ratings import Answer
from feedback.webhook_kinds import CHOOSABLE
from feedback.webhooks import WebhookDraft
from ranking.doubts import quarantine
from ranking.life import subscriptions
from ranking.models import Finding, SubscriptionRow
from sla.acts import Act, Actor
from sla.models import AgencyRow, CalendarRow
from tests import hostile, make
from tests.ranking import rows
from web import clock, reactions
from web.settings import Settings
from web.storage import database

AN = Contact("Nguyễn Thị An", "an@example.vn", "0901234567")
STAFF: dict[str, tuple[Role, str | None]] = {
    "officer": (Role.OFFICER, "W1"),
    "head": (Role.HEAD, "W1"),
    "coordinator": (Role.COORDINATOR, None),
    "publisher": (Role.PUBLISHER, None),
    "auditor": (Role.AUDITOR, None),
    "administrator": (Role.ADMINISTRATOR, None),
    "inspector": (Role.INSPECTOR, None),
}


@dataclass(frozen=True)
class Town:
    """What the town's own pages are called."""

    keys: Keyring
    now: datetime
    receipts: dict[str, Receipt]
    period: str
    appeal: str
    pointer: str
    correction: int
    review: int
    spot_check: int
    handle: str
    webhook: int
    subscription: str
    facts: int
    reform: int
    wording: int

    def reference(self, name: str) -> str:
        return self.receipts[name].reference

    def code(self, name: str) -> str:
        return self.receipts[name].tracking_code

    def sealed(self, cookie: str, value: object) -> str:
        """What a browser keeps for half an hour (`web.pages.sealed`) from now on."""
        until = (clock.now() + timedelta(minutes=25)).timestamp()
        return contacts.seal([cookie, until, value], self.keys).decode()


async def settle(settings: Settings, url: str, period: str, middle: datetime) -> Town:
    """Fill the migrated, empty database behind `url`, which the house is running on."""
    async with database.connected(url):
        return await _Filling(settings, period).filled(middle)


class _Filling:
    def __init__(self, settings: Settings, period: str) -> None:
        self.keys = reactions.keyring(settings)
        self.shelf = reactions.shelf(settings)
        self.now = clock.now()
        self.period = period
        self.staff: dict[str, Staff] = {}
        self.receipts: dict[str, Receipt] = {}

    def act(self, by: Actor | str, **ago: float) -> Act:
        actor = self.staff[by] if isinstance(by, str) else by
        return make.act(actor, self.now - timedelta(**ago))

    async def filled(self, middle: datetime) -> Town:
        async with in_transaction():
            await _registers()
            for name, (role, agency) in STAFF.items():
                self.staff[name] = await make.make_staff(
                    name, role=role, agency=agency, at=self.now - timedelta(days=100)
                )
            await make.make_staff("colleague", at=self.now - timedelta(days=100))
            draft = WebhookDraft("https://mot-cua.example.vn/hai-long", CHOOSABLE)
            webhook, _ = await webhooks.add("W1", draft, self.act("head", days=90), self.keys)
        async with in_transaction():
            await self._cases()
            appeal = await self._appeal()
        async with in_transaction():
            pointer = await self._sealed()
            correction = await self._correction()
            review = await self._review()
            spot_check = await self._spot_check(middle)
            subscription = await self._subscription()
            await self._last_quarter(middle)
            facts, reform, wording = await self._proposals()
        return Town(
            self.keys,
            self.now,
            self.receipts,
            self.period,
            appeal,
            pointer,
            correction,
            review,
            spot_check,
            unsubscribing.handle_of(AN, self.keys),
            webhook,
            subscription,
            facts,
            reform,
            wording,
        )

    async def _proposals(self) -> tuple[int, int, int]:
        """Facts of an agency, a reform and a questionnaire that wait for a second person."""
        by = self.act("administrator", days=1)
        wanted = {"level": "province", "peer_group": "departments"}
        facts = await changes.propose(ChangeKind.AGENCY, "W2", wanted, by, reason="Quyết định 7")
        named = reforms.Heir("W9", "Phường Chín", "Ward Nine")
        day = (self.now + timedelta(days=40)).date()
        reform = reforms.Reform(ChangeKind.RENAME, ("W2",), (named,), day, "Nghị quyết 5")
        words = {"comment_vi": "Bạn muốn nói thêm gì?", "comment_en": "Anything else?"}
        draft = questionnaires.Draft("core-2", day, words)
        return (
            facts,
            await reforms.propose(reform, by),
            await questionnaires.propose(draft, by, reason="Rõ hơn"),
        )

    async def _subscription(self) -> str:
        """The handle of somebody who hears of all offices, and of one."""
        for agency in ("", "W1"):
            wish = await subscriptions.wish({"email": AN.email, "agency": agency}, "vi")
            await subscriptions.ask(wish, self.act(Resident("x")), self.keys)
        await SubscriptionRow.all().update(confirmed_at=self.now)
        address = handles.address_hash(subscriptions.PURPOSE, AN, self.keys)
        return subscriptions.handle_of(address, self.keys)

    async def case(self, name: str, *, contact: Contact = AN, **ago: float) -> Receipt:
        at = self.now - timedelta(**ago)
        made = await make.make_case(at=at, keys=self.keys, contact=contact, device=name)
        self.receipts[name] = made
        return made

    async def taken(self, name: str, **ago: float) -> str:
        reference = (await self.case(name, **ago)).reference
        by = self.act("officer", **{unit: value - 0.1 for unit, value in ago.items()})
        await casework.assign(reference, by, officer="officer")
        return reference

    async def answered(self, name: str, **ago: float) -> str:
        reference = await self.taken(name, **ago)
        text = "Đã thu gom xong.\nCảm ơn ông bà đã báo."
        by = self.act("officer", **{unit: value / 2 for unit, value in ago.items()})
        await casework.answer(reference, text, by, self.keys)
        return reference

    async def _cases(self) -> None:
        await self.case("fresh", hours=1)
        await self.case("keyed", hours=2)
        await self.case("whim", hours=3)
        mine = await self.taken("mine", hours=5)
        await casework.note(mine, "Đã gọi đội thu gom.", self.act("officer", hours=4))
        await self._picture("mine")
        waiting = await self.taken("waiting", days=2)
        asked = self.act("officer", days=1)
        await casework.ask(waiting, "Xin cho biết số nhà.", asked, self.keys)
        await self.answered("answered", days=2)
        await self.answered("late", days=40)
        await self.answered("rated", days=2)
        given = Answer(self.receipts["rated"].tracking_code, RatingDraft(2), "code")
        await ratings.rate(given, self.act(Resident()), self.keys)
        await self.taken("overdue", days=40)
        refused = await self.case("refused", days=1)
        row = await CaseRow.get(reference=refused.reference)
        await HoldRow.create(case_id=row.id, since=row.filed_at, reasons="links")
        by = self.act("coordinator", hours=20)
        await holds.decide(refused.reference, HoldDecision.ADVERT, by, self.keys)
        withdrawn = await self.case("withdrawn", days=3)
        by = self.act(Resident(), days=1)
        await casework.withdraw(withdrawn.tracking_code, "Đã xong.", by, self.keys)
        why = reveals.why({"reason": "call_back", "words": "Hẹn giờ thu gom rác cồng kềnh"})
        await reveals.reveal(mine, why, self.act("officer", hours=3), self.keys)

    async def _picture(self, name: str) -> None:
        spool = self.shelf.spool()
        spool.write(hostile.photo())
        sent = attachments.Sent("rac.jpg", spool.close(), 1)
        code, by = self.receipts[name].tracking_code, self.act(Resident("x"), hours=4)
        await attachments.attach(code, [sent], by, self.keys)
        for _ in range(2):
            with contextlib.suppress(LookupError):
                await attachments.clean_next(self.act(Resident("x")), self.shelf, self.keys)

    async def _appeal(self) -> str:
        await self.answered("appealed", days=4)
        code, by = self.receipts["appealed"].tracking_code, self.act(Resident(), days=1)
        above = await appealing.appeal(code, "Rác vẫn còn nguyên.", by, self.keys)
        return above.reference

    async def _sealed(self) -> str:
        left = await self.case("left", days=3)
        by = self.act("coordinator", days=2)
        kind = Procedure.DENUNCIATION
        pointer = await restricted.hand_over(left.reference, by, self.keys, procedure=kind)
        looked_at = await self.case("looked_at", days=2)
        await looks.ask([looked_at.reference], self.act("officer", days=1))
        return pointer

    async def _correction(self) -> int:
        reference = self.receipts["late"].reference
        day = (self.now - timedelta(days=35)).date().isoformat()
        given = {"ended_on": day, "ended_time": "16:30", "reason": "Nhập sai ngày trả lời."}
        return await corrections.ask_for(
            reference, told_dates.correction(given), self.act("officer")
        )

    async def _review(self) -> int:
        agency = await AgencyRow.get(code="W2")
        await rows.make_ratings(agency, self.now - timedelta(days=2), satisfied=12, unsatisfied=0)
        found = [row.id for row in await RatingRow.all().order_by("-id").limit(12)]
        held = await quarantine.hold(
            "k",
            Finding.BURST,
            agency.id,
            found,
            window=(self.now - timedelta(days=3), self.now),
            evidence={"answers": 12, "level": 5, "usual": 1.5},
            act=self.act("coordinator"),
        )
        assert held is not None
        return held

    async def _spot_check(self, middle: datetime) -> int:
        """Somebody to be called back about a case that was closed."""
        closure = await ClosureRow.all().order_by("id").first()
        assert closure is not None
        drawing = await SpotDrawingRow.create(
            period=self.period,
            kind=SpotKind.CALL_BACK,
            starts_at=middle - timedelta(days=3),
            ends_at=middle + timedelta(days=4),
            of=100,
            taken=1,
            drawn_at=self.now - timedelta(days=1),
        )
        check = await SpotCheckRow.create(
            drawing=drawing,
            closure=closure,
            agency_id=closure.agency_id,
            due_at=self.now + timedelta(days=13),
        )
        return check.id

    async def _last_quarter(self, middle: datetime) -> None:
        for code, satisfied, unsatisfied in (("W1", 90, 10), ("W2", 60, 40)):
            agency = await AgencyRow.get(code=code)
            await rows.make_ratings(agency, middle, satisfied=satisfied, unsatisfied=unsatisfied)


async def _registers() -> None:
    rules = make.calendar().to_json() | {"known_until": "2099-12-31"}
    far = date(2099, 12, 31)
    await CalendarRow.create(
        code="city", version=1, rules=rules, known_until=far, published_at=make.NOW
    )
    city = await make.make_agency(
        "CITY", "Ủy ban nhân dân Thành phố", kind="city", level="city", peer_group="cities"
    )
    await make.make_agency("W1", "Phường Một", parent_id=city.id)
    await make.make_agency("W2", "Phường Hai", parent_id=city.id)
    await make.make_service("BIN", "Thu gom rác")
    await make.make_service("CERT", "Chứng thực bản sao từ bản chính giấy tờ, văn bản")
    await make.make_commitment()
