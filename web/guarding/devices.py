"""The browser somebody signs in with: what to call it, and how it is known again.

A browser from which an account signed in keeps a sealed cookie that says so. It opens nothing; it
only spares its owner the price of other people's guesses at the account.
"""

import secrets
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from feedback import contacts
from web.guarding import guards

COOKIE = "hailong_device"
LASTS = timedelta(days=180)

# The first that is found in the browser's own words; many name others after themselves.
BROWSERS = (
    ("coc_coc_browser", "Cốc Cốc"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("FxiOS", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def called(user_agent: str) -> str:
    """`Chrome/Windows`; a part nobody knows is left empty."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return f"{browser}/{system}"


def known(request: Request, name: str) -> str:
    """What tells this browser from others, if the account `name` signed in with it; else empty."""
    state = request.app.state
    cookie = guards.cookie_name(COOKIE, secure=state.secure)
    kept = guards.cookies(request.headers).get(cookie, "")
    try:
        what, whose, own, until = contacts.unseal(kept.encode(), state.keys)
    except (ValueError, TypeError):
        return ""
    is_valid = what == COOKIE and whose == name and state.clock().timestamp() < until
    return str(own) if is_valid else ""


def remember(response: Response, request: Request, name: str) -> None:
    """Know this browser again when the account `name` signs in."""
    state = request.app.state
    until = (state.clock() + LASTS).timestamp()
    own = known(request, name) or secrets.token_hex(16)
    sealed = contacts.seal([COOKIE, name, own, until], state.keys).decode()
    lasts = int(LASTS.total_seconds())
    cookie = guards.cookie(COOKIE, sealed, secure=state.secure, lasts=lasts)
    response.headers.append("set-cookie", cookie)
