"""Thresholds against gaming are terms of a period: committed to, used, shown, recounted."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.drafts import Reader
from feedback.errors import Faulty
from feedback.models import RatingRow
from ranking import errors
from ranking.counts.gathered import Aside
from ranking.doubts import looking, quarantine
from ranking.figures import signals
from ranking.figures.signals import Sign
from ranking.frozen import edition_rows
from ranking.frozen.edition_body import Edition, from_json, to_json
from ranking.frozen.terms import Schedule, Terms
from ranking.life import editions, thresholds
from ranking.method import config as configs
from ranking.method import invitations, limits, periods
from ranking.method.config import Config
from ranking.method.eligibility import Reason
from ranking.method.invitations import Asked
from ranking.method.limits import Limits, Looks
from ranking.models import Finding
from ranking.verifying import verify
from tests import make
from tests.make import ZONE
from tests.ranking import rows
from tests.web import editions as cities
from web.board import pages, release

JUNE = datetime(2026, 6, 1, tzinfo=UTC)
STRICT = Limits(invited_share=0.995, held_share=0.02, retired_share=0.2, bump_level=0.9)


def test_a_configuration_from_before_keeps_its_words_and_its_digest():
    before = Config()
    assert "limits" not in json.loads(before.to_json())
    assert before.held_to == Limits()
    terms = Terms(
        config=before,
        schedule=Schedule(),
        publish_on=datetime(2026, 11, 1, tzinfo=UTC).date(),
        agencies=(),
        calendars=(),
    )
    assert "limits" not in terms.to_json()["config"]
    assert from_json(Config, json.loads(before.to_json())) == before


def test_spelled_out_they_are_part_of_what_is_committed_to():
    spelled = configs.with_limits(Config())
    assert json.loads(spelled.to_json())["limits"]["invited_share"] == 0.98
    assert spelled.digest() != Config().digest()
    assert spelled.held_to == limits.spelled_out(Config().held_to)
    assert configs.with_limits(spelled) == spelled


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("invited_share", 1.1),
        ("invited_share", float("nan")),
        ("invited_share", 1),
        ("contact_people", 6),  # kept so, day by day
        ("again_days", 90),
        ("bump_reach", 0.02),
        ("reused_times", 0),
        ("crowd_on_one", 4),  # which answers it gave is kept: no fewer than five
        ("file_audits", -1),
        ("file_audits", True),
    ],
)
def test_a_threshold_that_cannot_be_is_refused_by_name(name: str, value: Any):
    with pytest.raises(errors.InvalidConfig) as refused:
        Limits(**{name: value})
    assert refused.value.field == name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("burst_risk", 1.5),
        ("burst_days", 29),
        ("burst_answers", 4),
        ("hasty_seconds", -1),
        ("copied_likeness", float("nan")),
        ("copied_residents", 1),
        ("copied_trigrams", 2),
    ],
)
def test_a_threshold_of_the_nightly_look_that_cannot_be_is_refused_by_name(name: str, value: Any):
    with pytest.raises(errors.InvalidConfig) as refused:
        Looks(**{name: value})
    assert refused.value.field == name


def test_terms_from_before_the_nightly_looks_were_keep_their_digest():
    before = Config(limits=Limits())
    assert "looks" not in json.loads(before.to_json())["limits"]
    assert Config.from_json(before.to_json()) == before
    assert before.held_to.nightly == Looks()
    stored = to_json(before)
    del stored["limits"]["looks"]
    assert from_json(Config, stored) == before


@given(st.floats(0, 1), st.integers(0, 3_600))
def test_json_keeps_what_is_looked_for_each_night(share: float, seconds: int):
    of = Config(limits=Limits(looks=Looks(copied_likeness=share, hasty_seconds=seconds)))
    assert Config.from_json(of.to_json()) == of
    assert from_json(Config, to_json(of)) == of


@pytest.mark.parametrize(
    "among",
    [[], {"invited_share": 0.98}, "98", {**asdict(Limits()), "looks": {"burst_days": 90}}],
)
def test_thresholds_are_read_whole_or_not_at_all(among: object):
    told = json.loads(Config().to_json()) | {"limits": among}
    with pytest.raises(errors.InvalidConfig):
        Config.from_json(json.dumps(told))


@given(st.floats(0, 1), st.integers(1, 100), st.integers(0, 1_000_000))
def test_json_keeps_every_threshold(share: float, times: int, files: int):
    of = Config(limits=Limits(top_source=share, reused_times=times, file_audits=files))
    assert Config.from_json(of.to_json()) == of
    assert from_json(Config, to_json(of)) == of


@given(st.integers(1, 1000), st.integers(0, 1000), st.floats(0, 1), st.floats(0, 1))
def test_a_stricter_threshold_lets_nobody_pass_that_a_milder_one_stops(
    closed: int, invited: int, one: float, other: float
):
    asked = Asked(closed, min(invited, closed))
    mild, strict = (Limits(invited_share=of) for of in sorted((one, other)))
    if invitations.are_missing(asked, mild):
        assert invitations.are_missing(asked, strict)


def _edition(held_to: Limits) -> Edition:
    first, second, *others = cities.CITY
    return cities.make_edition(
        (
            replace(first, answers=replace(first.answers, asked=Asked(2000, 1985))),
            replace(second, answers=replace(second.answers, aside=Aside(held=40))),
            *others,
        ),
        config=Config(limits=held_to),
    )


def test_an_edition_is_counted_by_the_thresholds_it_carries():
    usual, strict = (
        {one.code: one.satisfaction.score.reason for one in _edition(of).agencies}
        for of in (Limits(), STRICT)
    )
    assert (usual["26740"], strict["26740"]) == (None, Reason.INVITATIONS_MISSING)
    assert (usual["26743"], strict["26743"]) == (None, Reason.UNDER_INVESTIGATION)
    found = {(one.sign, one.agency.code) for one in signals.signals(_edition(STRICT))}
    assert {(Sign.INVITATIONS_MISSING, "26740"), (Sign.HELD, "26743")} <= found


@pytest.mark.parametrize("held_to", [None, Limits(), STRICT])
def test_and_recounted_by_them_from_its_files_alone(held_to: Limits | None, tmp_path: Path):
    edition = replace(
        _edition(held_to or limits.OWN), config=Config(limits=held_to)
    )  # an edition from before says nothing of them
    files = pages.files(edition)
    release.release(files, tmp_path / "2026-Q3")
    assert verify.verify(tmp_path / "2026-Q3") == []
    forged = json.loads(files["config.json"])
    forged["parameters"].setdefault("limits", {})["held_share"] = 0.5
    (tmp_path / "2026-Q3" / "config.json").write_text(json.dumps(forged))
    assert _is_found(tmp_path / "2026-Q3")


def _is_found(folder: Path) -> bool:
    try:
        return bool(verify.check_figures(folder))
    except KeyError:
        return True  # `verify` says that the files cannot be read


def test_the_method_page_tells_the_thresholds_of_its_own_edition():
    files = pages.files(_edition(STRICT))
    told = re.sub(r"<[^>]*>", "", files["en/method/index.html"].decode())
    assert "below 100% an office gets no place" in told or "below 99.5%" in told
    assert "over 20% of ranked offices clearly above" in told
    assert "hơn 20%" in files["vi/method/index.html"].decode()


Given = Mapping[str, object]


def _read(given: Given, before: Limits) -> Limits:
    reader = Reader(given)
    found = thresholds.read(reader, given, before)
    reader.finish()
    return found


def test_a_form_changes_some_and_leaves_the_rest():
    found = _read({"invited_share": "99,5", "file_audits": "300", "top_source": ""}, Limits())
    assert found == Limits(invited_share=0.995, file_audits=300)


def test_a_form_changes_a_nightly_look_and_leaves_the_others():
    found = _read({"hasty_seconds": "0", "copied_likeness": "95"}, Limits())
    assert found == Limits(looks=Looks(hasty_seconds=0, copied_likeness=0.95))
    assert _read({"burst_days": "60"}, found).nightly == replace(found.nightly, burst_days=60)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("burst_days", "12"),
        ("copied_likeness", "x"),
        ("invited_share", "101"),
        ("file_audits", "-1"),
        ("reused_times", "two"),
    ],
)
def test_a_form_names_the_threshold_that_cannot_be(field: str, text: str):
    with pytest.raises(Faulty) as refused:
        _read({field: text}, Limits())
    assert [fault.field for fault in refused.value.faults] == [field]


@pytest.mark.usefixtures("database")
async def test_what_is_committed_to_spells_them_out_and_holds_within_its_period():
    await make.make_city()
    period = periods.parse("2026-Q3", ZONE)
    row = await editions.commit_config(
        period, Config(limits=STRICT), make.act(at=JUNE), schedule=Schedule()
    )
    strict = limits.spelled_out(STRICT)
    assert from_json(Config, row.config).limits == strict
    during = period.starts_at + timedelta(days=3)
    assert await edition_rows.limits_at(during) == strict
    assert await edition_rows.limits_at(period.ends_at) == limits.OWN
    row = await editions.commit_config(period.following(), Config(), make.act(at=JUNE))
    assert from_json(Config, row.config).limits == limits.spelled_out(limits.OWN)
    again = await editions.commit_config(period.following(), Config(), make.act(at=JUNE))
    assert again.committed_at == row.committed_at


@pytest.mark.usefixtures("database")
async def test_the_nightly_look_goes_by_the_terms_of_the_period_it_looks_at():
    await make.make_city()
    period = periods.parse("2026-Q3", ZONE)
    milder = Looks(hasty_seconds=0, copied_residents=50)
    for of, looks in ((period, milder), (period.following(), Looks())):
        config = Config(limits=Limits(looks=looks))
        await editions.commit_config(of, config, make.act(at=JUNE), schedule=Schedule())
    day = timedelta(days=1)
    first, end = period.starts_at - day, period.following().ends_at + day
    found = await edition_rows.looks_between(first, end)
    assert [(one.starts_at, one.ends_at, one.by) for one in found] == [
        (first, period.starts_at, Looks()),
        (period.starts_at, period.ends_at, milder),
        (period.ends_at, end, Looks()),  # as committed to, and after it as the method says
    ]
    agency = await rows.make_agency()
    for at in (period.ends_at - day, period.ends_at + day):
        rating = await rows.make_rating(agency, at, 5)
        await RatingRow.filter(id=rating.id).update(mode="link")
    assert await looking.look_for_anomalies(make.act(at=period.ends_at + 3 * day), ZONE)
    [held] = await quarantine.listed()
    assert (held.finding, held.starts_at > period.ends_at) == (Finding.HASTY, True)
    assert held.evidence == {"answers": 1, "seconds": 60}
