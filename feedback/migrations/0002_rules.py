"""What always holds of cases and ratings, and the indexes their sweeps stand on."""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = """
create trigger timeline_append_only before update or delete on timeline
    for each row execute function refuse_change();

create unique index session_token on session (token_hash);
create unique index agency_key_hash on agency_key (key_hash);
create unique index case_code on resident_case (code_hash) where code_hash is not null;
create unique index closure_token on closure (token_hash) where token_hash is not null;
create unique index idempotency_key on idempotency (key_hash);
create index idempotency_at on idempotency (at);

alter table resident_case
    add constraint case_subject check (subject <> ''),
    add constraint case_times check (answered_at >= filed_at and closed_at >= filed_at);
create index case_open on resident_case (promise_id)
    where status in ('filed', 'in_hand', 'waiting');
create index case_answered on resident_case (answered_at, id) where status = 'answered';
create index message_case on message (case_id, id);
create index timeline_case on timeline (case_id, id);

alter table closure
    add constraint closure_round check (round >= 1),
    add constraint closure_window check (window_ends_at > closed_at);
create index closure_uninvited on closure (closed_at, id)
    where invited_at is null and void_at is null;
create index closure_agency on closure (agency_id, closed_at) include (resident, void_at);

alter table rating
    add constraint rating_overall check (overall between 1 and 5),
    add constraint rating_solved check (solved in ('yes', 'partly', 'no')),
    add constraint rating_clear check (clear between 1 and 5),
    add constraint rating_contacts check (contacts between 0 and 2),
    add constraint rating_revision check (revision >= 1 and tallied_revision <= revision);
create index rating_untallied on rating (id) where tallied_revision < revision;
create index rating_unread on rating (id) where tone_revision < revision and comment <> '';

create index notice_owed on notice (next_try_at, id)
    where sent_at is null and given_up_at is null;
"""

BACKWARD = """
drop index notice_owed, rating_unread, rating_untallied, closure_agency, closure_uninvited,
    timeline_case, message_case, case_answered, case_open, idempotency_at, idempotency_key,
    closure_token, case_code, agency_key_hash, session_token;
alter table rating
    drop constraint rating_overall, drop constraint rating_solved, drop constraint rating_clear,
    drop constraint rating_contacts, drop constraint rating_revision;
alter table closure drop constraint closure_round, drop constraint closure_window;
alter table resident_case drop constraint case_subject, drop constraint case_times;
drop trigger timeline_append_only on timeline;
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0001_initial"), ("sla", "0002_rules")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
