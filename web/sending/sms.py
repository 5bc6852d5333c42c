"""Text messages through the operator's gateway: a signed POST, in the form of Standard Webhooks.

A message with letters outside the GSM alphabet goes as UCS-2 (3GPP TS 23.038): Vietnamese keeps
its marks and a part then holds 70 characters, not 160.
"""

from dataclasses import dataclass

import httpx
import orjson

from feedback.contacts import national
from feedback.errors import CarrierDown, CarrierRefuses
from feedback.notices import Notice
from web.clock import Clock
from web.sending import letters, signing

SECONDS = 10.0

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")  # two places each
# Places in a message of one part, and in each of several.
_PLACES = {"gsm7": (160, 153), "ucs2": (70, 67)}
# Busy or slow is not a refusal (RFC 9110, 15.5.9; RFC 6585, 4).
_LATER = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Size:
    """How a text travels: its alphabet and in how many parts, each of which is paid for."""

    encoding: str
    parts: int


def measured(text: str) -> Size:
    """The size of a text message."""
    if all(letter in _BASIC or letter in _EXTENDED for letter in text):
        encoding, places = "gsm7", sum(2 if letter in _EXTENDED else 1 for letter in text)
    else:
        encoding, places = "ucs2", len(text.encode("utf-16-be")) // 2
    alone, each = _PLACES[encoding]
    return Size(encoding, 1 if places <= alone else -(-places // each))


@dataclass(frozen=True, slots=True)
class Gateway:
    """Carries to phones by the operator's webhook; `secret` signs, so that it can tell us apart."""

    url: str
    secret: str
    base_url: str
    timezone: str
    clock: Clock

    async def carry(self, notice: Notice) -> None:
        text = letters.short(notice, self.base_url, self.timezone)
        size = measured(text)
        body = orjson.dumps(
            {
                "id": notice.key,
                "to": international(notice.to.phone),
                "text": text,
                "language": notice.language,
                "encoding": size.encoding,
                "parts": size.parts,
            }
        )
        stamp = int(self.clock().timestamp())
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": notice.key,
            **signing.headers([self.secret.encode()], notice.key, stamp, body),
        }
        try:
            # A redirect would carry a resident's number to a place nobody has configured.
            async with httpx.AsyncClient(timeout=SECONDS, follow_redirects=False) as client:
                answer = await client.post(self.url, content=body, headers=headers)
        except httpx.HTTPError as error:
            raise CarrierDown("sms", type(error).__name__) from error
        _judge(answer.status_code)


def _judge(status: int) -> None:
    if 200 <= status < 300:
        return
    if 400 <= status < 500 and status not in _LATER:
        raise CarrierRefuses("sms", f"http_{status}")
    raise CarrierDown("sms", f"http_{status}")


def international(phone: str) -> str:
    """A number as E.164 writes it; one without a country is Vietnamese."""
    plain = national(phone)
    return plain if plain.startswith("+") else "+84" + plain.removeprefix("0")
