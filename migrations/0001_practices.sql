-- +goose Up
-- The roots: schemas, the one function that protects a tenant table, practices and keys.
create extension if not exists btree_gist;
create schema if not exists keys;

grant usage on schema public to tt_app, tt_worker, tt_metrics;
grant usage on schema keys to tt_app, tt_worker;

-- protect turns a table into a tenant table: forced row-level security on practice_id, for reading and for writing.
-- The sub-select is evaluated once a statement; an unset or empty setting matches nothing.
-- +goose StatementBegin
create function protect(tenant regclass, serving text default 'select, insert, update, delete') returns void
language plpgsql as $$
begin
  execute format('alter table %s enable row level security', tenant);
  execute format('alter table %s force row level security', tenant);
  execute format($p$create policy own_practice on %s
      using (practice_id = (select nullif(current_setting('app.practice_id', true), '')::uuid))
      with check (practice_id = (select nullif(current_setting('app.practice_id', true), '')::uuid))$p$, tenant);
  execute format('grant %s on %s to tt_app, tt_worker', serving, tenant);
end $$;
-- +goose StatementEnd

-- due_list lets the worker's own role read and claim a list of ids and moments across practices, and only while it says
-- that it works on due lists.
-- +goose StatementBegin
create function due_list(tenant regclass) returns void language plpgsql as $$
begin
  execute format($p$create policy due_list on %s to tt_worker
      using ((select current_setting('app.due_list', true)) = 'on')
      with check ((select current_setting('app.due_list', true)) = 'on')$p$, tenant);
end $$;
-- +goose StatementEnd
revoke execute on function protect(regclass, text), due_list(regclass) from public;

create table practices (
  id uuid primary key,
  practice_id uuid generated always as (id) stored unique,
  name text not null check (char_length(name) between 1 and 120),
  sender_name text not null check (char_length(sender_name) between 1 and 80),
  locale text not null default 'nl' check (locale in ('nl', 'en')),
  time_zone text not null default 'Europe/Amsterdam',
  country text not null default 'NL' check (country in ('NL', 'BE')),
  require_second_factor boolean not null default true,
  partner_idle_minutes int not null default 10 check (partner_idle_minutes between 2 and 120),
  member_idle_minutes int not null default 20 check (member_idle_minutes between 2 and 240),
  secrets_policy_version int not null default 1,
  secrets_policy_nl text not null default '',
  secrets_policy_en text not null default '',
  helplines jsonb not null default '[]',
  version int not null default 1,
  created_at timestamptz not null default now()
);
select protect('practices', 'select, insert, update');
select due_list('practices');

-- Wrapped keys live in a schema of their own, so that they get a backup of their own with a shorter life.
create table keys.wrapped_keys (
  practice_id uuid not null references practices (id),
  id uuid not null,
  owner_kind text not null check (owner_kind in ('practice', 'person', 'couple')),
  owner_id uuid not null,
  wrapped bytea,
  created_at timestamptz not null default now(),
  destroyed_at timestamptz,
  primary key (practice_id, id),
  check ((wrapped is null) = (destroyed_at is not null))
);
create unique index wrapped_keys_live on keys.wrapped_keys (practice_id, owner_kind, owner_id) where destroyed_at is null;
select protect('keys.wrapped_keys', 'select, insert, update');

-- +goose StatementBegin
-- is_sealed holds for a ciphertext of the product: its magic, a key id, a nonce and a tag (29 or more octets after it).
create function is_sealed(value bytea) returns boolean language sql immutable parallel safe as
$$ select value is null or (substring(value from 1 for 4) = '\x54547331'::bytea and octet_length(value) >= 48) $$;
-- +goose StatementEnd
grant execute on function is_sealed(bytea) to tt_app, tt_worker;
