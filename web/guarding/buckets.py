"""Token buckets: who asks more than a budget allows is told by how much, never refused.

They are kept in Redis, shared by all processes, and in this process while Redis is away. A bucket
knows nobody: it is named by a keyed hash.
"""

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass, field

import redis

log = logging.getLogger(__name__)

KEPT_AT_MOST = 50_000
AWAY_SECONDS = 5.0
# Who only looks believes what this process saw a moment ago: thousands may look in a second.
LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Budget:
    """`burst` at once, `per_hour` from then on; a debt grows to `debt` at most."""

    burst: float
    per_hour: float
    debt: float


@dataclass(frozen=True, slots=True)
class Level:
    """Tokens there were at a moment, in seconds since the epoch; below 0 is a debt."""

    tokens: float
    at: float


def drained(level: Level | None, budget: Budget, *, at: float, cost: float) -> Level:
    """The level after `cost` tokens were taken: filled up over time, never below the debt."""
    if level is None:
        return Level(max(budget.burst - cost, -budget.debt), at)
    gained = max(0.0, at - level.at) * budget.per_hour / 3600
    tokens = min(budget.burst, level.tokens + gained) - cost
    return Level(max(tokens, -budget.debt), max(at, level.at))


# As `drained`, in the one place where no two can be between reading and writing.
DRAIN = """
local kept = redis.call('hmget', KEYS[1], 'tokens', 'at')
local burst, rate, debt = tonumber(ARGV[1]), tonumber(ARGV[2]) / 3600, tonumber(ARGV[3])
local at, cost = tonumber(ARGV[4]), tonumber(ARGV[5])
local tokens = burst
if kept[1] then
    local before = tonumber(kept[2])
    tokens = math.min(burst, tonumber(kept[1]) + math.max(0, at - before) * rate)
    at = math.max(at, before)
end
tokens = math.max(tokens - cost, -debt)
if cost > 0 then
    redis.call('hset', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(at))
    redis.call('expire', KEYS[1], math.ceil((burst + debt) / rate) + 1)
end
return tostring(tokens)
"""


@dataclass(slots=True)
class Buckets:
    """All buckets of an instance, by name."""

    server: redis.Redis | None = None
    _seen: OrderedDict[str, Level] = field(default_factory=OrderedDict)
    _here: OrderedDict[str, Level] = field(default_factory=OrderedDict)
    _spent: OrderedDict[str, float] = field(default_factory=OrderedDict)
    _away_until: float = 0.0

    async def drain(self, name: str, budget: Budget, *, at: float, cost: float) -> float:
        """Take tokens; how many are left, below 0 being a debt. A cost of 0 only looks."""
        seen = self._seen.get(name)
        if cost == 0 and seen is not None and 0 <= at - seen.at < LOOK_SECONDS:
            return seen.tokens
        level = await self._drained(name, budget, at=at, cost=cost)
        self._seen[name] = level
        _trimmed(self._seen, name)
        return level.tokens

    async def _drained(self, name: str, budget: Budget, *, at: float, cost: float) -> Level:
        given = (budget.burst, budget.per_hour, budget.debt, at, cost)
        answer = await self._asked(at, "eval", DRAIN, 1, f"hailong:bucket:{name}", *given)
        if answer is not None:
            return Level(float(answer), at)
        level = drained(self._here.get(name), budget, at=at, cost=cost)
        if cost > 0:
            self._here[name] = level
            _trimmed(self._here, name)
        return level

    async def spend(self, name: str, *, at: float, seconds: int) -> bool:
        """Use something up; False when it was used before."""
        key = f"hailong:spent:{name}"
        answer = await self._asked(at, "set", key, b"1", "nx", "ex", seconds)
        if answer is not None:
            return bool(answer != b"used")
        is_first = self._spent.get(name, 0.0) <= at
        self._spent[name] = at + seconds
        _trimmed(self._spent, name)
        return is_first

    async def _asked(self, at: float, *command: object) -> bytes | None:
        """What Redis answers; None while it is away, and for some seconds after."""
        if self.server is None or at < self._away_until:
            return None
        try:
            answer = await asyncio.to_thread(self.server.execute_command, *command)
        except (redis.RedisError, OSError) as error:
            log.warning("buckets here", extra={"kind": type(error).__name__})
            self._away_until = at + AWAY_SECONDS
            return None
        return b"used" if answer is None else answer if isinstance(answer, bytes) else b"1"


def _trimmed(kept: "OrderedDict[str, Level] | OrderedDict[str, float]", name: str) -> None:
    """What was not asked for longest goes first."""
    kept.move_to_end(name)
    while len(kept) > KEPT_AT_MOST:
        kept.popitem(last=False)
