"""The tone of what open cases say, beside them in the lists."""

import pytest

from feedback import jobs
from feedback.actors import Staff
from feedback.models import CaseRow
from feedback.office import inbox, inbox_views
from sla.acts import Act
from tests import make
from tests.make import NOW, act

ANGRY = "Quá tệ, thái độ rất khó chịu, tôi rất thất vọng và bức xúc."
PLEASED = "Rất hài lòng, cán bộ nhiệt tình, cảm ơn rất nhiều."


@pytest.fixture
async def lan(database: None) -> Staff:
    await make.make_city()
    return await make.make_staff()


async def sweep() -> None:
    while await jobs.read_tone(act()):
        pass


async def tones(lan: Staff, wanted: str = "") -> dict[str, str | None]:
    found = await inbox.listed(lan, inbox_views.Filter(tone=wanted), at=NOW)
    return {row.reference: row.tone for row in found.rows}


async def test_a_list_can_be_narrowed_to_what_sounds_dissatisfied(lan: Staff) -> None:
    angry = (await make.make_case(subject="Bức xúc", text=ANGRY)).reference
    pleased = (await make.make_case(subject="Cảm ơn", text=PLEASED)).reference
    assert await tones(lan) == {angry: None, pleased: None}
    await sweep()
    assert await tones(lan) == {angry: "negative", pleased: "positive"}
    assert await tones(lan, "negative") == {angry: "negative"}


async def test_what_was_read_is_not_read_again(lan: Staff) -> None:
    await make.make_case()
    assert await jobs.read_tone(act())
    assert not await jobs.read_tone(act())


async def test_a_text_that_changes_loses_its_tone(lan: Staff) -> None:
    case = await make.make_case(subject="Bức xúc", text=ANGRY)
    await sweep()
    await CaseRow.filter(reference=case.reference).update(subject="Cảm ơn", text=PLEASED)
    assert await tones(lan) == {case.reference: None}
    await sweep()
    assert await tones(lan) == {case.reference: "positive"}


async def test_what_nobody_works_on_any_more_is_not_read(lan: Staff) -> None:
    case = await make.make_answered_case(lan)
    assert not await jobs.read_tone(Act(by=lan, at=NOW))
    assert await tones(lan) == {} or (await tones(lan))[case.reference] is None
