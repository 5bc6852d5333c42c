"""Recovery codes: ten, each of which stands in for the authenticator once. Told once, as they are
made; only keyed hashes are stored.
"""

import secrets
from datetime import datetime

from feedback import codes
from feedback.codes import Keyring
from feedback.models import RecoveryCodeRow
from sla.acts import Act

HOW_MANY = 10
# Symbols of five bits: beyond guessing, with the pauses of feedback.staff.second_factor.
LENGTH = 10
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "-": "", " ": "", "\u2013": ""})


def _new() -> str:
    symbols = "".join(secrets.choice(codes.ALPHABET) for _ in range(LENGTH))
    return f"{symbols[:5]}-{symbols[5:]}"


def _hash(account_id: int, code: str, keys: Keyring) -> bytes:
    symbols = code.strip().upper().translate(_READ_AS)
    return codes.keyed_hash(f"recovery {account_id}", symbols[: LENGTH + 1], keys)


async def make(account_id: int, act: Act, keys: Keyring) -> tuple[str, ...]:
    """Ten fresh codes, told now and never again; those from before are worth nothing."""
    await RecoveryCodeRow.filter(account_id=account_id).delete()
    made = tuple(_new() for _ in range(HOW_MANY))
    await RecoveryCodeRow.bulk_create(
        RecoveryCodeRow(
            account_id=account_id, code_hash=_hash(account_id, code, keys), made_at=act.at
        )
        for code in made
    )
    return made


async def use(account_id: int, code: str, act: Act, keys: Keyring) -> bool:
    """Use a code up, however it is spelled; False when it is none of theirs or was used before."""
    unused = RecoveryCodeRow.filter(
        account_id=account_id, code_hash=_hash(account_id, code, keys), used_at=None
    )
    return bool(await unused.update(used_at=act.at))


async def left(account_id: int) -> tuple[int, datetime | None]:
    """How many are unused, and when they were made."""
    rows = await RecoveryCodeRow.filter(account_id=account_id).order_by("id")
    unused = [row for row in rows if row.used_at is None]
    return len(unused), rows[0].made_at if rows else None


async def forget(account_id: int) -> None:
    """They have none any more."""
    await RecoveryCodeRow.filter(account_id=account_id).delete()
