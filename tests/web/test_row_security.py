"""The second net: what the database itself keeps from whoever asks it the wrong question."""

import contextlib
import re
from datetime import timedelta
from pathlib import Path

import asyncpg
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tortoise.connection import get_connection
from tortoise.exceptions import OperationalError, TransactionManagementError
from tortoise.transactions import in_transaction

from feedback import casework, messages, permissions
from feedback.actors import AgencySystem, Resident, Staff, System
from feedback.drafts import Contact
from feedback.messages import MessageKind
from feedback.models import CaseRow, Role
from feedback.office import inbox_views, workload
from feedback.office.workload import K
from sla import charter, dossiers
from sla.dossiers import Receipt
from sla.promises import Transferred
from tests import make, owning
from tests.make import NOW, Clock, act
from tests.web.client import client
from tests.web.test_pages_staff import get, sign_in
from tests.web.test_statements import listening
from web.settings import Settings
from web.storage import database as databases
from web.storage import rights, sight

PAIRS = (
    "from (select min(c.id) as first, max(c.id) as last from resident_case c"
    " join promise p on p.id = c.promise_id group by p.agency_id) pairs"
)
# One row of each table for every case there is, where filing and answering leave none.
ROWS = {
    "answer_template": "(agency_id, name, text_vi, text_en, by, saved_at)"
    " select id, 'x', 'x', 'x', 'x', now() from agency",
    "webhook": "(agency_id, url, kinds, seed, created_at, failures, next_try_at)"
    " select id, 'https://example.vn', 'case.filed', '', now(), 0, now() from agency",
    "webhook_delivery": "(webhook_id, key, kind, facts, owed_at, next_try_at, attempts)"
    " select id, 'x', 'case.filed', '{}', now(), now(), 0 from webhook",
    "answer_draft": "(case_id, text, outcome, cause, reason, by, saved_at)"
    " select id, 'x', '', '', '', 'x', now() from resident_case",
    "appeal": f"(case_id, above_id, level, at) select first, last, 2, now() {PAIRS}",
    "attachment": "(case_id, name, by, state, reason, sealed, size, at)"
    " select id, 'x' || id, 'x', 'waiting', '', '', 1, now() from resident_case",
    "correction": "(promise_id, agency_id, round, told_at, ended_at, reason, requested_by,"
    " requested_at, answer) select id, agency_id, 1, now(), now(), 'x', 'x', now(), ''"
    " from promise",
    "handed_over": "(case_id, pointer, procedure, at, by)"
    " select id, 'x' || id, 'complaint_statutory', now(), 'x' from resident_case",
    "hold": "(case_id, since, reasons, decision, decided_at, by)"
    " select id, now(), 'x', 'released', now(), 'x' from resident_case",
    "joined": f"(case_id, original_id) select last, first {PAIRS}",
    "look": "(case_id, why, asked_at) select id, 'x', now() from resident_case",
    "message": "(case_id, kind, by, text, at) select id, 'note', 'x', 'x', now()"
    " from resident_case",
    "outcome": "(case_id, agency_id, outcome, cause, at)"
    " select id, (select min(id) from agency), 'solved', 'none', now() from resident_case",
    "reveal": "(case_id, agency_id, by, at, reason, words, fields_shown)"
    " select id, (select min(id) from agency), 'x', now(), 'visit', 'x', 'x' from resident_case",
    "sealed_reading": "(matter_id, account_id, reason, at)"
    " select h.id, a.id, 'x', now() from handed_over h, account a",
    # Its name comes first of the three.
    "public.spot_drawing": "(period, kind, starts_at, ends_at, of, taken, drawn_at)"
    " values ('2026-Q3', 'file', now() - interval '1 day', now(), 9, 9, now())",
    "spot_check": "(drawing_id, closure_id, agency_id, due_at)"
    " select (select id from spot_drawing), id, agency_id, now() from closure",
    "spot_try": "(check_id, number, outcome, is_last, by, at)"
    " select id, 1, 'agrees', true, 'x', now() from spot_check",
    "watch": "(promise_id, round, kind, at, found_at) select id, 1, 'due_soon', now(), now()"
    " from promise",
    "seen_batch": "(agency_id, kind, ends_at, residents, body)"
    " select id, 'ratings', now(), 5, '{}' from agency",
}
# What names the agency a row is of, for every table under row security.
WHOSE = {
    "answer_template": "agency_id",
    "webhook": "agency_id",
    "webhook_delivery": "(select agency_id from webhook w where w.id = t.webhook_id)",
    "closure": "agency_id",
    "correction": "agency_id",
    "inbox_entry": "agency_id",
    "promise": "agency_id",
    "promise_event": "(select agency_id from promise p where p.id = t.promise_id)",
    "watch": "(select agency_id from promise p where p.id = t.promise_id)",
    "seen_batch": "agency_id",
    "resident_case": "(select agency_id from promise p where p.id = t.promise_id)",
}
OF_CASE = (
    "(select agency_id from promise p join resident_case c on c.promise_id = p.id"
    " where c.id = t.case_id)"
)
# No agency sees a row of these.
NOBODYS = {"handed_over", "sealed_reading", "rating", "notice", "spot_check", "spot_try"}
# About an agency, a case or a promise, and without a policy: why that is.
PUBLIC = "is published, or told to whoever asks"
SIGNING_IN = "is read before it is known who asks"
OF_ACCOUNT = "is of one account, and found by it alone"
OF_EDITIONS = "is of an edition, which publishers work on, who are of no agency"
EXEMPT = {
    "account": SIGNING_IN,
    "agency_key": SIGNING_IN,
    "agency_reply": OF_EDITIONS,
    "alert": OF_ACCOUNT,
    "answer_spread": "is counts of a day without a name, of which editions are made",
    "busiest_answer": OF_EDITIONS,
    "case_words": "an index of words, of which no index could be used under a policy; see below",
    "commitment": PUBLIC,
    "counted_answer": "is what came of one answer, without a word of it, for editions",
    "digest": OF_ACCOUNT,
    "former_name": PUBLIC,
    "identity": SIGNING_IN,
    "identity.invitation": "holds keyed hashes and no name, and is counted by its closure alone",
    "identity.subscription": "is sealed, and names an agency only as what its reader follows",
    "likeness": "so is that of sketches, which tell nothing of what was written",
    "mail_wish": OF_ACCOUNT,
    "objection": OF_EDITIONS,
    "password_reset": SIGNING_IN,
    "plan_measure": PUBLIC,
    "plan_version": PUBLIC,
    "identity.dossier_contact": "is sealed, and asked for by its promise alone",
    "seen_look": "says until when an agency's answers were shown",
    "quarantine": OF_EDITIONS,
    "quarantined_rating": OF_EDITIONS,
    "recovery_code": SIGNING_IN,
    "saved_list": OF_ACCOUNT,
    "second_factor": SIGNING_IN,
    "session": SIGNING_IN,
    "tally": "is counts, of which editions are made",
    "tally_mark": "says which of them are stale",
    "untallied": "says which answers are still to be counted",
}

RESIDENT = Contact(email="an@example.vn")

TABLES = """
select c.oid::regclass::text as name from pg_class c where c.relrowsecurity order by 1
"""
ABOUT_CASES = """
select c.oid::regclass::text as name
from pg_attribute a join pg_class c on c.oid = a.attrelid
where a.attname in ('agency_id', 'case_id', 'promise_id', 'closure_id', 'rating_id', 'webhook_id',
                    'account_id') and not a.attisdropped and c.relkind in ('r', 'p')
  and not c.relispartition
  and c.relnamespace in ('public'::regnamespace, 'identity'::regnamespace)
"""


async def ask(statement: str, *values: object) -> list[dict[str, object]]:
    return await get_connection("default").execute_query_dict(statement, list(values))


async def count(table: str, whose: str = "true", *values: object) -> int:
    [row] = await ask(f"select count(*) as n from {table} t where {whose}", *values)  # noqa: S608 -- our own words
    return int(str(row["n"]))


async def secured() -> list[str]:
    return [str(row["name"]) for row in await ask(TABLES)]


async def agencies() -> tuple[int, int]:
    first, second = await ask("select id from agency order by id")
    return int(str(first["id"])), int(str(second["id"]))


@pytest.fixture
async def two_wards(database: None) -> None:
    """Each of two wards has a case answered and one to do, of which every table holds a row."""
    await make.make_city()
    for agency, name in (("W1", "lan"), ("W2", "hoa")):
        officer = await make.make_staff(name, agency=agency)
        receipt = await make.make_answered_case(officer, agency=agency, contact=RESIDENT)
        await make.make_rating(receipt)
        await make.make_case(agency=agency)
    async with owning.owner():
        for table, row in sorted(ROWS.items()):
            await ask(f"insert into {table} {row}")


async def test_every_table_about_somebody_is_kept_by_a_policy_or_says_why_not(
    database: None,
) -> None:
    about = {str(row["name"]) for row in await ask(ABOUT_CASES)}
    assert about - set(await secured()) == set(EXEMPT)


@pytest.mark.usefixtures("two_wards")
async def test_no_table_shows_an_agency_a_row_of_another() -> None:
    own, foreign = await agencies()
    for table in await secured():
        whose = WHOSE.get(table, OF_CASE)
        with sight.seeing(f"agency:{own}"):
            if table in NOBODYS:
                assert await count(table) == 0, table
                continue
        with sight.seeing(sight.SYSTEM):
            mine = await count(table, f"{whose} = $1", own)
            assert await count(table, f"{whose} = $1", foreign) > 0, table
        with sight.seeing(f"agency:{own}"):
            assert await count(table) == mine > 0, table


@pytest.mark.usefixtures("two_wards")
async def test_who_does_not_say_for_whom_sees_nothing() -> None:
    for table in await secured():
        assert await count(table) > 0, table
        with sight.seeing(sight.NOBODY):
            assert await count(table) == 0, table


@pytest.mark.usefixtures("two_wards")
@pytest.mark.parametrize("seen", [sight.AUDITOR, sight.CITY, sight.RESIDENT])
async def test_those_who_see_all_see_all(seen: str) -> None:
    for table in await secured():
        everything = await count(table)
        with sight.seeing(seen):
            assert await count(table) == everything > 0, table


@pytest.mark.usefixtures("two_wards")
async def test_who_opens_what_is_sealed_sees_that_alone_and_of_which_case_it_was() -> None:
    with sight.seeing(sight.RECEIVER):
        shown = {table for table in await secured() if await count(table)}
    assert shown == {"handed_over", "sealed_reading", "resident_case", "promise"}


@pytest.mark.usefixtures("two_wards")
async def test_nothing_is_written_about_a_case_of_another_agency() -> None:
    own, foreign = await agencies()
    case, *_ = await ask("select case_id from inbox_entry where agency_id = $1", foreign)
    with sight.seeing(f"agency:{own}"):
        with pytest.raises(OperationalError, match="row-level security"):
            async with in_transaction():
                await messages.write(int(str(case["case_id"])), MessageKind.NOTE, "x", act())
        assert await CaseRow.filter(id=case["case_id"]).update(subject="x") == 0
    assert await count("resident_case", "subject = 'x'") == 0


BEYOND = {
    "event": "insert into promise_event (promise_id, seq, kind, at, recorded_at, by, detail)"
    " values ($1, 9, 'finished', now(), now(), 'x', '{}')",
    "watch": "insert into watch (promise_id, round, kind, at, found_at)"
    " values ($1, 9, 'breached', now(), now())",
    "hand": "select hand_promise($1, (select min(id) from agency))",
}


@pytest.mark.usefixtures("two_wards")
@pytest.mark.parametrize("harm", BEYOND)
async def test_nothing_is_said_about_a_promise_of_another_agency(harm: str) -> None:
    own, foreign = await agencies()
    statement = BEYOND[harm]
    promises = "select min(id) as id from promise where agency_id = $1"
    for agency, is_refused in ((own, False), (foreign, True)):
        [promise] = await ask(promises, agency)
        refusal = pytest.raises((OperationalError, asyncpg.InsufficientPrivilegeError))
        with sight.seeing(f"agency:{own}"), refusal if is_refused else contextlib.nullcontext():
            async with in_transaction():
                await ask(statement, promise["id"])
    with sight.seeing(f"agency:{own}"):
        moved = "update promise set due_at = now() where agency_id = $1 returning id"
        assert not await ask(moved, foreign)


DOSSIER = "H29.1-261005-0001"


@pytest.mark.usefixtures("two_wards")
async def test_a_dossier_handed_on_is_gone_for_who_had_it_and_there_for_who_has_it() -> None:
    own, foreign = await agencies()
    receipt = Receipt(DOSSIER, "BIN", NOW, None, None, "counter")
    row, _ = await dossiers.receive(own, receipt, act())
    for seen, number in ((own, 0), (foreign, 1)):
        if seen == own:
            with sight.seeing(f"agency:{own}"):
                event = Transferred(NOW, to="W2")
                told = await dossiers.report(own, DOSSIER, event, act(), event_id="1")
                assert told.state == "running"
        with sight.seeing(f"agency:{seen}"):
            assert await count("promise", "id = $1", row.id) == number
            assert await count("promise_event", "promise_id = $1", row.id) == 2 * number


@pytest.mark.usefixtures("two_wards")
async def test_who_decides_an_appeal_reads_what_it_is_about_and_writes_nothing_there() -> None:
    own, foreign = await agencies()
    cases = "select case_id as id from inbox_entry where agency_id = $1 order by case_id"
    (below, *_), (_, above) = [await ask(cases, agency) for agency in (own, foreign)]
    async with owning.owner():
        await ask("delete from appeal")
        await ask(
            "insert into appeal (case_id, above_id, level, at) values ($1, $2, 2, now())",
            below["id"],
            above["id"],
        )
    with sight.seeing(f"agency:{foreign}"):
        assert await count("resident_case", "id = $1", below["id"]) == 1
        assert await count("message", "case_id = $1", below["id"]) > 0
        assert await count("timeline", "case_id = $1", below["id"]) == 0
        assert await count("identity.contact", "case_id = $1", below["id"]) == 0
        assert await CaseRow.filter(id=below["id"]).update(subject="x") == 0
    with sight.seeing(f"agency:{own}"):
        assert await count("resident_case", "id = $1", above["id"]) == 1


FIRST = {"appeal": "holds(", "message": "holds(", "resident_case": ").col1 = seen_by)"}


@pytest.mark.parametrize("table", FIRST)
async def test_what_costs_least_is_asked_first(database: None, table: str) -> None:
    """Policies are asked in the order of a plan's filter, until one holds."""
    rows = await ask(f"explain select from {table}")
    [filtered] = [str(row["QUERY PLAN"]) for row in rows if "Filter:" in str(row["QUERY PLAN"])]
    costly = filtered.index("concerns(")
    assert filtered.index(").col1 = 0)") < costly
    assert filtered.rindex(FIRST[table], 0, costly) < costly
    assert filtered.rindex("col1 > 0) AND", 0, costly) < costly


async def test_of_promises_ones_own_are_asked_for_first(database: None) -> None:
    """Lists of cases read one a row: what looks further is asked of another agency's alone."""
    rows = await ask("explain select from promise")
    [filtered] = [str(row["QUERY PLAN"]) for row in rows if "Filter:" in str(row["QUERY PLAN"])]
    costly = filtered.index("promised_beyond(")
    assert filtered.index(").col1 OR") < filtered.index("(agency_id = ") < costly


@pytest.mark.usefixtures("two_wards")
@pytest.mark.parametrize("table", ["promise", "closure", "rating"])
async def test_who_sees_all_is_not_expected_to_see_next_to_nothing(table: str) -> None:
    """Else a quarter would be counted by looking up each of its rows alone."""
    async with owning.owner():
        await ask(f"analyze {table}")
    [told] = await ask(f"explain (format json) select from {table}")
    assert told["QUERY PLAN"][0]["Plan"]["Plan Rows"] >= await count(table) / 3


@pytest.mark.usefixtures("two_wards")
async def test_who_hands_a_case_on_sees_it_no_more() -> None:
    lan = await make.make_staff("an")
    receipt = await make.make_case()
    with sight.seeing(sight.of(lan)):
        assert await CaseRow.filter(reference=receipt.reference).exists()
        async with in_transaction():
            await casework.transfer(receipt.reference, act(lan), to="W2", reason="Không thuộc")
        assert not await CaseRow.filter(reference=receipt.reference).exists()
        assert not await ask("select from timeline t where t.kind = 'CaseTransferred'")


async def test_a_head_reads_the_median_of_agencies_whose_cases_they_do_not_see(
    database: None,
) -> None:
    await make.make_city()
    for number in range(3, 3 + K):
        await make.make_agency(f"W{number}", f"Phường {number}")
        for case in range(K):
            await make.make_case(agency=f"W{number}", device=f"{number}-{case}")
    await make.make_case()
    known = await charter.current()
    agency = known.agencies["W1"]
    with sight.seeing(f"agency:{agency.id}"):
        assert await count("inbox_entry") == 1
        flow = await workload.flow(agency, known, at=NOW + timedelta(hours=1))
    assert (flow.reopened.of, flow.reopened.peers) == (1, 0.0)


@pytest.mark.usefixtures("two_wards")
async def test_a_rollback_takes_no_sight_along() -> None:
    """Inside one transaction, sight follows whoever asks, whatever was undone meanwhile."""
    own, _ = await agencies()
    with sight.seeing(f"agency:{own}"):
        with contextlib.suppress(ZeroDivisionError):
            async with in_transaction():
                with sight.seeing(sight.SYSTEM):
                    assert await count("resident_case") == 4
                raise ZeroDivisionError
        assert await count("resident_case") == 2


async def test_connections_of_a_pool_show_each_what_is_theirs(committed_database: str) -> None:
    await make.make_city()
    for agency in ("W1", "W2"):
        await make.make_case(agency=agency)
    own, foreign = await agencies()
    for one, number in ((f"agency:{own}", 1), (sight.SYSTEM, 2), (sight.NOBODY, 0)) * 3:
        with sight.seeing(one):
            assert await count("resident_case") == number
            async with in_transaction():
                assert await count("resident_case") == number
    with sight.seeing(f"agency:{foreign}"):
        [row] = await CaseRow.all()
        assert row.promise_id


ALL_TABLES = """
select c.oid::regclass::text as name from pg_class c
where c.relkind in ('r', 'p') and not c.relispartition
  and c.relnamespace in ('public'::regnamespace, 'identity'::regnamespace)
order by 1
"""


async def test_in_an_auditors_sight_no_table_is_written(committed_database: str) -> None:
    tables = [str(row["name"]) for row in await ask(ALL_TABLES)]
    assert tables
    with sight.seeing(sight.AUDITOR):
        for table in tables:
            assert await count(table) >= 0
            for harm in ("insert into {} default values", "delete from {} where false"):
                if table in {*rights.APPENDED, *rights.KEPT} and harm.startswith("delete"):
                    continue  # nobody may
                with pytest.raises(TransactionManagementError, match="read-only"):
                    await ask(harm.format(table))
    with sight.seeing(sight.CITY):
        await ask("delete from saved_list where false")


async def test_what_an_auditor_is_to_write_is_refused_whoever_forgot_to_ask(
    committed_database: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make.make_city()
    await make.make_staff("thanh", role=Role.AUDITOR, agency=None)
    receipt = await make.make_case()
    path = f"/api/v1/inbox/{receipt.reference}/note"
    async with client(settings, Clock()) as auditor:
        auditor.base_url = httpx.URL(settings.base_url or "")
        await sign_in(auditor, "thanh")
        # As if the check of the role had been left out.
        monkeypatch.setattr(permissions, "check_may_note", lambda *facts: None)
        assert (await auditor.get(f"/vi/inbox/{receipt.reference}")).status_code == 200
        assert (await auditor.post(path, json={"text": "x"})).status_code == 403
    assert await count("message") == 0


@given(
    st.sampled_from(list(Role)),
    st.none() | st.integers(1, 2**31 - 1),
    st.sampled_from(["staff", "key", "resident", "system"]),
)
def test_only_those_who_see_every_agency_have_its_sight(
    role: Role, agency: int | None, kind: str
) -> None:
    staff = Staff(1, "x", "X", role, agency)
    actors = {"key": AgencySystem(1, agency or 1), "resident": Resident(), "system": System("x")}
    found = sight.of(actors.get(kind, staff))
    sees_all = kind == "staff" and role in permissions.SEE_ALL
    assert (found in {sight.AUDITOR, sight.CITY}) is sees_all
    assert (found == sight.AUDITOR) is (kind == "staff" and role is Role.AUDITOR)
    assert (
        found in {sight.AUDITOR, sight.CITY, sight.RECEIVER, sight.NOBODY}
        or found == f"agency:{agency or 1}"
    )


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("table", sorted(rights.APPENDED))
@pytest.mark.parametrize("harm", ["update {} set {} = {}", "delete from {}", "truncate {} cascade"])
async def test_the_application_has_no_right_to_change_what_is_appended(
    table: str, harm: str
) -> None:
    columns = await ask(
        "select column_name from information_schema.columns where table_name = $1"
        " order by column_name",
        table,
    )
    changing = [str(row["column_name"]) for row in columns]
    fixed = next(name for name in changing if name not in rights.APPENDED[table])
    with pytest.raises((OperationalError, asyncpg.InsufficientPrivilegeError), match="permission"):
        async with in_transaction():
            await get_connection("default").execute_query(harm.format(table, fixed, fixed))


APPENDED = """
select distinct c.relname as name
from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
where t.tgname like '%append_only%' or p.proname = 'refuse_change'
"""


async def test_what_a_trigger_keeps_unchanged_is_kept_by_rights_too(database: None) -> None:
    kept = {str(row["name"]) for row in await ask(APPENDED)}
    assert kept <= set(rights.APPENDED)


async def test_the_application_is_bound_and_its_owner_is_not(database: None) -> None:
    assert await databases.standing() is rights.Standing.BOUND
    async with owning.owner():
        assert await databases.standing() is rights.Standing.OWNER
        await ask("grant delete on audit to hailong_app")
    assert await databases.standing() is rights.Standing.LOOSE


async def test_a_page_that_forgets_to_ask_whose_a_case_is_shows_nothing_more(
    browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make.make_staff("lan")
    own = await make.make_case(subject="Rác trước nhà")
    foreign = await make.make_case(agency="W2", subject="Đèn đường hỏng")
    await sign_in(browser)
    # As if somebody had left out both checks of the agency.
    everything = inbox_views.Where("$1::timestamptz is not null and $2::int is not null", (NOW, 1))
    monkeypatch.setattr(inbox_views, "whose", lambda by, at: everything)
    monkeypatch.setattr(permissions, "check_may_see_agency", lambda *facts: None)
    words = (await get(browser, "/vi/inbox?view=all")).text
    assert own.reference in words
    assert foreign.reference not in words
    await get(browser, f"/vi/inbox/{own.reference}")
    for path in (f"/vi/inbox/{foreign.reference}", f"/api/v1/inbox/{foreign.reference}"):
        assert (await browser.get(path)).status_code == 404
    refused = await browser.post(f"/api/v1/inbox/{foreign.reference}/note", json={"text": "x"})
    assert refused.status_code == 404


# What has no policy though it is about cases, and all the code that reads it: `forget` takes away,
# `alike` asks as a resident who is shown what an agency was told of already.
UNPOLICED = {
    "case_words": {"feedback/erasure.py", "feedback/office/inbox_words.py"},
    "likeness": {"feedback/duplicates.py", "feedback/erasure.py"},
}
PACKAGES = ("sla", "feedback", "ranking", "web")


@pytest.mark.parametrize("table", sorted(UNPOLICED))
def test_what_has_no_policy_is_read_where_it_is_known_to_be(table: str) -> None:
    root = Path(__file__).parents[2]
    named = re.compile(rf"(?:from|join|into|update)\s+{table}\b")
    found = {
        str(path.relative_to(root))
        for package in PACKAGES
        for path in (root / package).rglob("*.py")
        if "migrations" not in path.parts and named.search(path.read_text(encoding="utf-8"))
    }
    assert found == UNPOLICED[table]


@pytest.mark.parametrize("marks", ["đèn", "den"])
async def test_a_search_that_forgets_whose_a_case_is_finds_nothing_more(
    browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, marks: str
) -> None:
    """The words are asked of every agency's cases then, and rows are shown of the own alone."""
    await make.make_staff("lan")
    own = await make.make_case(subject="Đèn trước nhà")
    foreign = await make.make_case(agency="W2", subject="Đèn đường hỏng")
    await sign_in(browser)
    everything = inbox_views.Where("$1::timestamptz is not null and $2::int is not null", (NOW, 1))
    monkeypatch.setattr(inbox_views, "whose", lambda by, at: everything)
    monkeypatch.setattr(inbox_views, "agency_of", lambda by: None)
    with listening() as asked:
        pages = [f"/vi/inbox?view=all&q={marks}", f"/api/v1/inbox?view=all&q={marks}"]
        told = [(await browser.get(page)).text for page in pages]
    assert any("case_words" in statement for statement in asked)
    for text in told:
        assert own.reference in text
        assert foreign.reference not in text
