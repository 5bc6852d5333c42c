"""Who carries notices out of the house: SMTP, an SMS gateway, or, with neither, a quiet twin.

Delivered at least once: a repeat carries the same Message-ID.
"""

import asyncio
import logging
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from feedback.errors import CarrierDown
from feedback.notices import Carrier, Notice
from web import i18n, rendering
from web.settings import Settings

log = logging.getLogger(__name__)

SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Mail:
    """Carries by SMTP (`smtp://user:password@host:port`, `smtps://…`)."""

    url: str
    base_url: str
    timezone: str

    async def carry(self, notice: Notice) -> None:
        message = letter(notice, self.base_url, self.timezone)
        try:
            await asyncio.to_thread(self._send, message)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail not taken", extra={"notice": notice.id, "kind": type(error).__name__})
            raise CarrierDown("smtp") from error

    def _send(self, message: EmailMessage) -> None:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "localhost", parts.port
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port or 465, timeout=SECONDS, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(host, port or 25, timeout=SECONDS)
        with server:
            if parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Carries nothing, and says so without naming anybody: for demonstrations."""

    async def carry(self, notice: Notice) -> None:
        log.info("notice not sent: no carrier", extra={"notice": notice.id, "kind": notice.kind})


def carrier(settings: Settings) -> Carrier:
    """The carrier of this instance; a demonstration writes to nobody, whatever is configured."""
    if settings.smtp_url is None or settings.demo:
        return Quiet()
    return Mail(settings.smtp_url, settings.base_url or "http://localhost:8000", settings.timezone)


def letter(notice: Notice, base_url: str, timezone: str) -> EmailMessage:
    """The notice as a mail in its language, text and HTML, with a stable Message-ID."""
    host = urlsplit(base_url).hostname or "localhost"
    values: dict[str, Any] = {
        "kind": notice.kind,
        "to": notice.to,
        "base_url": base_url,
        "facts": _readable(notice.facts, notice.language, timezone),
    }
    text = rendering.plain(f"mail/{notice.kind}.txt", notice.language, **values)
    page = rendering.render(f"mail/{notice.kind}.html", notice.language, **values)
    subject, _, body = text.strip().partition("\n")
    message = EmailMessage()
    message["Subject"] = subject.strip()
    message["From"] = f"Hài lòng <no-reply@{host}>"
    message["To"] = notice.to.email
    message["Date"] = format_datetime(notice.owed_at)
    message["Message-ID"] = f"<{notice.key.replace('/', '.').replace(':', '-')}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body.strip() + "\n")
    message.add_alternative(page, subtype="html")
    message["Content-Language"] = notice.language  # `set_content` would have dropped it
    return message


def _readable(facts: dict[str, str], language: str, timezone: str) -> dict[str, str]:
    return {
        name: i18n.localise_datetime(
            datetime.fromisoformat(value), language, timezone, style="long"
        )
        if name.endswith("_at") and value
        else value
        for name, value in facts.items()
    }
