"""Mails that came back after a server had taken them: read from its report, believed of the right
address alone, counted among the bounced.
"""

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from feedback import bounces, handles, invitations
from feedback.bounces import Bounce
from feedback.drafts import Contact
from feedback.models import InvitationRow, Reach
from ranking.counts import closure_rows
from ranking.method import periods
from sla.models import AgencyRow
from tests import make
from tests.conftest import KEYS
from tests.make import NOW, ZONE
from tests.ranking import rows
from web.commands.bounces import bounces as command

AN = "an.nguyen@example.vn"
POSTFIX = """\
Return-Path: <>
From: MAILER-DAEMON@mail.example.vn (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: no-reply@hailong.example.vn
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="9B095B5ADC"
Message-Id: <20260915020000.9B095B5ADC@mail.example.vn>

--9B095B5ADC
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mail.example.vn. Your message could not be delivered.

--9B095B5ADC
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.vn
X-Postfix-Queue-ID: 9B095B5ADC
Arrival-Date: Tue, 15 Sep 2026 09:00:00 +0700 (+07)

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--9B095B5ADC
Content-Description: Undelivered Message
Content-Type: {returned}

From: =?utf-8?q?H=C3=A0i_l=C3=B2ng?= <no-reply@hailong.example.vn>
To: {to}
Message-ID: <{id}@hailong.example.vn>
Subject: How was it?

Please rate.

--9B095B5ADC--
"""


def report(
    number: int = 7,
    *,
    to: str = AN,
    action: str = "failed",
    returned: str = "message/rfc822",
    id: str = "",  # noqa: A002 -- the name of a header
) -> bytes:
    told = id or f"invitation.{number}"
    return POSTFIX.format(to=to, action=action, returned=returned, id=told).encode()


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_names_the_invitation_and_whom_it_did_not_reach(returned: str):
    assert bounces.read(report(returned=returned)) == Bounce(7, (AN,))


@pytest.mark.parametrize(
    "content",
    [
        report(action="delayed"),
        report(action="relayed"),
        report(id="digest.7.2026-09-15"),  # not an invitation
        report(id="invitation.7x"),
        report().replace(b"multipart/report; report-type=delivery-status;", b"multipart/mixed;"),
        b"Subject: Out of office\n\nI am away.",
        b"",
        b"\xff\xfe\x00",
    ],
)
def test_whatever_else_arrives_is_no_bounce(content: bytes):
    assert bounces.read(content) is None


@given(st.binary(max_size=400), st.integers(0, 1500))
def test_no_mail_however_broken_stops_the_reader(junk: bytes, at: int):
    whole = report()
    bounces.read(junk)
    bounces.read(whole[:at] + junk + whole[at:])


async def _invited(agency: AgencyRow, to: str = AN) -> int:
    closure = await rows.make_closure(agency, NOW)
    contact = handles.address_hash(invitations.KIND, Contact(email=to), KEYS)
    await InvitationRow.create(closure_id=closure.id, reach=Reach.EMAIL, contact=contact)
    return closure.id


async def test_what_came_back_counts_as_bounced_once(database: None):
    await make.make_city()
    agency = await AgencyRow.get(code="W1")
    number = await _invited(agency)
    bounce = Bounce(number, (AN.upper(),))
    assert await bounces.note(bounce, make.act(), KEYS)
    assert not await bounces.note(bounce, make.act(), KEYS)
    assert (await InvitationRow.get(closure_id=number)).bounced_at == NOW
    period = periods.containing(NOW, ZONE)
    found = await closure_rows.look(period.starts_at, period.ends_at)
    assert [row["bounced"] for row in found["asked"]] == [1]


async def test_a_report_about_another_address_is_not_believed(database: None):
    await make.make_city()
    number = await _invited(await AgencyRow.get(code="W1"))
    for bounce in (Bounce(number, ("other@example.vn",)), Bounce(number + 1, (AN,))):
        assert not await bounces.note(bounce, make.act(), KEYS)
    assert (await InvitationRow.get(closure_id=number)).bounced_at is None


def test_a_mailbox_without_a_report_changes_nothing(tmp_path: Path):
    (tmp_path / "box").write_bytes(b"From x@y Tue Sep 15\nSubject: hello\n\nHello.\n\n" * 3)
    told = CliRunner().invoke(command, [str(tmp_path / "box")])
    assert told.output == "3 mails read, 0 tell of a failed invitation, 0 newly noted.\n"
    one = CliRunner().invoke(command, ["-"], input=b"Subject: hello\n\nHello.")
    assert one.output.startswith("1 mails read")
    (tmp_path / "folder" / "new").mkdir(parents=True)
    (tmp_path / "folder" / "cur").mkdir()
    (tmp_path / "folder" / "new" / "1.mail").write_bytes(report(action="delayed"))
    folder = CliRunner().invoke(command, [str(tmp_path / "folder")])
    assert folder.output.startswith("1 mails read, 0 tell")
    lost = CliRunner().invoke(command, [str(tmp_path / "nothing")])
    assert (lost.exit_code, "does not exist" in lost.output) == (1, True)
