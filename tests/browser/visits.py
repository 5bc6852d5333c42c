"""How to reach every page: a visit for each route of the access table, and for what they refuse.

A route that shows no page says so in `NO_PAGE`, with the reason. `{mine}` and the like in a path
are cases of the town (`town.py`) by their references.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ranking.method import periods
from tests import make
from web import clock
from web.board import views


@dataclass(frozen=True)
class Visit:
    """Somebody opens a page; `sent`: then sends its form to `form`, all else left empty.

    `who` is a guest, a role, or whoever holds the code of a case. `form` is the end of the address
    it goes to.
    """

    who: str
    path: str
    form: str = ""
    sent: Mapping[str, str] = field(default_factory=dict)
    status: int = 200

    def __str__(self) -> str:
        values = "&".join(f"{name}={value[:12]}" for name, value in self.sent.items())
        what = f" sends {self.form}?{values}" if self.form else ""
        return f"{self.who}: {self.path or 'home'}{what}"


def see(who: str, path: str, status: int = 200) -> Visit:
    return Visit(who, path, status=status)


def send(who: str, path: str, to: str = "", status: int = 422, **sent: str) -> Visit:
    return Visit(who, path, to or path, sent, status)


COMING = periods.containing(clock.now(), make.ZONE).following().name
ACCOUNT = "admin/accounts/colleague"
SPLIT = {
    "heirs": "W7; Phường Bảy; Ward Seven\nW8; Phường Tám",
    "effective_on": "2099-01-01",
    "reason": "Nghị quyết 1685/NQ-UBTVQH15",
}
WORDING = {
    "effective_on": "2099-01-01",
    "reason": "Rõ hơn",
    "comment_vi": "Bạn muốn nói thêm gì?",
    "comment_en": "Anything else?",
}
HOOK = "https://mot-cua.example.vn/hai-long"
BEGUN = {"agency": "W1", "service": "BIN", "kind": "complaint"}
TOLD = {
    "subject": "Rác không được thu gom",
    "text": "Đã ba ngày nay rác trước nhà tôi không được thu gom, mùi rất khó chịu.",
    "location": "12 Lê Lợi",
}
ACCUSED = "Tôi tố cáo ông chủ tịch phường nhận hối lộ để cấp phép xây dựng trái phép."


def step(name: str, status: int = 200, **more: str) -> Visit:
    """A page of the form for feedback, reached from the first one that carries a form."""
    sent = {**BEGUN, **more, "step": name}
    return Visit(
        "guest", "complaints/new?step=details&agency=W1&service=BIN", "complaints/new", sent, status
    )


# Which case shows the form of an action, and who may do it.
ACTING = {
    "answer": ("officer", "mine"),
    "ask": ("officer", "mine"),
    "note": ("officer", "mine"),
    "assign": ("head", "fresh"),
    "transfer": ("officer", "mine"),
    "extend": ("officer", "mine"),
    "close-duplicate": ("officer", "mine"),
    "look": ("officer", "mine"),
    "hand-over": ("coordinator", "fresh"),
    "correction": ("officer", "answered"),
    "recategorise": ("officer", "mine"),
}
_NO_INPUT = {"look"}

VISITS: dict[tuple[str, str], list[Visit]] = {
    ("GET", "/{lang:lang}/"): [see("guest", ""), see("officer", "")],
    ("GET", "/{lang:lang}/editions"): [see("guest", "editions")],
    ("GET", "/{lang:lang}/editions/"): [see("guest", "editions/")],
    ("GET", "/{lang:lang}/method"): [see("guest", "method")],
    ("GET", "/{lang:lang}/method/"): [see("guest", "method/")],
    ("GET", "/{lang:lang}/data"): [see("guest", "data")],
    ("GET", "/{lang:lang}/data/"): [see("guest", "data/")],
    ("GET", "/{lang:lang}/privacy"): [see("guest", "privacy")],
    ("GET", "/{lang:lang}/commitments"): [see("guest", "commitments")],
    ("GET", "/{lang:lang}/commitments/"): [
        see("guest", "commitments/"),
        see("guest", "commitments/?q=thu+gom+rac"),
        see("guest", "commitments/?q=zzzz"),
    ],
    ("GET", "/{lang:lang}/commitments/feedback"): [see("guest", "commitments/feedback")],
    ("GET", "/{lang:lang}/commitments/services/{service:path}"): [
        see("guest", "commitments/services/BIN"),
        see("guest", "commitments/services/none", 404),
    ],
    ("GET", "/{lang:lang}/commitments/agencies/{agency}"): [
        see("guest", "commitments/agencies/W1")
    ],
    ("GET", "/{lang:lang}/commitments/agencies/{agency}/feedback"): [
        see("guest", "commitments/agencies/W1/feedback")
    ],
    ("GET", "/{lang:lang}/commitments/agencies/{agency}/services/{service:path}"): [
        see("guest", "commitments/agencies/W1/services/BIN")
    ],
    ("GET", "/{lang:lang}/complaints/new"): [
        see("guest", "complaints/new"),
        see("guest", "complaints/new?step=agency"),
        see("guest", "complaints/new?step=agency&q=phuong"),
        see("guest", "complaints/new?step=agency&q=zzzz"),
        see("guest", "complaints/new?step=service&agency=W1"),
        see("guest", "complaints/new?step=details&agency=W1&service=BIN"),
    ],
    ("POST", "/{lang:lang}/complaints/new"): [
        step("agency"),
        step("service"),
        step("details"),
        step("place", 422),
        step("place", **TOLD),
        step("contact", **TOLD),
        step("check", 422, **TOLD, email="an@example"),
        step("check", **TOLD, email="an@example.vn"),
        step("check", **TOLD, email="an@example.vn", phone="0901234567"),
        step("check", **{**TOLD, "text": ACCUSED, "subject": "Tố cáo nhận hối lộ"}),
        step("check", **{**TOLD, "text": "Cháy nhà! Có người bị kẹt trong đám cháy."}),
        step("check", **{**TOLD, "text": "Tôi khiếu nại quyết định hành chính số 12/QĐ-UBND."}),
    ],
    ("GET", "/{lang:lang}/complaints/receipt"): [
        see("guest", "complaints/receipt", 410),
        see("receipt", "complaints/receipt"),
    ],
    ("GET", "/{lang:lang}/complaints/elsewhere/{channel}"): [
        see("guest", f"complaints/elsewhere/{channel}")
        for channel in ("denunciation", "complaint_statutory", "emergency")
    ],
    ("GET", "/{lang:lang}/track"): [
        see("guest", "track"),
        *(
            see(name, "track")
            for name in (
                "fresh",
                "mine",
                "waiting",
                "answered",
                "rated",
                "overdue",
                "withdrawn",
                "refused",
                "appealed",
                "left",
            )
        ),
    ],
    ("POST", "/{lang:lang}/track"): [
        send("guest", "track"),
        send("guest", "track", status=404, code="0000-0000"),
    ],
    ("POST", "/{lang:lang}/track/reply"): [send("waiting", "track", "track/reply")],
    ("POST", "/{lang:lang}/track/reopen"): [send("answered", "track", "track/reopen")],
    ("GET", "/{lang:lang}/track/reach"): [see("guest", "track/reach"), see("mine", "track/reach")],
    ("POST", "/{lang:lang}/track/reach"): [send("mine", "track/reach")],
    ("POST", "/{lang:lang}/track/object"): [send("refused", "track", "track/object")],
    ("GET", "/{lang:lang}/track/withdraw"): [
        see("guest", "track/withdraw"),
        see("whim", "track/withdraw"),
    ],
    ("POST", "/{lang:lang}/track/withdraw"): [send("whim", "track/withdraw", text="x" * 20_000)],
    ("GET", "/{lang:lang}/track/erase"): [see("guest", "track/erase"), see("whim", "track/erase")],
    ("POST", "/{lang:lang}/track/erase"): [send("whim", "track/erase")],
    ("GET", "/{lang:lang}/track/erased"): [see("guest", "track/erased")],
    ("GET", "/{lang:lang}/track/files"): [see("guest", "track/files"), see("mine", "track/files")],
    ("POST", "/{lang:lang}/track/files"): [send("mine", "track/files")],
    ("GET", "/{lang:lang}/track/appeal"): [
        see("guest", "track/appeal"),
        see("answered", "track/appeal"),
        see("appealed", "track/appeal"),
    ],
    ("POST", "/{lang:lang}/track/appeal"): [send("answered", "track/appeal")],
    ("GET", "/{lang:lang}/rate"): [
        see("guest", "rate"),
        see("guest", "rate?at=counter"),
        see("answered", "rate"),
        see("fresh", "rate"),
        see("officer", "rate"),
    ],
    ("POST", "/{lang:lang}/rate"): [
        send("guest", "rate"),
        send("guest", "rate", status=404, code="0000", overall="3"),
    ],
    ("GET", "/{lang:lang}/rate/answer"): [see("guest", "rate/answer")],
    ("POST", "/{lang:lang}/rate/answer"): [
        send("guest", "rate/answer"),
        send("guest", "rate/answer", status=404, code="0000"),
        send("guest", "rate/answer", status=200, code="{code of rated}"),
        send("guest", "rate/answer", status=200, code="{code of answered}"),
    ],
    ("GET", "/{lang:lang}/rate/thanks"): [see("thanks", "rate/thanks")],
    ("GET", "/{lang:lang}/agencies/{agency}"): [
        see("guest", "agencies/W1"),
        see("guest", "agencies/W999", 404),
    ],
    ("GET", "/{lang:lang}/agencies/{agency}/"): [see("guest", "agencies/W1/")],
    ("GET", "/{lang:lang}/widget/{agency}"): [see("guest", "widget/W1")],
    ("GET", "/{lang:lang}/widget/{agency}/"): [see("guest", "widget/W1/")],
    ("GET", "/{lang:lang}/subscribe"): [
        see("guest", "subscribe?agency=W1"),
        see("guest", "subscribe?sent=yes"),
    ],
    ("POST", "/{lang:lang}/subscribe"): [
        send("guest", "subscribe", email="nobody"),
        send("guest", "subscribe", status=200, email="binh@example.vn"),
    ],
    ("GET", "/{lang:lang}/subscribe/confirm"): [see("guest", "subscribe/confirm")],
    ("POST", "/{lang:lang}/subscribe/confirm"): [
        send("guest", "subscribe/confirm", status=404, code="0000"),
    ],
    ("GET", "/{lang:lang}/subscription/{handle}"): [
        see("guest", "subscription/{subscription}"),
        see("guest", "subscription/nonsense", 404),
    ],
    ("POST", "/{lang:lang}/subscription/{handle}"): [
        send("guest", "subscription/{subscription}", status=200, number="999"),
    ],
    ("GET", "/{lang:lang}/unsubscribe/{handle}"): [
        see("guest", "unsubscribe/{handle}"),
        see("guest", "unsubscribe/nonsense", 404),
    ],
    ("POST", "/{lang:lang}/unsubscribe/{handle}"): [
        send("guest", "unsubscribe/{handle}", status=200),
        send("guest", "unsubscribe/{handle}", status=200, again="yes"),
    ],
    ("GET", "/{lang:lang}/sign-in"): [see("guest", "sign-in"), see("guest", "sign-in?left=yes")],
    ("POST", "/{lang:lang}/sign-in"): [
        send("guest", "sign-in", status=401, name="nobody", password="wrong wrong wrong")
    ],
    ("GET", "/{lang:lang}/inbox"): [
        *(see(who, "inbox") for who in ("officer", "head", "coordinator", "auditor")),
        *(see("officer", f"inbox?view={view}") for view in ("all", "mine", "overdue", "answered")),
        see("officer", "inbox?q=rac&status=in_hand"),
        see("officer", "inbox?q=zzzz"),
        see("coordinator", "inbox?agency=W1&view=all"),
    ],
    ("POST", "/{lang:lang}/inbox/assign"): [
        send("head", "inbox?view=all", "inbox/assign", 200, officer="")
    ],
    ("POST", "/{lang:lang}/inbox/lists"): [send("officer", "inbox?q=rac", "inbox/lists")],
    ("GET", "/{lang:lang}/inbox/{reference:path}"): [
        *(
            see("officer", f"inbox/{{{name}}}")
            for name in ("fresh", "mine", "waiting", "answered", "rated", "overdue", "withdrawn")
        ),
        see("head", "inbox/{overdue}"),
        see("coordinator", "inbox/{above}"),
        see("auditor", "inbox/{mine}"),
        see("officer", "inbox/none", 404),
    ],
    ("GET", "/{lang:lang}/inbox/{reference:path}/apology"): [
        see("officer", "inbox/{overdue}/apology")
    ],
    ("GET", "/{lang:lang}/apologies"): [see("head", "apologies"), see("auditor", "apologies")],
    ("GET", "/{lang:lang}/inbox/{reference}/reveal"): [see("officer", "inbox/{mine}/reveal")],
    ("POST", "/{lang:lang}/inbox/{reference}/reveal"): [
        send("officer", "inbox/{mine}/reveal"),
        send("head", "inbox/{mine}/reveal", status=200, reason="call_back", words="Hẹn giờ gọi."),
    ],
    ("GET", "/{lang:lang}/inbox/{reference}/files"): [see("officer", "inbox/{mine}/files")],
    ("POST", "/{lang:lang}/inbox/{reference}/files"): [send("officer", "inbox/{mine}/files")],
    ("GET", "/{lang:lang}/inbox/{reference:path}/{action}"): [
        *(see(who, f"inbox/{{{case}}}/{action}") for action, (who, case) in ACTING.items()),
        see("officer", "inbox/{waiting}/answer"),
    ],
    ("POST", "/{lang:lang}/inbox/{reference:path}/{action}"): [
        send(who, f"inbox/{{{case}}}/{action}")
        for action, (who, case) in ACTING.items()
        if action not in _NO_INPUT
    ],
    ("GET", "/{lang:lang}/corrections"): [
        see("officer", "corrections"),
        see("coordinator", "corrections"),
        see("auditor", "corrections?state=declined"),
    ],
    ("GET", "/{lang:lang}/corrections/new"): [
        see("officer", "corrections/new"),
        see("officer", "corrections/new?code=none", 404),
        see("officer", "corrections/new?code={answered}"),
    ],
    ("POST", "/{lang:lang}/corrections/new"): [
        send("officer", "corrections/new?code={answered}", "corrections/new", code="{answered}")
    ],
    ("GET", "/{lang:lang}/corrections/{number}"): [
        see("officer", "corrections/{correction}"),
        see("coordinator", "corrections/{correction}"),
    ],
    ("POST", "/{lang:lang}/corrections/{number}"): [
        send("coordinator", "corrections/{correction}"),
        send("coordinator", "corrections/{correction}", decision="declined"),
    ],
    ("GET", "/{lang:lang}/reviews"): [see("coordinator", "reviews"), see("auditor", "reviews")],
    ("GET", "/{lang:lang}/reviews/{number}"): [see("coordinator", "reviews/{review}")],
    ("POST", "/{lang:lang}/reviews/{number}"): [send("coordinator", "reviews/{review}")],
    ("GET", "/{lang:lang}/handed-over"): [
        see("coordinator", "handed-over"),
        see("inspector", "handed-over"),
        see("auditor", "handed-over"),
    ],
    ("GET", "/{lang:lang}/handed-over/{pointer}"): [see("inspector", "handed-over/{pointer}")],
    ("POST", "/{lang:lang}/handed-over/{pointer}"): [
        send("inspector", "handed-over/{pointer}"),
        send("inspector", "handed-over/{pointer}", status=200, reason="Thụ lý tố cáo."),
    ],
    ("GET", "/{lang:lang}/publishing"): [
        see("publisher", "publishing"),
        see("auditor", "publishing"),
    ],
    ("POST", "/{lang:lang}/publishing"): [send("publisher", "publishing", period="nonsense")],
    ("GET", "/{lang:lang}/publishing/{edition}"): [
        see("publisher", "publishing/{period}"),
        see("publisher", "publishing/none", 404),
    ],
    ("GET", "/{lang:lang}/publishing/{edition}/signals"): [
        see("publisher", "publishing/{period}/signals"),
        see("auditor", "publishing/{period}/signals"),
        see("publisher", "publishing/none/signals", 404),
    ],
    ("GET", "/{lang:lang}/admin"): [see("administrator", "admin")],
    ("GET", "/{lang:lang}/admin/"): [see("auditor", "admin/")],
    ("GET", "/{lang:lang}/admin/reveals"): [
        see("auditor", "admin/reveals"),
        see("auditor", "admin/reveals?agency=W1"),
    ],
    ("GET", "/{lang:lang}/admin/accounts/new"): [see("administrator", "admin/accounts/new")],
    ("POST", "/{lang:lang}/admin/accounts/new"): [send("administrator", "admin/accounts/new")],
    ("GET", "/{lang:lang}/admin/accounts/{name}"): [
        see("administrator", "admin/accounts/colleague"),
        see("auditor", "admin/accounts/colleague"),
    ],
    ("GET", "/{lang:lang}/admin/calendars"): [
        see("coordinator", "admin/calendars"),
        see("administrator", "admin/calendars"),
    ],
    ("POST", "/{lang:lang}/admin/calendars"): [],
    ("GET", "/{lang:lang}/admin/calendars/{code:path}"): [
        see("administrator", "admin/calendars/city")
    ],
    ("POST", "/{lang:lang}/admin/calendars/{code:path}"): [],
    ("GET", "/{lang:lang}/admin/notices"): [
        see("administrator", "admin/notices"),
        see("auditor", "admin/notices"),
    ],
    ("GET", "/{lang:lang}/admin/keys"): [see("administrator", "admin/keys")],
    ("POST", "/{lang:lang}/admin/keys"): [
        send("administrator", "admin/keys"),
        send("administrator", "admin/keys", status=200, revoke="1"),
    ],
    ("GET", "/{lang:lang}/sign-in/code"): [see("officer", "sign-in/code")],
    ("GET", "/{lang:lang}/account/second-factor"): [see("officer", "account/second-factor")],
    ("POST", "/{lang:lang}/account/second-factor"): [
        send("officer", "account/second-factor", code="123")
    ],
    ("GET", "/{lang:lang}/account"): [see("officer", "account"), see("inspector", "account")],
    ("POST", "/{lang:lang}/account/password"): [send("officer", "account", "account/password")],
    ("GET", "/{lang:lang}/password/forgotten"): [see("guest", "password/forgotten")],
    ("POST", "/{lang:lang}/password/forgotten"): [send("guest", "password/forgotten", status=200)],
    ("GET", "/{lang:lang}/password/new"): [see("guest", "password/new")],
    ("GET", "/{lang:lang}/admin/accounts/{name}/sign-in"): [
        see("administrator", "admin/accounts/colleague/sign-in")
    ],
    ("GET", "/{lang:lang}/head"): [see("head", "head"), see("coordinator", "head")],
    ("GET", "/{lang:lang}/held"): [see("coordinator", "held")],
    ("GET", "/{lang:lang}/routing"): [see("coordinator", "routing")],
    ("GET", "/{lang:lang}/poster"): [see("officer", "poster")],
    ("GET", "/{lang:lang}/opinions"): [see("head", "opinions"), see("auditor", "opinions")],
    ("GET", "/{lang:lang}/work-mail"): [see("officer", "work-mail"), see("head", "work-mail")],
    ("GET", "/{lang:lang}/dossiers/{code:path}"): [see("officer", "dossiers/none", 404)],
    ("GET", "/{lang:lang}/webhooks"): [see("head", "webhooks"), see("administrator", "webhooks")],
    ("GET", "/{lang:lang}/webhooks/new"): [
        see("head", "webhooks/new"),
        see("administrator", "webhooks/new"),
    ],
    ("POST", "/{lang:lang}/webhooks/new"): [
        send("head", "webhooks/new", url="http://10.0.0.1/"),
        send(
            "administrator",
            "webhooks/new",
            status=200,
            agency="W1",
            url=HOOK + "/{language}",
            hears_case_filed="yes",
            reason="Nối máy",
        ),
    ],
    ("GET", "/{lang:lang}/spot-checks"): [
        see("coordinator", "spot-checks"),
        see("auditor", "spot-checks?kind=file"),
    ],
    ("GET", "/{lang:lang}/spot-checks/{number}"): [
        see("coordinator", "spot-checks/{spot_check}"),
        see("auditor", "spot-checks/{spot_check}"),
    ],
    ("POST", "/{lang:lang}/spot-checks/{number}"): [
        send("coordinator", "spot-checks/{spot_check}", do="record"),
        send("coordinator", "spot-checks/{spot_check}", status=200, do="call"),
    ],
    ("GET", "/{lang:lang}/webhooks/{number}"): [see("head", "webhooks/{webhook}")],
    ("POST", "/{lang:lang}/webhooks/{number}"): [
        send("head", "webhooks/{webhook}", status=200, do="ping"),
        send("head", "webhooks/{webhook}", do="keep", url=""),
    ],
    ("GET", "/{lang:lang}/answer-templates"): [see("head", "answer-templates")],
    ("GET", "/{lang:lang}/answer-templates/{number}"): [see("head", "answer-templates/new")],
    ("POST", "/{lang:lang}/answer-templates/{number}"): [send("head", "answer-templates/new")],
    ("GET", "/{lang:lang}/objections"): [see("head", "objections"), see("publisher", "objections")],
    ("GET", "/{lang:lang}/objections/{edition}"): [see("head", "objections/none", 404)],
    ("GET", "/{lang:lang}/my-plans"): [see("head", "my-plans")],
    ("GET", "/{lang:lang}/my-plans/{period}"): [see("head", "my-plans/none", 404)],
    ("GET", "/{lang:lang}/plans"): [see("guest", "plans")],
    ("GET", "/{lang:lang}/plans/{period}/{agency}"): [see("guest", "plans/none/W1", 404)],
    ("GET", "/{lang:lang}/admin/audit"): [
        see("auditor", "admin/audit"),
        see("auditor", "admin/audit?about=none"),
    ],
    ("GET", "/{lang:lang}/admin/agencies"): [
        see("administrator", "admin/agencies"),
        see("auditor", "admin/agencies?q=phuong&show=all"),
    ],
    ("GET", "/{lang:lang}/admin/agencies/{code}"): [see("administrator", "admin/agencies/W1")],
    ("GET", "/{lang:lang}/admin/agencies/new"): [see("administrator", "admin/agencies/new")],
    ("POST", "/{lang:lang}/admin/agencies/new"): [send("administrator", "admin/agencies/new")],
    ("GET", "/{lang:lang}/admin/agencies/{code}/facts"): [
        see("administrator", "admin/agencies/W1/facts")
    ],
    ("POST", "/{lang:lang}/admin/agencies/{code}/facts"): [
        send("administrator", "admin/agencies/W1/facts")
    ],
    ("GET", "/{lang:lang}/admin/agencies/{code}/reform"): [
        see("administrator", f"admin/agencies/W1/reform?kind={kind}")
        for kind in ("rename", "merge", "split", "close")
    ],
    ("POST", "/{lang:lang}/admin/agencies/{code}/reform"): [
        send("administrator", "admin/agencies/W1/reform?kind=rename", "admin/agencies/W1/reform"),
        Visit(
            "administrator",
            "admin/agencies/W1/reform?kind=split",
            "admin/agencies/W1/reform",
            {"do": "check", "kind": "split", **SPLIT},
        ),
    ],
    ("GET", "/{lang:lang}/admin/services"): [see("administrator", "admin/services?q=rac")],
    ("GET", "/{lang:lang}/admin/services/new"): [see("administrator", "admin/services/new")],
    ("POST", "/{lang:lang}/admin/services/new"): [send("administrator", "admin/services/new")],
    ("GET", "/{lang:lang}/admin/services/{code:path}"): [
        see("administrator", "admin/services/BIN")
    ],
    ("POST", "/{lang:lang}/admin/services/{code:path}"): [
        send("administrator", "admin/services/BIN")
    ],
    ("GET", "/{lang:lang}/admin/commitments"): [see("administrator", "admin/commitments")],
    ("GET", "/{lang:lang}/admin/commitments/new"): [
        see("administrator", "admin/commitments/new"),
        see("administrator", "admin/commitments/new?service=BIN"),
    ],
    ("POST", "/{lang:lang}/admin/commitments/new"): [
        send("administrator", "admin/commitments/new")
    ],
    ("GET", "/{lang:lang}/admin/commitments/withdraw"): [
        see("administrator", "admin/commitments/withdraw")
    ],
    ("POST", "/{lang:lang}/admin/commitments/withdraw"): [
        send("administrator", "admin/commitments/withdraw")
    ],
    ("GET", "/{lang:lang}/admin/questionnaire"): [see("administrator", "admin/questionnaire")],
    ("GET", "/{lang:lang}/admin/questionnaire/new"): [
        see("administrator", "admin/questionnaire/new")
    ],
    ("POST", "/{lang:lang}/admin/questionnaire/new"): [
        send("administrator", "admin/questionnaire/new"),
        send("administrator", "admin/questionnaire/new", status=200, do="preview", **WORDING),
    ],
    ("GET", "/{lang:lang}/admin/questionnaire/{version}"): [
        see("auditor", "admin/questionnaire/core-1")
    ],
    ("GET", "/{lang:lang}/admin/periods"): [see("publisher", "admin/periods")],
    ("GET", "/{lang:lang}/admin/periods/{name}"): [see("administrator", f"admin/periods/{COMING}")],
    ("POST", "/{lang:lang}/admin/periods/{name}"): [send("publisher", f"admin/periods/{COMING}")],
    ("GET", "/{lang:lang}/admin/changes"): [see("administrator", "admin/changes")],
    ("GET", "/{lang:lang}/admin/changes/{number}"): [
        see("administrator", "admin/changes/999", 404),
        see("administrator", "admin/changes/{facts}"),
        see("auditor", "admin/changes/{reform}"),
        see("administrator", "admin/changes/{wording}"),
    ],
    ("POST", "/{lang:lang}/admin/changes/{number}"): [
        send("administrator", "admin/changes/{facts}", do="refuse"),
        send("administrator", "admin/changes/{facts}", do="approve"),
    ],
    ("POST", "/{lang:lang}/admin/accounts/{name}"): [
        send("administrator", ACCOUNT, status=200, do="disable"),
        send("administrator", ACCOUNT, do="keep", role="officer", email="x"),
    ],
    ("GET", "/{lang:lang}/admin/files"): [see("administrator", "admin/files")],
    ("POST", "/{lang:lang}/admin/files"): [send("administrator", "admin/files", kind="agencies")],
}

# Pages that no route of the table names: released editions, and what is not there.
BESIDE = [
    see("guest", "editions/{period}/"),
    see("guest", "editions/{period}/agencies/W1/"),
    see("guest", "editions/{period}/method/"),
    see("guest", "editions/{period}/data/"),
    see("guest", "editions/{period}/press/"),
    see("guest", "editions/{period}/embed/"),
    see("guest", "editions/{period}/widget/W1/"),
    *(see("guest", f"editions/{{period}}/{view.path}") for view in (*views.VIEWS[1:], *views.ONLY)),
    see("guest", "nowhere", 404),
    see("officer", "admin", 403),
]

_DOES = "does something and leads back"
_NONE = "the town has none of it yet"
NO_PAGE: dict[tuple[str, str], str] = {
    ("GET", "/{lang:lang}/sign-in/provider"): "leads to the provider",
    ("GET", "/{lang:lang}/sign-in/provider/return"): "comes from the provider",
    ("POST", "/{lang:lang}/sign-in/code"): "for whoever is halfway signed in",
    ("POST", "/{lang:lang}/account/recovery-codes"): "for whoever has a second factor",
    ("POST", "/{lang:lang}/account/sessions"): _DOES,
    ("POST", "/{lang:lang}/password/new"): "for whoever was sent a letter",
    ("POST", "/{lang:lang}/admin/accounts/{name}/sign-in"): _DOES,
    ("POST", "/{lang:lang}/work-mail"): _DOES,
    ("POST", "/{lang:lang}/held"): _NONE,
    ("POST", "/{lang:lang}/publishing/{edition}/replies"): _NONE,
    ("POST", "/{lang:lang}/objections/{edition}"): _NONE,
    ("GET", "/{lang:lang}/objections/{edition}/{number}"): _NONE,
    ("POST", "/{lang:lang}/objections/{edition}/{number}"): _NONE,
    ("POST", "/{lang:lang}/my-plans/{period}"): _NONE,
    ("POST", "/{lang:lang}/my-plans/{period}/{measure}"): _NONE,
    ("GET", "/{lang:lang}/admin/audit.csv"): "a file",
    ("GET", "/{lang:lang}/admin/files/{kind}.csv"): "a file",
    ("GET", "/"): "leads to a language",
    ("GET", "/widget/{agency}"): "leads to a language",
    ("GET", "/{lang:lang}/widget/{agency}/badge.svg"): "a file",
    ("GET", "/{lang:lang}/feed.atom"): "a file",
    ("GET", "/{lang:lang}/terms/{period}.json"): "a file",
    ("GET", "/{lang:lang}/agencies/{agency}/feed.atom"): "a file",
    ("GET", "/{lang:lang}/commitments.csv"): "a file",
    ("GET", "/{lang:lang}/spot-checks.csv"): "a file",
    ("GET", "/{lang:lang}/inbox-news"): "JSON for the list that is open",
    ("GET", "/{lang:lang}/inbox/{reference:path}/apology.pdf"): "a file",
    ("GET", "/{lang:lang}/track/files/{name}"): "a picture",
    ("GET", "/{lang:lang}/track/files/{name}/{part}"): "a picture",
    ("GET", "/{lang:lang}/inbox/{reference}/files/{name}"): "a picture",
    ("GET", "/{lang:lang}/inbox/{reference}/files/{name}/{part}"): "a picture",
    ("POST", "/{lang:lang}/sign-out"): _DOES,
    ("POST", "/{lang:lang}/track/leave"): _DOES,
    ("POST", "/{lang:lang}/track/appeal/open"): _DOES,
    ("POST", "/{lang:lang}/inbox/lists/forget"): _DOES,
    ("POST", "/{lang:lang}/inbox/lists/rename"): _DOES,
    ("POST", "/{lang:lang}/handed-over"): _DOES,
    ("POST", "/{lang:lang}/publishing/{edition}"): _DOES,
    ("POST", "/{lang:lang}/admin/notices"): _DOES,
}
