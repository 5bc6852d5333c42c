"""Whether pages let agencies say what life.json has of them, word by word; beside verify.py."""

import html
import re
from collections.abc import Iterator
from typing import Any

Row = dict[str, Any]

_QUOTED = re.compile(r'<blockquote class="hl-reply">(.*?)</blockquote>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def check_said(name: str, page: str, code: str, life: Row) -> Iterator[str]:
    """The reply of an agency is its own, and all of its plans that is in words stands there."""
    quoted = [_plain(of) for of in _QUOTED.findall(page)]
    replies = [of["text"] for of in life["replies"] if of["agency"] == code]
    if quoted != [" ".join(text.split()) for text in replies if text is not None]:
        yield f"{name}#reply: the agency has replied otherwise"
    plans = [plan for plan in life["plans"] if code in _of(plan) and plan["version"]]
    told = _plain(page) if plans else ""
    for plan in plans:
        texts = [plan["cause"], plan["goal"]]
        texts += [one[of] for one in plan["measures"] for of in ("text", "owner")]
        if not all(" ".join(text.split()) in told for text in texts if text):
            yield f"{name}#plan: the plan for {plan['edition']} says otherwise"


def _of(plan: Row) -> tuple[str | None, ...]:
    """Whose plan it is, and who took it over."""
    return plan["agency"], plan.get("heir")


def _plain(part: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", part)).split())
