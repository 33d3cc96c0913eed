-- +goose Up
-- The record of who did what, with the fields of NEN 7513. Append only: the serving roles may read and insert.
create table audit_events (
  practice_id uuid not null references practices (id),
  id uuid not null,
  at timestamptz not null,
  act text not null,
  object_kind text not null,
  object_id uuid,
  couple_id uuid,
  partner_id uuid,
  actor_kind text not null check (actor_kind in ('member', 'partner', 'system')),
  actor_id uuid,
  responsible_id uuid,
  role text not null,
  edge text not null,
  access_point text not null default '',
  login_id uuid,
  basis text not null default 'treatment',
  emergency boolean not null default false,
  reason text not null default '',
  restricted boolean not null default false,
  mac bytea not null,
  primary key (practice_id, id)
);
select protect('audit_events', 'select, insert');
create index audit_events_at on audit_events (practice_id, at desc, id desc);
create index audit_events_partner on audit_events (practice_id, partner_id, at desc);
create index audit_events_couple on audit_events (practice_id, couple_id, at desc);

-- The chain: each link binds an event to all before it. Written by the sealer alone (design decision 8).
create table audit_links (
  practice_id uuid not null references practices (id),
  id uuid not null,
  seq bigint not null,
  event_id uuid not null,
  hash bytea not null,
  sealed_at timestamptz not null default now(),
  primary key (practice_id, id),
  unique (practice_id, seq),
  unique (practice_id, event_id),
  foreign key (practice_id, event_id) references audit_events (practice_id, id)
);
select protect('audit_links', 'select, insert');

-- Which practices have events since a moment that are in no chain yet: ids for the sealer, and nothing of the events.
create index audit_events_recent on audit_events using brin (at);
-- +goose StatementBegin
create function audit_unsealed(since timestamptz) returns table (practice uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct e.practice_id from public.audit_events e
    where e.at >= since and not exists (
      select from public.audit_links l where l.practice_id = e.practice_id and l.event_id = e.id)
$$;
-- +goose StatementEnd
revoke execute on function audit_unsealed(timestamptz) from public;
grant execute on function audit_unsealed(timestamptz) to tt_worker;

-- Repeated writes: who asked what, and where the answer is. No body is kept (design decision 5).
create table idempotency_keys (
  practice_id uuid not null references practices (id),
  id uuid not null,
  person_id uuid not null,
  method text not null,
  path text not null,
  key text not null check (char_length(key) between 1 and 255),
  body_hash bytea not null,
  status int not null default 0,
  location text not null default '',
  created_at timestamptz not null default now(),
  primary key (practice_id, id),
  unique (practice_id, person_id, method, path, key)
);
select protect('idempotency_keys');
create index idempotency_keys_age on idempotency_keys (practice_id, created_at);

-- Endpoints that a practice wants told of events (Standard Webhooks). Payloads are kinds and ids.
create table webhooks (
  practice_id uuid not null references practices (id),
  id uuid not null,
  url text not null check (char_length(url) <= 500),
  events jsonb not null,
  secret bytea not null check (is_sealed(secret)),
  active boolean not null default true,
  version int not null default 1,
  created_at timestamptz not null default now(),
  primary key (practice_id, id)
);
select protect('webhooks');

-- Counts for the metrics role, and nothing else.
-- +goose StatementBegin
create function metrics_due() returns table (list text, due bigint, oldest_seconds double precision)
language sql stable security definer set search_path = pg_catalog, public as $$
  select 'reminders', count(*), coalesce(extract(epoch from now() - min(not_before)), 0)::double precision
    from public.reminders where state in ('planned', 'claimed') and not_before <= now()
  union all
  select 'jobs', count(*), coalesce(extract(epoch from now() - min(run_at)), 0)::double precision
    from public.jobs where state = 'due' and run_at <= now()
$$;
-- +goose StatementEnd
revoke execute on function metrics_due() from public;
grant execute on function metrics_due() to tt_metrics;
grant select on goose_db_version to tt_app, tt_worker;
