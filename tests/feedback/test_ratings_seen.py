"""What agencies see of answers: batches of five residents, and nothing between them."""

from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tortoise.exceptions import OperationalError
from tortoise.transactions import in_transaction

from feedback import erasure
from feedback.erasure import Register
from feedback.models import SeenBatchRow
from feedback.office import ratings_seen
from feedback.office.ratings_seen import Final, K
from feedback.texts.topics import Topic
from tests import make
from tests.conftest import KEYS
from tests.make import NOW, ZONE, act

UNTIL = ratings_seen.last_monday(NOW, ZONE) + timedelta(weeks=8)
answers = st.lists(
    st.builds(
        Final,
        resident=st.integers(0, 11).map(lambda n: bytes([n])),
        final_at=st.integers(0, 9 * 7 * 24).map(lambda h: UNTIL + timedelta(hours=h - 8 * 168)),
        overall=st.integers(1, 5),
        comment=st.just(""),
    ),
    max_size=60,
)


@given(answers)
def test_any_two_batches_differ_by_five_residents_or_more(given_: list[Final]) -> None:
    found = ratings_seen.batches(given_, None, UNTIL, ZONE)
    for one in found:
        assert one.residents >= K
    for one, other in combinations(found, 2):
        assert not {id(a) for a in one.answers} & {id(a) for a in other.answers}
    # Whatever sums of batches one takes from another: what is left is whole batches.
    for count in range(len(found)):
        rest = [a for batch in found[count:] for a in batch.answers]
        assert len({a.resident for a in rest}) >= K


@given(answers, st.integers(1, 7))
def test_when_a_sweep_ran_changes_no_batch(given_: list[Final], weeks: int) -> None:
    """Released at each Monday or all at once: the same batches."""
    whole = ratings_seen.batches(given_, None, UNTIL, ZONE)
    middle = UNTIL - timedelta(weeks=weeks)
    first = ratings_seen.batches(given_, None, middle, ZONE)
    after = first[-1].ends_at if first else None
    assert first + ratings_seen.batches(given_, after, UNTIL, ZONE) == whole


@given(answers)
def test_every_batch_ends_on_a_monday_at_midnight(given_: list[Final]) -> None:
    for batch in ratings_seen.batches(given_, None, UNTIL, ZONE):
        local = batch.ends_at.astimezone(ZONE)
        assert (local.weekday(), local.hour, local.minute) == (0, 0, 0)
        assert all(answer.final_at < batch.ends_at <= UNTIL for answer in batch.answers)


def test_one_resident_often_is_not_five() -> None:
    same = [Final(b"a", UNTIL - timedelta(hours=n), 5, "") for n in range(1, 20)]
    assert ratings_seen.batches(same, None, UNTIL, ZONE) == []


def test_a_topic_counts_residents_and_not_comments() -> None:
    said = [(bytes([n // 2]), "chờ đợi quá lâu") for n in range(8)]
    assert ratings_seen.counted(said) == {Topic.WAITING: 4}


async def rated(count: int, *, first: int = 0, comment: str = "") -> int:
    """So many residents with an answer about W1; the agency's number."""
    lan = await make.make_staff(f"lan{first}")
    for number in range(first, first + count):
        receipt = await make.make_answered_case(lan, device=f"phone {number}")
        await make.make_rating(receipt, 1, comment=comment)
    assert lan.agency_id is not None
    return lan.agency_id


LATER = NOW + timedelta(days=28)


async def sweep(at: datetime = LATER) -> None:
    while await ratings_seen.release(act(at=at), ZONE):
        pass


async def test_an_answer_is_seen_only_once_its_window_is_over(database: None) -> None:
    await make.make_city()
    agency = await rated(5, comment="Anh Tuấn làm chậm, chờ đợi quá lâu")
    await sweep(NOW + timedelta(days=13))
    assert await ratings_seen.seen(agency, since=NOW) == ()
    await sweep()
    [batch] = await ratings_seen.seen(agency, since=NOW)
    assert (batch.n, batch.satisfied) == (5, 0)
    [said] = await ratings_seen.said(agency, since=NOW)
    assert len(said.comments) == 5
    assert "Tuấn" not in "".join(said.comments)
    assert said.topics[0][1] == 5
    about = await ratings_seen.reasons(NOW, LATER, with_few=False)
    assert about == {agency: said.topics}


WEEK = timedelta(weeks=1)
SATISFIED = 5


async def batch(agency: int, week: int, *complained: str) -> None:
    """A week's batch of comments: one resident to each, and five satisfied."""
    texts = [(1, text) for text in complained] + [(SATISFIED, "tốt")] * K
    said = [Final(bytes([n]), NOW, overall, text) for n, (overall, text) in enumerate(texts)]
    await SeenBatchRow.create(
        agency_id=agency,
        kind=ratings_seen.COMMENTS,
        starts_at=NOW + week * WEEK,
        ends_at=NOW + (week + 1) * WEEK,
        residents=len(said),
        body=ratings_seen._BODIES[ratings_seen.COMMENTS](said),
    )


@pytest.mark.parametrize(
    ("weeks", "shown", "with_few"),
    [((4,), 0, 0), ((4, 1), 0, 5), ((5, 4), 5, 5), ((5, 3, 2), 5, 10), ((6, 5), 11, 11)],
)
async def test_a_quarter_tells_what_its_weeks_could_not(
    database: None, weeks: tuple[int, ...], shown: int, with_few: int
) -> None:
    await make.make_city()
    lan = await make.make_staff()
    assert lan.agency_id is not None
    for week, count in enumerate(weeks):
        await batch(lan.agency_id, week, *["chờ lâu"] * count)
    for is_asked, expected in ((False, shown), (True, with_few)):
        about = await ratings_seen.reasons(NOW, NOW + len(weeks) * 2 * WEEK, with_few=is_asked)
        assert about == ({lan.agency_id: ((Topic.WAITING, expected),)} if expected else {})
    seen = await ratings_seen.said(lan.agency_id, since=NOW)
    assert sum(n for one in seen for _, n in one.topics) == shown


async def test_four_residents_wait_for_a_fifth(database: None) -> None:
    await make.make_city()
    agency = await rated(4)
    await sweep()
    assert await ratings_seen.seen(agency, since=NOW) == ()


async def test_a_batch_never_changes(database: None) -> None:
    await make.make_city()
    agency = await rated(5)
    await sweep()
    before = await ratings_seen.seen(agency, since=NOW)
    await rated(2, first=7)
    await sweep(LATER + timedelta(days=7))
    assert await ratings_seen.seen(agency, since=NOW) == before
    with pytest.raises(OperationalError):
        async with in_transaction():
            await SeenBatchRow.filter(kind="ratings").update(body={})


@pytest.mark.parametrize("released", [True, False])
async def test_an_erased_comment_is_in_no_batch_and_below_five_none_is(
    database: None, tmp_path: Path, released: bool
) -> None:
    await make.make_city()
    lan = await make.make_staff()
    assert lan.agency_id is not None
    codes = []
    for number in range(6):
        receipt = await make.make_answered_case(lan, device=f"phone {number}")
        await make.make_rating(receipt, 1, comment=f"chờ lâu {'abcdef'[number]}")
        codes.append(receipt.tracking_code)
    if released:
        await sweep()
    shown = []
    for code in codes[:2]:
        await erasure.erase(code, act(at=LATER), KEYS, Register(tmp_path / "erased.log"))
        await sweep()
        shown.append([one.comments for one in await ratings_seen.said(lan.agency_id, since=NOW)])
    letters = [
        [set("".join(words).replace("chờ lâu", "")) - {" "} for words in one] for one in shown
    ]
    assert letters[0] == [set("bcdef")]
    assert letters[1] == [set()]
    [batch] = await ratings_seen.said(lan.agency_id, since=NOW)
    assert batch.topics == ((Topic.WAITING, 6 if released else 5),)


async def test_words_a_year_old_are_forgotten(database: None) -> None:
    await make.make_city()
    agency = await rated(5, comment="chờ lâu")
    await sweep()
    await sweep(LATER + timedelta(days=400))
    assert [one.comments for one in await ratings_seen.said(agency, since=NOW)] == [()]
