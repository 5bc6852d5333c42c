"""The clocks of the law: stages of each kind of case, and the forms of the one-stop shop."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla import packs, statutory
from sla.calendars import Day, DayKind
from sla.packs import BadPack
from sla.promises import Extended, Paused, Transferred
from sla.statutory import Happening, StageVerdict
from tests.sla.examples import OFFICE, at, office

laws = settings(max_examples=50, deadline=None)
HOLIDAY = Day(DayKind.HOLIDAY)
MONDAY = at("2026-03-02 08:00")
KINDS = ("feedback", "complaint_statutory", "complaint_second_level", "denunciation")


def happened(**moments):
    return [Happening(name, at(moment)) for name, moment in moments.items()]


def stages(kind, *happenings, now="2026-03-02 08:00", calendar=OFFICE, start=MONDAY):
    found = statutory.stages(kind, start, happenings, calendar, at=at(now))
    return {stage.name: stage for stage in found}


def test_feedback_is_sorted_in_two_answered_in_fifteen_and_published_in_two_working_days():
    found = stages("feedback")
    assert {name: stage.due_at for name, stage in found.items()} == {
        "sort": at("2026-03-04 17:00"),
        "ask": at("2026-03-09 17:00"),
        "answer": at("2026-03-23 17:00"),
        "publish": None,
    }
    assert {stage.verdict for stage in found.values()} == {
        StageVerdict.OPEN,
        StageVerdict.NOT_BEGUN,
    }
    answered = happened(answered="2026-03-10 09:00")
    published = stages("feedback", *answered, now="2026-03-13 08:00")["publish"]
    assert (published.due_at, published.verdict) == (at("2026-03-12 17:00"), StageVerdict.OVERDUE)


@pytest.mark.parametrize(
    ("done", "verdict"),
    [
        ("2026-03-04 17:00:00", StageVerdict.DONE),
        ("2026-03-04 17:00:01", StageVerdict.LATE),
    ],
)
def test_a_stage_is_judged_by_when_it_was_done(done, verdict):
    stage = stages("feedback", *happened(accepted=done), now="2026-04-01 08:00")["sort"]
    assert (stage.done_at, stage.verdict) == (at(done), verdict)


@pytest.mark.parametrize(
    ("now", "verdict"),
    [
        ("2026-03-04 17:00:00", StageVerdict.OPEN),
        ("2026-03-04 17:00:01", StageVerdict.OVERDUE),
    ],
)
def test_an_open_stage_is_overdue_at_once(now, verdict):
    assert stages("feedback", now=now)["sort"].verdict is verdict


def test_what_has_not_happened_by_then_is_not_known():
    stage = stages("feedback", *happened(accepted="2026-03-03 08:00"), now="2026-03-02 09:00")
    assert stage["sort"].done_at is None
    before = stages("feedback", *happened(accepted="2026-03-01 08:00"), now="2026-03-03 09:00")
    assert before["sort"].done_at is None


def test_a_transfer_starts_the_count_anew_and_the_first_receipt_is_reported_beside_it():
    moved = happened(transferred="2026-03-10 08:00")
    answer = stages("feedback", *moved, now="2026-03-24 08:00")["answer"]
    assert answer.begun_at == at("2026-03-10 08:00")
    assert answer.due_at == at("2026-03-31 17:00")
    assert answer.due_from_first_receipt == at("2026-03-23 17:00")
    assert answer.verdict is StageVerdict.OPEN


def test_nobody_must_ask_when_there_is_an_answer():
    answered = happened(answered="2026-03-10 09:00")
    assert stages("feedback", *answered, now="2026-04-01 08:00")["ask"].verdict is (
        StageVerdict.NOT_NEEDED
    )
    asked = happened(asked="2026-03-10 09:00", answered="2026-03-11 09:00")
    assert stages("feedback", *asked, now="2026-04-01 08:00")["ask"].verdict is StageVerdict.LATE


@pytest.mark.parametrize(
    ("told", "due"),
    [
        ((), "2026-04-01 17:00"),
        (("complex",), "2026-04-16 17:00"),
        (("remote",), "2026-04-16 17:00"),
        (("complex", "remote"), "2026-05-04 17:00"),  # 1 May and the weekend: moved on
    ],
)
def test_a_statutory_complaint_counts_calendar_days_from_acceptance(told, due):
    calendar = office(days={date(2026, 5, 1): HOLIDAY})
    facts = happened(accepted="2026-03-02 10:00") + [Happening(n, MONDAY) for n in told]
    found = stages("complaint_statutory", *facts, now="2026-03-05 08:00", calendar=calendar)
    assert found["settle"].due_at == at(due)
    assert found["accept"].due_at == at("2026-03-12 17:00")


def test_a_denunciation_is_first_handled_within_seven_working_days():
    assert stages("denunciation")["accept"].due_at == at("2026-03-11 17:00")
    twice = happened(
        accepted="2026-03-03 08:00", extended="2026-03-30 08:00", extended_again="2026-04-28 08:00"
    )
    assert stages("denunciation", *twice, now="2026-05-01 08:00")["settle"].due_at == (
        at("2026-06-01 17:00")
    )


def test_a_case_stays_under_the_law_of_its_receipt_and_unread_limits_are_marked():
    def course(start):
        return statutory.course("denunciation", at(start), [], OFFICE, at=at(start))

    before, after = course("2026-06-30 16:59"), course("2026-07-01 00:00")
    assert (before.is_confirmed, after.is_confirmed) == (True, False)
    assert "136/2025/QH15" in after.legal_act
    assert (before.effective_on, after.effective_on) == (date(2019, 1, 1), date(2026, 7, 1))


def test_what_the_pack_does_not_know_has_no_stages():
    assert statutory.course("wish", MONDAY, [], OFFICE, at=MONDAY) is None
    assert statutory.stages("feedback", at("2007-01-01 08:00"), [], OFFICE, at=MONDAY) == ()


def test_a_due_time_beyond_the_known_calendar_is_not_guessed():
    ending = office(known_until=date(2026, 3, 3))
    stage = stages("feedback", calendar=ending)["answer"]
    assert (stage.due_at, stage.verdict) == (None, StageVerdict.UNDATED)


def test_a_dossiers_event_says_which_form_it_stands_for():
    forms = {
        n: statutory.form_of(e).number
        for n, e in {
            "asked": Paused(MONDAY, "bổ sung"),
            "apology": Extended(MONDAY),
            "told": Transferred(MONDAY, "B", form="07"),
        }.items()
    }
    assert forms == {"asked": "02", "apology": "04", "told": "07"}
    assert statutory.form_of(Transferred(MONDAY, "B", form="99")) is None
    empty = replace(packs.pack(), forms=())
    assert statutory.form_of(Paused(MONDAY, "a"), pack=empty) is None


def test_the_seven_forms_have_names_in_both_languages():
    assert [form.number for form in packs.pack().forms] == [f"0{n}" for n in range(1, 8)]
    assert all(form.name_vi and form.name_en for form in packs.pack().forms)


@pytest.mark.parametrize(
    ("document", "section"),
    [
        ({"pauses": [{"kind": "case"}]}, "pauses"),
        (
            {
                "pauses": [
                    {
                        "kind": "case",
                        "effective_on": date(2020, 1, 1),
                        "legal_act": "",
                        "longest": {"amount": 5, "unit": "calendar_day"},
                    }
                ]
            },
            "pauses",
        ),
        ({"procedures": [{"kind": "a", "stages": [{}]}]}, "procedures"),
        ({"forms": [{"number": "01", "colour": "red"}]}, "forms"),
        (
            {
                "pauses": [
                    {
                        "kind": "case",
                        "effective_on": date(2020, 1, 1),
                        "legal_act": "",
                        "longest": {"amount": -5, "unit": "working_day"},
                    }
                ]
            },
            "pauses",
        ),
    ],
)
def test_a_pack_that_cannot_be_read_names_its_section(document, section):
    with pytest.raises(BadPack) as refused:
        packs.read("xx", document)
    assert refused.value.section == section


def test_an_unknown_pack_is_no_empty_one():
    with pytest.raises(BadPack):
        packs.pack("nowhere")


@laws
@given(
    kind=st.sampled_from(KINDS),
    told=st.lists(
        st.tuples(
            st.sampled_from(["accepted", "answered", "asked", "transferred", "settled", "complex"]),
            st.integers(0, 90 * 86_400),
        ),
        max_size=6,
    ),
    shuffled=st.randoms(),
)
def test_stages_do_not_depend_on_the_order_of_telling_and_never_end_before_they_begin(
    kind, told, shuffled
):
    facts = [Happening(name, MONDAY + timedelta(seconds=seconds)) for name, seconds in told]
    now = MONDAY + timedelta(days=100)
    expected = statutory.stages(kind, MONDAY, facts, OFFICE, at=now)
    shuffled.shuffle(facts)
    assert statutory.stages(kind, MONDAY, facts, OFFICE, at=now) == expected
    for stage in expected:
        assert (stage.begun_at is None) == (stage.verdict is StageVerdict.NOT_BEGUN)
        if stage.done_at is not None:
            assert stage.begun_at <= stage.done_at <= now
        if stage.due_at is not None:
            assert stage.due_from_first_receipt <= stage.due_at
