"""A notice in words: as a mail with text and HTML, or short enough for a text message.

Headers are those of RFC 5322, encoded by RFC 2047; machines are told that a machine wrote (RFC
3834), and an invitation how one stops them (RFC 2369, RFC 8058).
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from feedback.models import HoldDecision
from feedback.notices import Notice
from web.drawing import rendering
from web.language import i18n, period_names

STOPPING = ("unsubscribe", "subscription")
"""Pages that end mails; a fact of the same name holds the handle they ask for."""

DAYS = frozenset({"day", "known_until"})
COUNTS = frozenset(
    {"total", "ranked", "above", "below", "undetermined", "offices"}
    | {"overdue", "due_today", "reopened", "waiting", "breached", "due_soon"}
    | {"call_backs", "call_backs_late", "files", "files_late"}
)
CASES = frozenset({"cases", "breached_cases", "due_soon_cases"})
"""Facts told in the reader's own way besides moments (`..._at`); of cases each line is its number,
when it is due, and more, with a tab between.
"""

# People's committees, as everybody writes them where each letter is paid for.
_BRIEF = re.compile("(Ủy|Uỷ) ban nhân dân")

# One long address: what is broken there would be encoded, and then be no address any more.
_UNBROKEN = frozenset({"list-unsubscribe", "message-id"})


class _Whole(EmailPolicy):
    """Headers that come out as they went in.

    Python's own folding loses blanks between the encoded words of a long Vietnamese subject; the
    older `Header` encodes it whole, in words of at most 75 characters (RFC 2047, 2).
    """

    def fold(self, name: str, value: Any) -> str:
        if name.lower() == "subject":
            words = Header(str(value), "utf-8", header_name=name, maxlinelen=76)
            return f"{name}: {words.encode(linesep=self.linesep)}{self.linesep}"
        if name.lower() in _UNBROKEN:
            return f"{name}: {value}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii")


POLICY = _Whole(cte_type="7bit")


def letter(notice: Notice, base_url: str, timezone: str) -> EmailMessage:
    """The notice as a mail in its language, text and HTML, with a stable Message-ID."""
    host = urlsplit(base_url).hostname or "localhost"
    values = _values(notice, base_url, timezone)
    text = rendering.plain(f"mail/{notice.kind}.txt", notice.language, **values)
    page = rendering.render(f"mail/{notice.kind}.html", notice.language, **values)
    subject, _, body = text.strip().partition("\n")
    message = EmailMessage(policy=POLICY)
    message["Subject"] = subject.strip()
    message["From"] = f"Hài lòng <no-reply@{host}>"
    message["To"] = notice.to.email
    message["Date"] = format_datetime(notice.owed_at)
    message["Message-ID"] = f"<{notice.key.replace('/', '.').replace(':', '-')}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    if _stops(notice):
        message["List-Unsubscribe"] = f"<{values['unsubscribe']}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(body.strip() + "\n")
    message.add_alternative(page, subtype="html")
    message["Content-Language"] = notice.language  # `set_content` would have dropped it
    return message


def short(notice: Notice, base_url: str, timezone: str) -> str:
    """The notice as a text message: one line, marks kept, no longer than it must be."""
    values = _values(notice, base_url, timezone, style="short")
    values["facts"] = {name: _BRIEF.sub("UBND", told) for name, told in values["facts"].items()}
    return " ".join(rendering.plain(f"mail/{notice.kind}.sms", notice.language, **values).split())


def _values(notice: Notice, base_url: str, timezone: str, *, style: str = "long") -> dict[str, Any]:
    return {
        "kind": notice.kind,
        "to": notice.to,
        "base_url": base_url,
        "facts": _readable(notice.facts, notice.language, timezone, style),
        "unsubscribe": base_url + rendering.url(notice.language, *_stops(notice)),
    }


def _stops(notice: Notice) -> tuple[str, ...]:
    """The page that ends such mails, and what it is asked for; () where nothing ends them."""
    return next(((page, notice.facts[page]) for page in STOPPING if page in notice.facts), ())


def _readable(facts: dict[str, str], language: str, timezone: str, style: str) -> dict[str, str]:
    def moment(value: str, style: str) -> str:
        at = datetime.fromisoformat(value)
        return i18n.localise_datetime(at, language, timezone, style=style)

    def day(value: str) -> str:
        return i18n.localise_date(date.fromisoformat(value), language, style="words")

    def count(value: str) -> str:
        return i18n.localise_number(int(value), language)

    def case(line: str) -> str:
        number, *more = line.split("\t")
        return " – ".join([number, *(moment(due, "short") for due in more[:1]), *more[1:]])

    def cases(value: str) -> str:
        return "\n".join(map(case, value.splitlines()))

    tellers: dict[str, Callable[[str], str]] = {
        "period": partial(period_names.in_words, language=language),
        "decision": lambda value: i18n.name_of(HoldDecision(value), language),
        **dict.fromkeys(DAYS, day),
        **dict.fromkeys(COUNTS, count),
        **dict.fromkeys(CASES, cases),
        **{name: partial(moment, style=style) for name in facts if name.endswith("_at")},
    }
    return {name: tellers.get(name, str)(value) if value else "" for name, value in facts.items()}
