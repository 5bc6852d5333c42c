"""The secrets by which receivers know our calls: derived when needed, stored nowhere.

What stands in the database is a seed; without the pepper, which does not, nobody signs. A secret
is 32 bytes; people are told it as Standard Webhooks spells one, `whsec_` and its base 64.
"""

import base64
import secrets
from datetime import datetime

from feedback import codes
from feedback.codes import Keyring
from feedback.models import WebhookRow

PREFIX = "whsec_"
SEED = 16


def fresh() -> bytes:
    """A new seed."""
    return secrets.token_bytes(SEED)


def derived(seed: bytes, keys: Keyring) -> bytes:
    """The secret that a seed stands for."""
    return codes.keyed_hash("webhook", bytes(seed).hex(), keys)


def spelled(secret: bytes) -> str:
    """A secret as its receiver is told it."""
    return PREFIX + base64.b64encode(secret).decode()


def of(webhook: WebhookRow, keys: Keyring, *, at: datetime) -> tuple[bytes, ...]:
    """The secrets that sign now, the present one first."""
    present = derived(webhook.seed, keys)
    until, former = webhook.former_until, webhook.former_seed
    if until is None or former is None or until <= at:
        return (present,)
    return present, derived(former, keys)
