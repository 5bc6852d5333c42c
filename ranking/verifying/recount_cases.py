"""Design effects and waiting times of promises, by the standard library alone; beside verify.py."""

import math
from typing import Any

Week = tuple[float, float]


def design(agencies: dict[str, list[Week]]) -> tuple[float, dict[str, float]]:
    """(how alike cases due in one week are in a peer group, what that costs each agency)."""
    some = {code: [week for week in weeks if week[0] > 0] for code, weeks in agencies.items()}
    some = {code: weeks for code, weeks in some.items() if weeks}
    rho = correlation(some)
    deff = {code: max(1.0, 1 + rho * (mean_size(weeks) - 1)) for code, weeks in some.items()}
    return rho, {code: deff.get(code, 1.0) for code in agencies}


def mean_size(weeks: list[Week]) -> float:
    """The cases of the week that a case finds itself in, on average."""
    return math.fsum(due * due for due, _ in weeks) / math.fsum(due for due, _ in weeks)


def correlation(agencies: dict[str, list[Week]]) -> float:
    """By the analysis of variance of weeks within agencies, clipped to [0, 1]."""
    n = math.fsum(due for weeks in agencies.values() for due, _ in weeks)
    free = sum(len(weeks) - 1 for weeks in agencies.values())
    within_free = n - sum(len(weeks) for weeks in agencies.values())
    if free <= 0 or within_free <= 0:
        return 0.0
    between = within = 0.0
    for weeks in agencies.values():
        average = math.fsum(met for _, met in weeks) / math.fsum(due for due, _ in weeks)
        for due, met in weeks:
            between += due * (met / due - average) ** 2
            within += met * (1 - met / due)
    msb, msw = between / free, within / within_free
    m0 = (n - math.fsum(mean_size(weeks) for weeks in agencies.values())) / free
    total = msb + (m0 - 1) * msw
    return min(1.0, max(0.0, (msb - msw) / total)) if total > 0 else 0.0


def waiting(days: list[dict[str, int]]) -> dict[str, Any]:
    """Kaplan-Meier median and 90th percentile, Aalen-Johansen shares of other ends."""
    undecided = still = 1.0
    shares = {"withdrawn": 0.0, "transferred": 0.0}
    reached: dict[float, int] = {}
    for day in days:
        at_risk = day["at_risk"]
        ended = day["decided"] + day["withdrawn"] + day["transferred"]
        if not 0 < ended <= at_risk:
            raise ValueError("a day on which more ended than waited")
        undecided *= 1 - day["decided"] / at_risk
        for left in (0.5, 0.1):
            if undecided <= left + 1e-12:
                reached.setdefault(left, day["day"])
        for name in shares:
            shares[name] += still * day[name] / at_risk
        still *= 1 - ended / at_risk
    return {
        "wait_median_days": reached.get(0.5),
        "wait_p90_days": reached.get(0.1),
        "wait_withdrawn": shares["withdrawn"] if days else None,
        "wait_transferred": shares["transferred"] if days else None,
    }
