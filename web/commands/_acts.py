"""What commands about accounts and keys share: one act, and refusals as one line."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click
from tortoise.transactions import in_transaction

from feedback.actors import System
from feedback.codes import Keyring
from feedback.errors import NameTaken, NoSuchKey, NotAFact, Refusal, UnknownAgency
from sla.acts import Act
from web import clock, errors, reactions
from web.commands import _running
from web.settings import Settings
from web.storage import database

T = TypeVar("T")


def one_act(settings: Settings, work: Callable[[Act, Keyring], Awaitable[T]]) -> T:
    """What `work` does, in one transaction. A refusal is one clear line."""

    async def working(running: Settings) -> T:
        keys = reactions.keyring(running.with_secrets())
        async with database.connected(str(running.database_url)), in_transaction():
            return await work(Act(by=System("command"), at=clock.now()), keys)

    try:
        with _running.servers(settings) as running:
            return asyncio.run(working(running))
    except Refusal as refusal:
        raise click.ClickException(sentence(refusal)) from None


def sentence(refusal: Refusal) -> str:
    """A refusal in one line."""
    match refusal:
        case NameTaken(name=name):
            return f"there is an account named {name} already"
        case UnknownAgency(code=code):
            return f"there is no agency with the code {code}"
        case NoSuchKey(number=number):
            return f"there is no key {number}"
    faults = errors.faults_of(refusal)
    if faults:
        return "; ".join(map(_fault, faults))
    return errors.answer_to(refusal).title


def _fault(fault: NotAFact) -> str:
    reason = errors.REASONS[fault.reason]
    if "%(" in reason:
        reason %= {"limit": fault.limit}
    return f"{fault.field}: {reason}"
