"""The second factor: six digits from an authenticator (TOTP, RFC 6238), or a recovery code.

The seed is sealed at rest, bound to its account. A step is taken once: the same digits, or older
ones, open nothing again (RFC 6238, 5.2). After five mistakes nothing is taken for a while; nobody
is locked out for ever.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import pyotp

from feedback import contacts
from feedback.codes import Keyring
from feedback.errors import WrongCode
from feedback.models import AccountRow, SecondFactorRow
from feedback.staff import recovery
from sla.acts import Act

STEP = 30  # seconds, as every authenticator has it
DRIFT = 1  # steps to either side: a telephone's clock may be half a minute off
TRIES = 5
PAUSE = timedelta(minutes=15)
ISSUER = "Hài lòng"


class Verdict(StrEnum):
    """What came of showing a code. A mistake is counted, so it must not be rolled back."""

    PASSED = "passed"
    WRONG = "wrong"
    PAUSED = "paused"


def fresh_seed() -> str:
    """A seed for an authenticator: 160 bits in base 32."""
    return pyotp.random_base32()


def address(seed: str, name: str) -> str:
    """What the QR code says to an authenticator."""
    return pyotp.TOTP(seed).provisioning_uri(name=name, issuer_name=ISSUER)


def step_of(seed: str, code: str, *, at: datetime, after: int = -1) -> int | None:
    """The step whose digits these are, later than `after`; None when there is none near `at`."""
    now = int(at.timestamp()) // STEP
    otp = pyotp.TOTP(seed)
    found = None
    for step in range(now - DRIFT, now + DRIFT + 1):
        fits = hmac.compare_digest(otp.generate_otp(step).encode(), code.encode())
        if fits and step > after:
            found = step
    return found


def _digits(code: str) -> str:
    """The code without the blanks authenticators show; empty when it cannot be one."""
    plain = "".join(code.split())
    return plain if len(plain) == 6 and plain.isascii() and plain.isdigit() else ""


async def enrol(account_id: int, seed: str, code: str, act: Act, keys: Keyring) -> tuple[str, ...]:
    """From now on this seed is the second factor; ten recovery codes. `WrongCode` unless the
    authenticator proves by its digits that it has the seed.
    """
    step = step_of(seed, _digits(code), at=act.at)
    if step is None:
        raise WrongCode
    await AccountRow.filter(id=account_id).select_for_update().get()
    await SecondFactorRow.filter(account_id=account_id).delete()
    await SecondFactorRow.create(
        account_id=account_id,
        sealed=_sealed(account_id, seed, keys),
        since=act.at,
        last_step=step,
    )
    return await recovery.make(account_id, act, keys)


async def check(account_id: int, code: str, act: Act, keys: Keyring) -> Verdict:
    """Whether digits or a recovery code are right; used up when they are, counted when not."""
    row = await SecondFactorRow.filter(account_id=account_id).select_for_update().get_or_none()
    if row is None:
        return Verdict.WRONG
    if row.paused_until is not None and act.at < row.paused_until:
        return Verdict.PAUSED
    if await _is_right(row, code, act, keys):
        await SecondFactorRow.filter(id=row.id).update(failures=0, paused_until=None)
        return Verdict.PASSED
    failures = row.failures + 1
    pauses = failures >= TRIES
    await SecondFactorRow.filter(id=row.id).update(
        failures=0 if pauses else failures, paused_until=act.at + PAUSE if pauses else None
    )
    return Verdict.PAUSED if pauses else Verdict.WRONG


async def _is_right(row: SecondFactorRow, code: str, act: Act, keys: Keyring) -> bool:
    digits = _digits(code)
    if not digits:
        return await recovery.use(row.account_id, code, act, keys)
    seed = _opened(row, keys)
    step = step_of(seed, digits, at=act.at, after=row.last_step)
    if step is None:
        return False
    await SecondFactorRow.filter(id=row.id).update(last_step=step)
    return True


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account has: since when, and how many recovery codes are unused."""

    since: datetime
    codes_left: int
    codes_made_at: datetime | None


async def standing(account_id: int) -> Standing | None:
    """The second factor of an account; None when it has none."""
    row = await SecondFactorRow.get_or_none(account_id=account_id)
    return Standing(row.since, *await recovery.left(account_id)) if row else None


async def standing_of(name: str) -> Standing | None:
    """The same for the account of this name."""
    row = await SecondFactorRow.get_or_none(account__name=name)
    return await standing(row.account_id) if row else None


async def forget(account_id: int) -> bool:
    """The account has no second factor any more; False if it had none."""
    await recovery.forget(account_id)
    return bool(await SecondFactorRow.filter(account_id=account_id).delete())


def _sealed(account_id: int, seed: str, keys: Keyring) -> bytes:
    return contacts.seal({"account": account_id, "seed": seed}, keys)


def _opened(row: SecondFactorRow, keys: Keyring) -> str:
    """The seed. ValueError when these keys do not fit, or it was sealed for another account."""
    content = contacts.unseal(bytes(row.sealed), keys)
    if content["account"] != row.account_id:
        raise ValueError("sealed for another account")
    return str(content["seed"])


async def reseal_next(_: Act, keys: Keyring) -> bool:
    """Seal one seed anew that the former instance key sealed; whether there was one."""
    if not keys.former_seal:
        return False
    present = Keyring(pepper=keys.pepper, seal=keys.seal)
    for row in await SecondFactorRow.all().order_by("id"):
        try:
            contacts.unseal(bytes(row.sealed), present)
        except ValueError:
            try:
                again = _sealed(row.account_id, _opened(row, keys), keys)
            except ValueError:
                continue  # no key of the ring opens it; the right one may yet be found
            await SecondFactorRow.filter(id=row.id).update(sealed=again)
            return True
    return False
