"""django-helpdesk 2.6.1 as its documentation sets it up: the list of tickets its staff work from.

It comes into an environment of its own in the folder for temporary files, kept for the next run;
where it cannot be had, that is said instead of figures. Its list is two answers, the page and the
rows it asks for: both are measured, eight clients of two gunicorn workers.
"""

import asyncio
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.writes import _free_port
from web.running.embedded import Postgres

NEEDED = (
    "django-helpdesk==2.6.1",
    "django-bootstrap4-form",
    "packaging",
    "celery",
    "gunicorn",
    "psycopg[binary]",
)
TICKETS = 20_000
ASKED = 20
WORKERS = 2
SITE = """
import datetime, os, sys
from django.conf import settings
settings.configure(
    HELPDESK_TEAMS_MODE_ENABLED=False,  # no teams: else it needs yet another application
    SECRET_KEY="x" * 50, ALLOWED_HOSTS=["*"], ROOT_URLCONF="peer", SITE_ID=1, USE_TZ=True,
    DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql", "NAME": "peer", "USER": os.environ["PEER_USER"],
        "HOST": os.environ["PEER_HOST"], "CONN_MAX_AGE": 600,
    }},
    INSTALLED_APPS=[
        *("django.contrib." + name for name in (
            "admin", "auth", "contenttypes", "sessions", "sites", "messages", "staticfiles",
            "humanize")),
        "bootstrap4form", "rest_framework", "helpdesk",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
        "OPTIONS": {"context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]},
    }],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField", STATIC_URL="/static/", LOGIN_URL="/login/",
)
import django
django.setup()
from django.core.wsgi import get_wsgi_application
from django.urls import include, path
urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
application = get_wsgi_application()
if __name__ == "__main__":
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone
    from helpdesk.models import Queue, Ticket
    call_command("migrate", verbosity=0)
    user = User.objects.create_superuser("officer", "o@example.vn", "x")
    queue = Queue.objects.create(title="Phường Một", slug="w1")
    now, minute = timezone.now(), datetime.timedelta(minutes=1)
    Ticket.objects.bulk_create([
        Ticket(
            title=f"Rác ở khu phố {n % 97} chưa được thu gom", queue=queue, priority=3,
            description="Tôi phản ánh về rác", submitter_email=f"an{n}@example.vn",
            created=now - n * minute, modified=now, due_date=now + n * minute,
            assigned_to=user if n % 3 else None, status=1 if n % 20 == 0 else 3 + n % 2,
        ) for n in range(int(sys.argv[1]))
    ], batch_size=1000)
    client = Client()
    client.force_login(user)
    print(client.cookies["sessionid"].value)
"""
_ROWS = re.compile(rb"/?datatables_ticket_list/[\w=-]+")
Timed = Callable[[Sequence[int], Sequence[str], str, int], Awaitable[list[float]]]
Ready = Callable[[int], Awaitable[None]]


def run(server: Postgres, folder: Path, timed: Timed, until_ready: Ready) -> dict[str, Any]:
    """Median milliseconds of the page and of its rows, or why there are none."""
    server.psql("drop database if exists peer")  # of another run in a folder that is kept
    server.create_database("peer")
    (folder / "peer.py").write_text(SITE)
    url = server.url("peer")
    user, host = url.split("//")[1].split("@")[0], url.split("host=")[1]
    environment = os.environ | {"PEER_USER": user, "PEER_HOST": host}
    try:
        programs = _installed()
        made = [str(programs / "python"), "peer.py", str(TICKETS)]
        cookie = f"sessionid={_output(made, folder, environment)}"
    except (subprocess.CalledProcessError, OSError) as error:
        return {"peer_skipped": f"django-helpdesk cannot be had here: {error}"}
    port = _free_port()
    serving = [str(programs / "gunicorn"), "-w", str(WORKERS), "-b", f"127.0.0.1:{port}"]
    with subprocess.Popen(
        [*serving, "--keep-alive", "60", "--log-level", "error", "peer:application"],
        cwd=folder,
        env=environment,
    ) as process:
        try:
            return asyncio.run(_measured(port, cookie, timed, until_ready))
        finally:
            process.terminate()


async def _measured(port: int, cookie: str, timed: Timed, until_ready: Ready) -> dict[str, Any]:
    await until_ready(port)
    rows = await _rows_of(port, cookie)
    figures: dict[str, Any] = {"peer_tickets": TICKETS}
    for name, path in (("list", "/tickets/"), ("rows", f"{rows}?draw=1&start=0&length=25")):
        took = await timed([port], [path], cookie, ASKED)
        figures[f"peer_{name}_median_ms"] = round(statistics.median(took), 1)
    return figures


async def _rows_of(port: int, cookie: str) -> str:
    """Where the page says that its rows are."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    asked = "GET /tickets/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    writer.write(f"{asked}Cookie: {cookie}\r\n\r\n".encode())
    found = _ROWS.search(await reader.read())
    writer.close()
    if found is None:
        raise RuntimeError("django-helpdesk shows no list")
    return "/" + found[0].decode().lstrip("/")


def _installed() -> Path:
    """The programs of its environment, made on the first run."""
    home = Path(tempfile.gettempdir()) / "hailong-peer-helpdesk-2.6.1"
    programs = home / "bin"
    if not (programs / "gunicorn").exists():
        _output([sys.executable, "-m", "venv", str(home)], None, None)
        _output([str(programs / "pip"), "install", "-q", *NEEDED], None, None)
    return programs


def _output(argv: list[str], folder: Path | None, environment: dict[str, str] | None) -> str:
    told = subprocess.run(
        argv, cwd=folder, env=environment, check=True, capture_output=True, text=True
    )
    return told.stdout.strip()
