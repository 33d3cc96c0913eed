-- +goose Up
-- A test that a person sends to oneself goes the way of all reminders, so that it tests that way.
alter table reminders drop constraint reminders_cause_kind_check;
alter table reminders add constraint reminders_cause_kind_check check (cause_kind in
  ('task', 'session', 'agreement', 'report', 'message', 'invitation', 'reset', 'alert', 'approval', 'delivery', 'test'));

-- For an owner's look at the queue: what was for a day, and how it fared. Neither column changes once a row is there.
create index reminders_day on reminders (practice_id, due_at);

-- Which workers are at work: each says so every ten seconds. No practice owns them and nobody is in it, which is why the table is
-- global. The serving role reads it, to tell who asks why nothing goes out.
create table workers (
  id uuid primary key,
  started_at timestamptz not null,
  seen_at timestamptz not null,
  redis_away boolean not null default false
);
grant select on workers to tt_app;
grant select, insert, update, delete on workers to tt_worker;

-- How old the oldest due reminder is, over all practices, is in metrics_due(); when a worker was last seen and how many addresses
-- are given up come beside it.
-- +goose StatementBegin
create function metrics_watch() returns table (workers bigint, seen_seconds double precision, dead_addresses bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
  select (select count(*) from public.workers where seen_at > now() - interval '1 minute'),
    (select coalesce(extract(epoch from now() - max(seen_at)), -1)::double precision from public.workers),
    (select count(*) from public.delivery_states where dead_at is not null)
$$;
-- +goose StatementEnd
revoke execute on function metrics_watch() from public;
grant execute on function metrics_watch() to tt_metrics;
