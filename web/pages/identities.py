"""How somebody signs in, for administrators: identities of the provider, a lost second factor."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import drafts, permissions
from feedback.errors import Faulty, IdentityTaken, NotAFact
from feedback.staff import accounts, apart, identities, second_factor, staff_register
from web import acting, errors, forms
from web.drawing import rendering
from web.errors import NoSuchPage
from web.forms import Form
from web.guarding import guards
from web.language.i18n import mark
from web.pages import staff, sure
from web.pages.sure import Question

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

DONE = {
    "mapped": mark("The identity belongs to this account from now on."),
    "unmapped": mark("The identity is nobody's any more. The account's sessions have ended."),
    "confirmed": mark("You have confirmed that this account is in its owner's hands."),
    "forgotten": mark("The account has no second factor any more. Its sessions have ended."),
}
QUESTIONS = {
    "forget": Question(
        mark("Take the second factor of %(who)s away?"),
        mark(
            "Their sessions end, and at the next sign-in they set it up anew. Do so only for"
            " somebody you know by face or voice."
        ),
        mark("Take the second factor away"),
    ),
    "confirm": Question(
        mark("Is the account of %(who)s in its owner's hands alone?"),
        mark(
            "Say so only if you have spoken with them and they chose their password themselves."
            " From now on the account decides, as the second person, what the others have proposed."
        ),
        mark("Confirm"),
    ),
    "unmap": Question(
        mark("Take an identity of %(who)s away?"),
        mark("It opens the account no more, and the account's sessions end."),
        mark("Take away"),
    ),
}


@router.get("/admin/accounts/{name}/sign-in")
async def read(name: str, request: Request) -> Response:
    """One account's ways in."""
    return await _page(request, name, Form(), done=DONE.get(request.query_params.get("done", "")))


@router.post("/admin/accounts/{name}/sign-in")
async def change(name: str, request: Request) -> Response:
    """Name an identity, take one away, or forget a lost second factor."""
    form = await forms.read(request)
    question = QUESTIONS[form["do"] if form["do"] in {"forget", "confirm"} else "unmap"]
    if (form["do"] in {"forget", "confirm"} or form["unmap"]) and not sure.is_sure(form):
        permissions.check_may_change_account(request.state.actor, name)
        line = await staff_register.one(name)
        if line is None:
            raise NoSuchPage
        back, who = f"admin/accounts/{name}/sign-in", line.display_name
        return await sure.ask(request, form, question, section="admin", back=back, who=who)
    why = sure.why(form)
    issuer: str | None = request.app.state.settings.oidc_issuer
    try:
        async with acting.opened(request) as act:
            if form["do"] == "forget":
                done, found = "forgotten", await accounts.forget_factor(name, act, reason=why)
            elif form["do"] == "confirm":
                done, found = "confirmed", await apart.confirm(name, act, reason=why)
            elif form["unmap"]:
                number = guards.int_or_zero(form["unmap"][:9])
                done, found = "unmapped", await identities.remove(name, number, act, reason=why)
            elif issuer:
                done = "mapped"
                subject, why = form["subject"], drafts.reason(form.values)
                found = await identities.add(name, act, issuer=issuer, subject=subject, reason=why)
            else:
                raise NoSuchPage
    except (Faulty, IdentityTaken, NotAFact) as error:
        forms.refused(form, error, rendering.language_of(request))
        return await _page(request, name, form, status=422)
    if not found:
        raise NoSuchPage
    return staff.see(request, "admin/accounts", name, "sign-in", done=done)


async def _page(
    request: Request, name: str, form: Form, *, status: int = 200, done: str | None = None
) -> Response:
    account = next((each for each in await accounts.listed() if each.name == name), None)
    if account is None:
        raise NoSuchPage
    language = rendering.language_of(request)
    refusal = permissions.why_not(
        permissions.check_may_change_account, request.state.actor, account.name
    )
    found = await apart.on(name)
    return await staff.page(
        request,
        "account/of_another.html",
        section="admin",
        status=status,
        form=form,
        account=account,
        identities=await identities.listed(name),
        standing=await second_factor.standing_of(name),
        issuer=request.app.state.settings.oidc_issuer or "",
        done=done,
        refused=errors.told(refusal, language) if refusal else "",
        hands=sorted((await accounts.display_names(found)).values()),
        unconfirmed=await errors.why_not(
            apart.check_may_confirm(request.state.actor, name), language
        ),
    )
