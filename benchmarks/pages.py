"""What a resident waits for: the first words on a slow phone, and the answer to any wrong code.

First contentful paint in Chromium as it reports it itself, on a line of 1.6 Mbit/s with 150 ms
there and back and a processor four times slower, with an empty cache; the median of each page, and
the slowest page of all.

Whoever guesses codes must not learn from the time an answer takes why it is no: the medians of
codes mistyped, never given and erased, asked for in turn, and the ratio of the slowest to the
quickest.
"""

import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright
from tortoise.transactions import in_transaction

from benchmarks import city
from feedback import codes, erasure, intake
from feedback.actors import Resident
from feedback.drafts import ComplaintDraft, Contact
from feedback.intake import Filing
from feedback.models import CaseKind
from sla.acts import Act
from web import clock, reactions
from web.running.embedded import Postgres
from web.settings import Settings
from web.storage import database

ROUNDS = {"small": 3, "full": 11}
ASKED = {"small": 150, "full": 600}
PAINT_AIM = 1.5
RATIO_AIM = 1.25
PATHS = (
    "",
    "complaints/new",
    "complaints/new?step=agency",
    "complaints/new?step=details&agency=W1&service=BIN",
    "track",
    "rate",
    "commitments/",
    "privacy",
)
# 1.6 Mbit/s down, 750 kbit/s up, as the "Slow 4G" of browsers' own tools, once called 3G.
LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
PAINTED = """() => new Promise(done => new PerformanceObserver(list => {
  for (const e of list.getEntries()) if (e.name === "first-contentful-paint") done(e.startTime);
}).observe({ type: "paint", buffered: true }))"""


def run(scale: str = "small") -> dict[str, Any]:
    """Seconds to the first words per page, and the ratio of medians of wrong codes; with aims."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            data=Path(folder) / "var", secret_key="s" * 40, pepper="p" * 40, proxies=1
        )
        with _house(settings) as address:
            wrong = asyncio.run(_fill(settings))
            medians = _asked(address, wrong, ASKED[scale])
            painted = _painted(address, ROUNDS[scale])
    return {
        "slowest_first_paint_seconds": round(max(painted.values()), 2),
        "slowest_first_paint_aim": PAINT_AIM,
        "first_paint_seconds": {path or "home": round(took, 2) for path, took in painted.items()},
        "wrong_code_ratio": round(max(medians.values()) / min(medians.values()), 3),
        "wrong_code_ratio_aim": RATIO_AIM,
        "wrong_code_milliseconds": {kind: round(took * 1000, 2) for kind, took in medians.items()},
    }


@contextmanager
def _house(settings: Settings) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "web", "up", "--port", "0", "--data", str(settings.data)],
        env={
            **os.environ,
            "HAILONG_SECRET_KEY": settings.secret_key,
            "HAILONG_PEPPER": settings.pepper,
            "HAILONG_PROXIES": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line.startswith("Ready:"):
            raise RuntimeError(f"no Ready: {line!r}")
        yield line.split(" ", 1)[1].strip()
    finally:
        process.terminate()
        process.wait(30)


async def _fill(settings: Settings) -> dict[str, str]:
    """A small city, and codes that open nothing, by why."""
    keys = reactions.keyring(settings)
    async with database.connected(Postgres(settings.data).url()):
        async with in_transaction():
            await city.make()
        act = Act(by=Resident("bench"), at=clock.now())
        draft = ComplaintDraft(
            agency="W1",
            service="BIN",
            kind=CaseKind.COMPLAINT,
            subject="Rác không được thu gom",
            text="Đã ba ngày nay rác trước nhà tôi không được thu gom.",
            location="12 Lê Lợi",
            contact=Contact(),
            language="vi",
        )
        async with in_transaction():
            receipt = await intake.file_complaint(Filing(draft, Resident("bench")), act, keys)
        async with in_transaction():
            code = receipt.tracking_code
            await erasure.erase(code, act, keys, reactions.register(settings))
    unknown = codes.new_code()
    mistyped = unknown[:-1] + ("0" if unknown[-1] != "0" else "1")
    return {"mistyped": mistyped, "never given": unknown, "erased": code}


def _asked(address: str, wrong: dict[str, str], rounds: int) -> dict[str, float]:
    """Median seconds of each kind. Every question comes from another address, as budgets of
    guesses belong to addresses.
    """
    took: dict[str, list[float]] = {kind: [] for kind in wrong}
    numbers = count(1)
    with httpx.Client(base_url=address) as client:
        for _ in range(rounds):
            for kind, code in wrong.items():
                number = next(numbers)
                headers = {
                    "X-Forwarded-For": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
                }
                start = time.perf_counter()
                answer = client.post(
                    "/api/v1/cases/track", json={"tracking_code": code}, headers=headers
                )
                took[kind].append(time.perf_counter() - start)
                if answer.status_code != 404:
                    raise RuntimeError(f"{kind}: {answer.status_code} {answer.text}")
    return {kind: statistics.median(seconds) for kind, seconds in took.items()}


def _painted(address: str, rounds: int) -> dict[str, float]:
    """Median seconds to the first words of each page."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        ) as browser,
    ):
        return {
            path: statistics.median(_paint(browser, f"{address}/vi/{path}") for _ in range(rounds))
            for path in PATHS
        }


def _paint(browser: Browser, url: str) -> float:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page: Page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(url)
    took: float = page.evaluate(PAINTED)
    context.close()
    return took / 1000
