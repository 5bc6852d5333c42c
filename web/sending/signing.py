"""How we sign what we post to other systems: as Standard Webhooks has it."""

import base64
import hmac
from collections.abc import Sequence
from hashlib import sha256


def headers(secrets: Sequence[bytes], key: str, stamp: int, body: bytes) -> dict[str, str]:
    """The headers by which a receiver knows us; `stamp` is the second of sending (Unix time).

    One signature for each secret, with a space between, so that one can follow another in peace.
    """
    signatures = " ".join(signature(secret, key, str(stamp), body) for secret in secrets)
    return {
        "webhook-id": key,
        "webhook-timestamp": str(stamp),
        "webhook-signature": signatures,
    }


def signature(secret: bytes, key: str, stamp: str, body: bytes) -> str:
    """`v1,` and the HMAC-SHA-256 of `key.stamp.body` in base 64."""
    signed = f"{key}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret, signed, sha256)).decode()
