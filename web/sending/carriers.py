"""Who carries notices out of the house: SMTP, an SMS gateway, or, with neither, a quiet twin.

Delivered at least once: a repeat carries the same Message-ID, or the same idempotency key.
"""

import asyncio
import logging
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from feedback import notices
from feedback.errors import CarrierDown, CarrierRefuses
from feedback.notices import Carrier, Notice
from web import clock
from web.sending.letters import letter
from web.sending.sms import Gateway
from web.settings import Settings

__all__ = ["Apart", "Mail", "Missing", "Quiet", "carrier", "letter"]

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
            why = type(error).__name__
            log.warning("mail not taken", extra={"notice": notice.id, "kind": why})
            if _is_final(error):
                raise CarrierRefuses("smtp", why) from error
            raise CarrierDown("smtp", why) from error

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


def _is_final(error: Exception) -> bool:
    """Whether the server will never take this mail (RFC 5321, 4.2.1: 5yz), whatever we repeat.

    A refused sign-in or sender is our own configuration, which an operator may yet repair.
    """
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            return all(500 <= code < 600 for code, _ in refused.values())
        case smtplib.SMTPDataError(smtp_code=code):
            return 500 <= code < 600
        case smtplib.SMTPNotSupportedError():  # an address with marks, a server without SMTPUTF8
            return True
    return False


@dataclass(frozen=True, slots=True)
class Quiet:
    """Carries nothing, and says so without naming anybody: for demonstrations."""

    async def carry(self, notice: Notice) -> None:
        log.info("notice not sent: no carrier", extra={"notice": notice.id, "kind": notice.kind})


@dataclass(frozen=True, slots=True)
class Missing:
    """A way nobody has configured, beside one that is: what would go by it is given up, visibly."""

    channel: str

    async def carry(self, notice: Notice) -> None:
        raise CarrierRefuses(self.channel, "no_carrier")


@dataclass(frozen=True, slots=True)
class Apart:
    """To each notice the carrier of its own way."""

    by_channel: Mapping[str, Carrier]

    async def carry(self, notice: Notice) -> None:
        await self.by_channel[notice.channel].carry(notice)


def sends_sms(settings: Settings) -> bool:
    """Whether text messages may be offered; a demonstration shows them and sends none."""
    return settings.demo or settings.sms_webhook is not None


def sends(settings: Settings, way: str) -> bool:
    """Whether what is owed by this way leaves the house; a demonstration shows it as if it did."""
    is_mail = way == notices.EMAIL
    return bool(settings.demo or settings.smtp_url) if is_mail else sends_sms(settings)


def carrier(settings: Settings) -> Carrier:
    """The carriers of this instance; a demonstration writes to nobody, whatever is configured."""
    if settings.demo or not (settings.smtp_url or settings.sms_webhook):
        return Quiet()
    mail: Carrier = Missing(notices.EMAIL)
    sms: Carrier = Missing(notices.SMS)
    if settings.smtp_url:
        mail = Mail(settings.smtp_url, settings.site, settings.timezone)
    if settings.sms_webhook:
        sms = Gateway(
            settings.sms_webhook, settings.sms_secret, settings.site, settings.timezone, clock.now
        )
    return Apart({notices.EMAIL: mail, notices.SMS: sms})
