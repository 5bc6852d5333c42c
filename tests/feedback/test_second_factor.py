"""Six digits, recovery codes, passwords, resets: what is taken, and what never twice."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.codes import Keyring
from feedback.errors import NoSuchCode, NotAFact, WrongCode, WrongCredentials
from feedback.jobs import send_notice
from feedback.models import AccountRow, NoticeRow, Role, SecondFactorRow, SessionRow
from feedback.notices import Notice
from feedback.staff import (
    accounts,
    passwords,
    recovery,
    resets,
    second_factor,
    sessions,
    staff_register,
)
from feedback.staff.second_factor import Verdict
from feedback.staff.staff_register import Line
from tests import make
from tests.conftest import KEYS
from tests.make import NOW, act


def digits(seed: str, *, steps: int = 0) -> str:
    return pyotp.TOTP(seed).at(int(NOW.timestamp()) + 30 * steps)


async def enrolled(name: str = "lan") -> tuple[int, str, tuple[str, ...]]:
    """Somebody with a second factor: their account, seed and recovery codes."""
    await make.make_city()
    staff = await make.make_staff(name)
    seed = second_factor.fresh_seed()
    early = act(at=NOW - timedelta(minutes=5))
    code = pyotp.TOTP(seed).at(int(early.at.timestamp()))
    return (
        staff.account_id,
        seed,
        await second_factor.enrol(staff.account_id, seed, code, early, KEYS),
    )


async def test_digits_open_once(database: None) -> None:
    who, seed, _ = await enrolled()
    assert await second_factor.check(who, digits(seed), act(), KEYS) is Verdict.PASSED
    assert await second_factor.check(who, digits(seed), act(), KEYS) is Verdict.WRONG
    earlier = digits(seed, steps=-1)
    assert await second_factor.check(who, earlier, act(), KEYS) is Verdict.WRONG


@given(off=st.integers(-6, 6))
def test_a_clock_may_be_half_a_minute_off(off: int) -> None:
    seed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    step = int(NOW.timestamp()) // 30
    found = second_factor.step_of(seed, pyotp.TOTP(seed).generate_otp(step + off), at=NOW)
    assert found == (step + off if abs(off) <= 1 else None)


async def test_digits_may_be_typed_with_blanks(database: None) -> None:
    who, seed, _ = await enrolled()
    code = digits(seed)
    typed = f" {code[:3]} {code[3:]} "
    assert await second_factor.check(who, typed, act(), KEYS) is Verdict.PASSED


async def test_five_mistakes_make_a_pause_not_an_end(database: None) -> None:
    who, seed, _ = await enrolled()
    verdicts = [await second_factor.check(who, "x", act(), KEYS) for _ in range(5)]
    assert verdicts == [Verdict.WRONG] * 4 + [Verdict.PAUSED]
    assert await second_factor.check(who, digits(seed), act(), KEYS) is Verdict.PAUSED
    later = act(at=NOW + second_factor.PAUSE)
    code = pyotp.TOTP(seed).at(int(later.at.timestamp()))
    assert await second_factor.check(who, code, later, KEYS) is Verdict.PASSED


async def test_a_recovery_code_opens_once_however_it_is_spelled(database: None) -> None:
    who, _, made = await enrolled()
    assert len(set(made)) == recovery.HOW_MANY
    typed = made[0].lower().replace("-", " ")
    assert await second_factor.check(who, typed, act(), KEYS) is Verdict.PASSED
    assert await second_factor.check(who, made[0], act(), KEYS) is Verdict.WRONG
    assert (await recovery.left(who))[0] == 9
    again = await recovery.make(who, act(), KEYS)
    assert await second_factor.check(who, made[1], act(), KEYS) is Verdict.WRONG
    assert await second_factor.check(who, again[0], act(), KEYS) is Verdict.PASSED


async def test_nothing_at_rest_tells_a_seed(database: None) -> None:
    who, seed, _ = await enrolled()
    row = await SecondFactorRow.get(account_id=who)
    assert seed.encode() not in bytes(row.sealed)
    other = await make.make_staff("an")
    await SecondFactorRow.filter(id=row.id).update(account_id=other.account_id)
    with pytest.raises(ValueError, match="another account"):
        await second_factor.check(other.account_id, digits(seed), act(), KEYS)


async def test_a_seed_is_proved_before_it_counts(database: None) -> None:
    await make.make_city()
    lan = await make.make_staff("lan")
    with pytest.raises(WrongCode):
        await second_factor.enrol(
            lan.account_id, second_factor.fresh_seed(), "000000x", act(), KEYS
        )
    assert await second_factor.standing(lan.account_id) is None


async def test_seeds_survive_a_change_of_the_secret_key(database: None) -> None:
    who, seed, _ = await enrolled()
    changed = Keyring(pepper=KEYS.pepper, seal=b"another seal" * 4, former_seal=KEYS.seal)
    assert await second_factor.reseal_next(act(), changed)
    assert not await second_factor.reseal_next(act(), changed)
    alone = Keyring(pepper=KEYS.pepper, seal=changed.seal)
    assert await second_factor.check(who, digits(seed), act(), alone) is Verdict.PASSED


# Passwords


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("a" * 11, "too_short"),
        ("ab" * 65, "too_long"),
        ("password1234", "too_common"),
        ("MatKhau123456", "too_common"),
        ("mat-khau-123456", "too_common"),
        ("abcabcabcabc", "too_common"),
        ("123456789012", "too_common"),
        ("lan.nguyen.123", "too_common"),
    ],
)
async def test_what_is_tried_first_is_no_password(password: str, reason: str) -> None:
    with pytest.raises(NotAFact) as caught:
        await passwords.hashed(password, name="lan.nguyen")
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "password",
    ["mưa rào tháng bảy", "correct horse battery", "x7!" * 3 + "abcd", "ộ" * 3 + "q" * 9],
)
async def test_any_other_of_twelve_characters_is(password: str) -> None:
    assert await passwords.fits(await passwords.hashed(password), password)


async def test_marks_typed_apart_are_the_same_password() -> None:
    from unicodedata import normalize

    stored = await passwords.hashed(normalize("NFC", "mật khẩu của tôi"))
    assert await passwords.fits(stored, normalize("NFD", "mật khẩu của tôi"))
    assert not await passwords.fits(stored, "mat khau cua toi")


async def test_a_hash_of_less_work_is_made_anew_at_sign_in(database: None) -> None:
    from argon2 import PasswordHasher

    await make.make_city()
    await make.make_staff("lan")
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(make.PASSWORD)
    await AccountRow.filter(name="lan").update(password_hash=weak)
    await accounts.recognised("lan", make.PASSWORD)
    assert not passwords.is_outdated((await AccountRow.get(name="lan")).password_hash)


# Sessions


async def test_a_session_ends_with_its_hours_and_when_nobody_uses_it(database: None) -> None:
    await make.make_city()
    await make.make_staff("lan")
    token = await accounts.sign_in("lan", make.PASSWORD, act(), KEYS)

    async def is_open(**after: float) -> bool:
        return await sessions.of_token(token, KEYS, at=NOW + timedelta(**after)) is not None

    assert await is_open(hours=2, seconds=-1)
    assert await is_open(hours=4, seconds=-5)  # used in between
    assert not await is_open(hours=6)
    token = await accounts.sign_in("lan", make.PASSWORD, act(), KEYS)
    for hour in range(1, 12):
        assert await is_open(hours=hour)
    assert await is_open(hours=12, seconds=-1)
    assert not await is_open(hours=12)


async def test_whoever_is_moved_closed_or_given_a_password_is_signed_out(database: None) -> None:
    await make.make_city()
    lan = await make.make_staff("lan")
    moved = Line("lan", "Lan", Role.HEAD, "W2", "", "open")
    changes: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: staff_register.take([moved], act()),
        lambda: accounts.reset("lan", act(), password="another long secret"),
        lambda: accounts.disable("lan", act()),
    )
    password = make.PASSWORD
    for change in changes:
        token = await accounts.sign_in("lan", password, act(), KEYS)
        assert await change()
        assert await sessions.of_token(token, KEYS, at=NOW) is None
        password = "another long secret" if change is changes[1] else password
    with pytest.raises(WrongCredentials):  # who was recognised before all this
        await sessions.open_(lan, act(), KEYS)


async def test_a_step_up_changes_the_token(database: None) -> None:
    await make.make_city()
    await make.make_staff("lan")
    token = await accounts.sign_in("lan", make.PASSWORD, act(), KEYS)
    fresh = await sessions.step_up(token, act(), KEYS)
    assert await sessions.of_token(token, KEYS, at=NOW) is None
    signed = await sessions.of_token(fresh, KEYS, at=NOW)
    assert signed is not None
    assert signed.is_whole(required=True)
    with pytest.raises(WrongCredentials):
        await sessions.step_up(token, act(), KEYS)


async def test_sessions_are_forgotten_a_month_after(database: None) -> None:
    await make.make_city()
    await make.make_staff("lan")
    await accounts.sign_in("lan", make.PASSWORD, act(), KEYS)
    assert not await sessions.forget(act(at=NOW + timedelta(days=30)))
    assert await sessions.forget(act(at=NOW + timedelta(days=31)))
    assert not await SessionRow.exists()


# Resets


async def _asked(name: str = "lan") -> str:
    """The code of the mail that was owed."""
    carried: list[Notice] = []

    class Hand:
        async def carry(self, notice: Notice) -> None:
            carried.append(notice)

    await resets.ask(name, act(), KEYS, language="vi")
    while await send_notice(act(), carrier=Hand(), keys=KEYS):
        pass
    return carried[-1].facts["code"] if carried else ""


async def test_a_reset_is_good_once_for_an_hour_and_ends_every_session(database: None) -> None:
    await make.make_city()
    await make.make_staff("lan")
    await AccountRow.filter(name="lan").update(email="lan@example.vn")
    token = await accounts.sign_in("lan", make.PASSWORD, act(), KEYS)
    code, other = await _asked(), await _asked()
    with pytest.raises(NoSuchCode):
        await resets.use(code, "a new long secret", act(at=NOW + timedelta(hours=1)), KEYS)
    with pytest.raises(NotAFact):
        await resets.use(code, "short", act(), KEYS)
    assert await resets.use(code, "a new long secret", act(), KEYS) == "lan"
    assert await sessions.of_token(token, KEYS, at=NOW) is None
    assert (await accounts.recognised("lan", "a new long secret")).name == "lan"
    for used in (code, other, "0000-0000-0000-0000-0"):
        with pytest.raises(NoSuchCode):
            await resets.use(used, "yet another secret", act(), KEYS)


async def test_nobody_is_mailed_without_an_address_or_more_than_thrice_an_hour(
    database: None,
) -> None:
    await make.make_city()
    await make.make_staff("lan")
    assert await _asked() == ""
    assert await _asked("nobody") == ""
    await AccountRow.filter(name="lan").update(email="lan@example.vn")
    for _ in range(5):
        await resets.ask("lan", act(), KEYS, language="vi")
    assert await NoticeRow.all().count() == 3
