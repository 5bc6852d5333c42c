"""What a week's rated comments teach, and when it is used."""

import random
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tortoise.connection import get_connection

from feedback.models import ClosureRow, LearnedToneRow
from feedback.texts import learning
from tests import make
from tests.make import NOW, ZONE, act

# Words the lexicon does not know, which residents here use with their stars.
BLAME, PRAISE = "bưm bưm xờ", "lìm lím khơi"


def comments(count: int = 60) -> list[tuple[str, int]]:
    blames = [(f"Hồ sơ mục {chr(97 + n % 26)}{n} {BLAME}", 1 + n % 2) for n in range(count)]
    praises = [(f"Hồ sơ mục {chr(97 + n % 26)}{n} {PRAISE}", 4 + n % 2) for n in range(count)]
    return blames + praises


def test_what_reads_the_unseen_better_than_the_lexicon_is_used() -> None:
    found = learning.judged(comments(), floor=20)
    assert found.is_better
    assert found.score == 1000
    assert found.held_out > 0


def test_what_is_no_better_than_the_lexicon_is_not_used() -> None:
    same = [(f"Rất hài lòng lần {chr(97 + n)}", 5) for n in range(26)]
    same += [(f"Rất thất vọng lần {chr(97 + n)}", 1) for n in range(26)]
    found = learning.judged(same, floor=5)
    assert found.cold_score == 1000
    assert not found.is_better


def test_too_few_comments_teach_nothing_and_are_counted() -> None:
    found = learning.judged(comments(10))
    assert found.learned is None
    assert not found.is_better
    assert 0 < found.negative <= 10


@given(st.randoms(use_true_random=False))
def test_the_order_of_comments_changes_nothing(chance: random.Random) -> None:
    rated = comments(30)
    chance.shuffle(rated)
    assert learning.judged(rated, floor=10) == learning.judged(comments(30), floor=10)


@given(st.text(max_size=50))
def test_equal_comments_are_on_the_same_side(text: str) -> None:
    assert learning.is_held_out(text) == learning.is_held_out(f" {text}\n")


async def test_a_week_is_learned_from_once(database: None) -> None:
    assert await learning.learn(act(), ZONE)
    assert not await learning.learn(act(at=NOW + timedelta(days=6)), ZONE)
    assert await learning.learn(act(at=NOW + timedelta(days=7)), ZONE)
    assert await LearnedToneRow.all().count() == 2
    assert await learning.current() is None


async def test_the_latest_week_decides_whether_it_is_used(database: None) -> None:
    found = learning.judged(comments(), floor=20)
    assert found.learned is not None
    facts: dict[str, Any] = {"learned_at": NOW, "negative": 1, "positive": 1}
    await LearnedToneRow.create(
        week_on=learning.monday(NOW, ZONE),
        version=found.learned.version,
        body=found.learned.to_json(),
        score=found.score,
        cold_score=found.cold_score,
        is_used=True,
        **facts,
    )
    assert await learning.current() == found.learned
    later = learning.monday(NOW + timedelta(days=7), ZONE)
    await LearnedToneRow.create(week_on=later, **facts)
    assert await learning.current() is None


async def test_a_resident_has_one_voice_in_it(database: None) -> None:
    await make.make_city()
    lan = await make.make_staff()
    for number in range(2):
        receipt = await make.make_answered_case(lan, subject=f"Việc {number}")
        await make.make_rating(receipt, 5, comment=f"Ghi chú {number}")
    residents = set(await ClosureRow.all().values_list("resident", flat=True))
    rows = await get_connection("default").execute_query_dict(learning.RATED, [10])
    assert len(rows) == len(residents) == 1
