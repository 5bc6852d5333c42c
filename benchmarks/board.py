"""A page of a released edition from the application, against nginx serving the same file.

One after the other on the same machine, with the same client (wrk, 64 connections, and 256 for the
99th percentile). One process of ours and one worker of nginx. A 304 is what a reader's browser
gets who has the page already; nginx answers it by its own tag.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.web import editions
from web.board import pages, release

SECONDS = {"small": 3, "full": 10}
PAGE_AIM, UNCHANGED_AIM, P99_AIM = 0.4, 0.6, 3.0
NAME = "2026-Q3"
PAGE = f"vi/editions/{NAME}/"
OURS, THEIRS = 8641, 8642

APPLICATION = """
import asyncio, sys
from pathlib import Path
import uvicorn
from web import app, clock, garbage, settings
from web.board import lane
made = app.create_app(settings.Settings(
    database_url='postgres://u@127.0.0.1:1/x', redis_url='redis://127.0.0.1:1',
    data=Path(sys.argv[1]), secret_key='s' * 40, pepper='p' * 40), clock.now)
garbage.look_seldom()
uvicorn.run(made, port=int(sys.argv[2]), lifespan='off', log_level='error', access_log=False,
            server_header=False, proxy_headers=False, ws='none', loop='uvloop',
            http=lane.served_by(made))
"""
NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  types {{ text/html html; }}
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  open_file_cache max=1000; open_file_cache_valid 60s;
  server {{ listen 127.0.0.1:{port}; root {folder}/html; }}
}}
"""


def run(scale: str = "small") -> dict[str, Any]:
    """Requests a second and their ratios; {"skipped": why} without nginx or wrk."""
    missing = [name for name in ("nginx", "wrk") if shutil.which(name) is None]
    if missing:
        return {"skipped": f"not installed: {', '.join(missing)}"}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        files = pages.files(editions.make_edition())
        release.release(files, folder / "editions" / NAME)
        page = folder / "html" / PAGE / "index.html"
        page.parent.mkdir(parents=True)
        page.write_bytes(files["vi/index.html"])
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=THEIRS))
        ours = [sys.executable, "-c", APPLICATION, str(folder), str(OURS)]
        theirs = ["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)]
        with _serving(theirs, THEIRS):
            peer = _measured(THEIRS, SECONDS[scale])
        with _serving(ours, OURS):
            own = _measured(OURS, SECONDS[scale])
    return {
        "page_bytes": page_bytes(files),
        "page_per_second": round(own["page"]),
        "page_ratio_to_nginx": round(own["page"] / peer["page"], 2),
        "page_ratio_aim": PAGE_AIM,
        "unchanged_per_second": round(own["unchanged"]),
        "unchanged_ratio_to_nginx": round(own["unchanged"] / peer["unchanged"], 2),
        "unchanged_ratio_aim": UNCHANGED_AIM,
        "p99_milliseconds_256": round(own["p99"], 1),
        "p99_times_nginx": round(own["p99"] / peer["p99"], 2),
        "p99_times_aim": P99_AIM,
    }


def page_bytes(files: dict[str, bytes]) -> int:
    """The page's weight."""
    return len(files["vi/index.html"])


@contextmanager
def _serving(command: list[str], port: int) -> Iterator[None]:
    server = subprocess.Popen(command)
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/{PAGE}").close()
                break
            except OSError:
                if server.poll() is not None:
                    raise
                time.sleep(0.1)
        else:
            raise RuntimeError(f"nothing answers at port {port}")
        yield
    finally:
        server.terminate()
        server.wait(30)


def _measured(port: int, seconds: int) -> dict[str, float]:
    url = f"http://127.0.0.1:{port}/{PAGE}"
    with urllib.request.urlopen(url) as answer:
        tag = answer.headers["etag"]
    page, _ = _wrk(url, seconds, 64)
    unchanged, _ = _wrk(url, seconds, 64, f"If-None-Match: {tag}")
    _, p99 = _wrk(url, seconds, 256)
    return {"page": page, "unchanged": unchanged, "p99": p99}


def _wrk(url: str, seconds: int, connections: int, *headers: str) -> tuple[float, float]:
    """Requests a second, and the 99th percentile in milliseconds."""
    found = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--latency", url]
        + [part for header in headers for part in ("-H", header)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", found)
    tail = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", found)
    if rate is None or tail is None:
        raise RuntimeError(found)
    unit = {"us": 0.001, "ms": 1.0, "s": 1000.0}[tail.group(2)]
    return float(rate.group(1)), float(tail.group(1)) * unit
