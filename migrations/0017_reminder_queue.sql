-- +goose Up
-- The queue of reminders stands on two columns that follow from the others, so that no writer can forget them. rank says who
-- goes first; wake_at is when a sender has to look at the row, and null once it is settled. Claiming and taking a row change
-- neither, nor anything else that is indexed: they stay on the row's page and touch no index (HOT), for which each page keeps
-- room. Adding the columns writes the table anew, the rows that wait included.
alter table reminders set (
  fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_scale_factor = 0.05,
  autovacuum_vacuum_cost_delay = 0);
alter table reminders
  add column rank smallint not null generated always as (case
    when cause_kind in ('alert', 'invitation', 'reset') then 0
    when cause_kind = 'session' then 1
    when cause_kind in ('report', 'approval', 'delivery') then 4
    else 2 end) stored,
  add column wake_at timestamptz generated always as (case when state in ('planned', 'claimed') then not_before end) stored,
  -- made beside another row for one more channel of the same person: it makes no others.
  add column fanned boolean not null default false,
  -- over what it went. channel is part of what makes a reminder the same one, and stays what it was planned for.
  add column carrier text not null default 'mail' check (carrier in ('', 'mail', 'push', 'sms'));
alter table reminders alter column carrier set default '';
drop index reminders_due;
-- A cause's reminders are found by reminders_once, which begins with the cause.
drop index reminders_cause;
create index reminders_queue on reminders (rank, practice_id, wake_at) where wake_at is not null;

-- Every act on the record is written to each of its indexes. Most are about one partner or one couple, or neither.
drop index audit_events_partner, audit_events_couple;
create index audit_events_partner on audit_events (practice_id, partner_id, at desc) where partner_id is not null;
create index audit_events_couple on audit_events (practice_id, couple_id, at desc) where couple_id is not null;

-- Counts for the metrics role, and nothing else: how much is due and how old the oldest is, of reminders by channel.
drop function metrics_due();
-- +goose StatementBegin
create function metrics_due() returns table (list text, channel text, due bigint, oldest_seconds double precision)
language sql stable security definer set search_path = pg_catalog, public as $$
  select 'reminders', c.channel, count(r.wake_at), coalesce(extract(epoch from now() - min(r.wake_at)), 0)::double precision
    from (values ('mail'), ('push'), ('sms')) c (channel) left join public.reminders r on r.channel = c.channel and r.wake_at <= now()
    group by c.channel
  union all
  select 'jobs', '', count(*), coalesce(extract(epoch from now() - min(run_at)), 0)::double precision
    from public.jobs where state = 'due' and run_at <= now()
$$;
-- +goose StatementEnd
revoke execute on function metrics_due() from public;
grant execute on function metrics_due() to tt_metrics;
