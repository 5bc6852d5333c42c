"""The tone and the topics of what open cases say, beside them in the lists; a guess, for triage.

Whoever works through a list may look at the angry ones first, and sees that a machine guessed.
Nothing is counted, ranked or published by a tone.
"""

from tortoise.connection import get_connection

from feedback.texts import learning, sentiment, topics
from sla.acts import Act

BATCH = 50

UNREAD = """
select e.case_id, c.subject, c.text, c.language
from inbox_entry e join resident_case c on c.id = e.case_id
where e.tone is null and e.status in ('filed', 'in_hand', 'waiting')
order by e.case_id limit $1
for update of e skip locked
"""
WRITE = """
update inbox_entry e set tone = read.tone, topics = string_to_array(read.topics, ' ')
from unnest($1::bigint[], $2::text[], $3::text[]) as read(case_id, tone, topics)
where e.case_id = read.case_id
"""


async def read_next(_: Act) -> bool:
    """Read a batch of open cases not yet read; whether there was any."""
    connection = get_connection("default")
    rows = await connection.execute_query_dict(UNREAD, [BATCH])
    if not rows:
        return False
    learned = await learning.current()
    written = [f"{row['subject']}. {row['text']}" for row in rows]
    tones = [
        sentiment.read_tone(text, row["language"], learned).label
        for text, row in zip(written, rows, strict=True)
    ]
    about = [" ".join(topics.topics_of(text)) for text in written]
    await connection.execute_query(WRITE, [[row["case_id"] for row in rows], tones, about])
    return True
