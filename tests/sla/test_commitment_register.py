"""What every agency promises, asked of a charter: who is bound by what, compared and kept."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla import commitment_history, commitments, spelling
from sla import commitment_register as register
from sla.charter import Agency, Charter, Service
from sla.commitment_register import Against
from sla.commitments import Commitment, Rule, Unit, Within
from tests.sla.examples import OFFICE, at

ON = date(2026, 6, 1)
FIVE = Within(5, Unit.WORKING_DAY, Rule.CIVIL)
THREE = Within(3, Unit.WORKING_DAY, Rule.CIVIL)


def agency(code: str, *, level: str = "commune", group: str = "wards", **facts) -> Agency:
    name = f"Phường {code}"
    agency = Agency(
        id=sum(map(ord, code)),
        code=code,
        name_vi=name,
        name_en=f"{code} Ward",
        kind="ward",
        level=level,
        peer_group=group,
        parent_id=None,
        calendar_code="city",
        opens_on=None,
        closes_on=None,
        search_key=spelling.search_key(name),
        sort_key=spelling.sort_key(name),
    )
    return replace(agency, **facts)


def service(code: str, name: str = "Nhập hộ khẩu", limit: int | None = None) -> Service:
    return Service(
        id=sum(map(ord, code)),
        code=code,
        name_vi=name,
        name_en=f"Service {code}",
        field="",
        statutory_amount=limit,
        statutory_unit="working_day" if limit else None,
        source="",
        search_key=spelling.search_key(name),
        sort_key=spelling.sort_key(name),
    )


def made(
    number: int, within: Within = FIVE, *, since: date = date(2020, 1, 1), **whom
) -> Commitment:
    bound = {"agency": None, "level": None, "service": None, "cut_off": None} | whom
    return Commitment(id=number, within=within, effective_on=since, **bound)


def charter(
    agencies: Iterable[Agency], services: Iterable[Service], made: Iterable[Commitment]
) -> Charter:
    kept: dict = {}
    for one in sorted(made, key=lambda c: (c.effective_on, c.id)):
        key = one.agency, one.level, one.service
        kept[key] = (*kept.get(key, ()), one)
    return Charter(
        agencies={one.code: one for one in agencies},
        services={one.code: one for one in services},
        calendars={1: OFFICE},
        latest_calendar={"city": 1},
        commitments=kept,
    )


A, B, C = agency("A"), agency("B"), agency("C")
DEPARTMENT = agency("D", level="city", group="departments")
BOOK, CARD = service("BOOK", limit=5), service("CARD", "Cấp thẻ")
LEVEL = made(1, service="BOOK", level="commune")
OWN = made(2, THREE, service="BOOK", agency="B", since=date(2026, 3, 1))
GENERAL = made(3, Within(15, Unit.WORKING_DAY, Rule.CIVIL))
CITY = charter([A, B, C, DEPARTMENT], [BOOK, CARD], [LEVEL, OWN, GENERAL])


def test_the_time_for_feedback_is_not_taken_for_a_services_own():
    assert register.offer(CITY, A, CARD, on=ON).commitment is None
    assert register.offer(CITY, A, None, on=ON).commitment is GENERAL


def test_a_group_is_told_by_what_most_promise_and_who_differs():
    wards, departments = register.grouped(register.of_service(CITY, BOOK, on=ON))
    assert (wards.name, wards.usual.commitment) == ("wards", LEVEL)
    assert [one.agency for one in wards.exceptions] == [B]
    assert not departments.promises


def test_the_same_words_under_another_cut_off_are_an_exception():
    late = replace(OWN, within=FIVE, cut_off=time(15))
    known = charter([A, B, C], [BOOK], [LEVEL, late])
    [wards] = register.grouped(register.of_service(known, BOOK, on=ON))
    assert [one.agency for one in wards.exceptions] == [B]


@pytest.mark.parametrize(
    ("within", "expected"),
    [
        (THREE, Against.SHORTER),
        (FIVE, Against.SAME),
        (Within(41, Unit.WORKING_HOUR), Against.LONGER),
        (Within(3, Unit.CALENDAR_DAY), Against.NOT_COMPARABLE),
        (Within(0, Unit.IMMEDIATE), Against.SHORTER),
    ],
)
def test_a_promise_stands_beside_what_the_law_allows(within, expected):
    assert register.compared(within, FIVE, day_seconds=8 * 3600) is expected


def test_without_a_limit_or_a_promise_nothing_is_compared():
    assert register.offer(CITY, A, CARD, on=ON).against is None
    assert register.offer(CITY, DEPARTMENT, BOOK, on=ON).against is None


def test_feedback_in_general_stands_beside_the_time_the_pack_allows():
    limit = register.limit_of(None, on=ON)
    assert limit is not None
    assert (limit.within.amount, limit.within.unit) == (15, Unit.WORKING_DAY)
    offer = register.offer(CITY, A, None, on=ON)
    assert (offer.limit, offer.source) == (limit.within, limit.legal_act)
    assert register.limit_of(None, on=date(2022, 7, 31)) is None
    first = replace(limit, since=date(2022, 8, 1))
    assert register.limits_of(None, since=date(2022, 7, 31)) == [first]


def test_offers_are_put_in_order_with_those_who_promise_nothing_last():
    offers = register.of_service(CITY, BOOK, on=ON)
    codes = {by: [one.agency.code for one in register.in_order(offers, by)]
             for by in register.SORTS}  # fmt: skip
    assert codes == {"name": list("ABCD"), "fastest": list("BACD"), "slowest": list("ACBD")}


def test_the_spread_runs_from_the_shortest_to_the_longest():
    spread = register.spread(register.of_service(CITY, BOOK, on=ON))
    assert (spread.fastest, spread.slowest) == (OWN, LEVEL)
    assert register.spread(register.of_service(CITY, CARD, on=ON)).fastest is None


def test_every_version_is_kept_with_the_days_on_which_it_bound():
    known = charter(
        [B], [BOOK], [LEVEL, OWN, made(4, service="BOOK", agency="B", since=OWN.effective_on),
                      made(5, service="BOOK", level="commune", since=date(2026, 5, 1))]
    )  # fmt: skip
    told = [(v.commitment.id, v.since, v.until) for v in commitment_history.of(known, B, BOOK)]
    assert told == [
        (5, None, None),  # the ward's own goes before its level's
        (4, OWN.effective_on, None),
        (2, None, None),  # replaced on its first day
        (1, LEVEL.effective_on, OWN.effective_on),
    ]


def test_names_are_found_without_marks_in_any_order_and_codes_as_they_are():
    assert register.services(CITY, "khau ho") == [BOOK]
    assert register.services(CITY, "Cấp") == [CARD]
    assert register.services(CITY, "book") == [BOOK]
    assert register.agencies(CITY, "phuong a", on=ON) == [A]
    assert register.services(CITY, "au") == []  # ends a word, begins none
    assert register.services(CITY, "(ho-khau)") == [BOOK]


def test_an_agency_not_open_on_the_day_promises_nothing():
    closed = replace(A, closes_on=ON)
    known = charter([closed], [BOOK], [LEVEL])
    assert register.of_service(known, BOOK, on=ON) == ()
    assert list(register.promises(known, on=ON)) == []


def test_a_promise_is_explained_to_its_due_time():
    found = register.promised(CITY, B, BOOK, at=at("2026-03-02 09:00"), general=False)
    assert found.commitment is OWN
    assert found.deadline is not None
    assert found.deadline.due == at("2026-03-05 17:00")
    assert found.deadline.steps[-1].kind == "due"


def test_a_calendar_that_ends_leaves_the_promise_without_a_day():
    found = register.promised(CITY, B, BOOK, at=at("2026-12-31 09:00"), general=False)
    assert found == register.Promised(OWN, None)


def test_where_nothing_is_promised_nothing_is_due():
    found = register.promised(CITY, A, CARD, at=at("2026-03-02 09:00"), general=False)
    assert found == register.Promised(None, None)


@st.composite
def charters(draw: st.DrawFn) -> Charter:
    agencies = [agency(code, level=draw(st.sampled_from(["commune", "city"]))) for code in "ABCD"]
    services = [service(code) for code in ("X", "Y", "Z")]
    whom = st.tuples(
        st.sampled_from(
            [("A", None), ("B", None), (None, "commune"), (None, "city"), (None, None)]
        ),
        st.sampled_from(["X", "Y", "Z", None]),
        st.integers(1, 9),
        st.sampled_from([date(2026, month, 1) for month in range(1, 12)]),
    )
    drawn = draw(st.lists(whom, max_size=12))
    kept = [
        made(number, Within(days, Unit.WORKING_DAY), agency=a, level=level, service=s, since=since)
        for number, ((a, level), s, days, since) in enumerate(drawn, 1)
    ]
    return charter(agencies, services, kept)


@given(charters())
def test_the_shared_way_to_a_services_offers_equals_asking_each_agency(known):
    for one in (None, *known.services.values()):
        asked = [register.offer(known, a, one, on=ON) for a in known.open_agencies(on=ON)]
        assert list(register.of_service(known, one, on=ON)) == asked


@given(charters(), st.integers(0, 20))
def test_pages_of_promises_put_together_are_all_of_them(known, cut):
    every = list(register.promises(known, on=ON))
    places = [place for place, _ in every]
    assert places == sorted(set(places))
    if cut < len(every):
        assert list(register.promises(known, on=ON, after=places[cut])) == every[cut + 1 :]


@given(charters(), st.dates(date(2025, 12, 1), date(2026, 12, 31)))
def test_on_every_day_the_history_names_the_one_that_binds(known, day):
    for office in known.agencies.values():
        for one in known.services.values():
            versions = commitment_history.of(known, office, one)
            bound = [
                v.commitment
                for v in versions
                if v.since and v.since <= day and (v.until is None or day < v.until)
            ]
            binding = commitments.binding(
                [v.commitment for v in versions],
                agency=office.code, level=office.level, service=one.code, on=day,
            )  # fmt: skip
            assert bound == ([binding] if binding else [])
            assert binding == register.offer(known, office, one, on=day).commitment
