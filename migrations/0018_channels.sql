-- +goose Up
-- Channels beside mail: devices that take a push, text messages, calendars that fetch, and what came back as undeliverable.

-- The keys that are the installation's own. There is one: the pair that signs pushes (VAPID, RFC 8292). Browsers bind every
-- subscription to its public half, so it is made once and kept for good. No practice owns it and no person is in it, which
-- is why the table is global; the private half is sealed under the master key.
create table installation_keys (
  purpose text primary key check (purpose in ('push')),
  public_key text not null,
  private_key bytea not null check (is_sealed(private_key)),
  created_at timestamptz not null
);
grant select, insert on installation_keys to tt_app, tt_worker;

-- A browser that shows a neutral word when something is ready. Its address and keys are one document under the person's key
-- (a member's under the practice's), so an erased person's devices are closed with the rest. endpoint_hash is an HMAC: one
-- browser is one row, and the person who turned it on last has it.
create table push_subscriptions (
  practice_id uuid not null references practices (id),
  id uuid not null,
  person_kind text not null check (person_kind in ('member', 'partner')),
  person_id uuid not null,
  endpoint_hash bytea not null,
  target bytea not null check (is_sealed(target)),
  device text not null check (device in ('android', 'iphone', 'ipad', 'mac', 'windows', 'linux', 'other')),
  created_at timestamptz not null,
  last_ok_at timestamptz,
  gone_at timestamptz, -- the push service knows it no more, or nobody could reach it for long.
  primary key (practice_id, id),
  constraint push_subscriptions_once unique (practice_id, endpoint_hash)
);
select protect('push_subscriptions');
create index push_subscriptions_person on push_subscriptions (practice_id, person_id) where gone_at is null;

-- A calendar address that a person asked for. The address carries a signed serial: a new serial ends the old address.
create table calendar_feeds (
  practice_id uuid not null references practices (id),
  id uuid not null,
  person_kind text not null check (person_kind in ('member', 'partner')),
  person_id uuid not null,
  serial int not null default 1 check (serial > 0),
  made_at timestamptz not null,
  read_at timestamptz,
  ended_at timestamptz,
  primary key (practice_id, id),
  unique (practice_id, person_kind, person_id)
);
select protect('calendar_feeds', 'select, insert, update');

-- What is known of a person's mail address or number: how many messages came back since one was confirmed or arrived, and
-- whether it is given up. Of the message that came back nothing is kept but a code.
create table delivery_states (
  practice_id uuid not null references practices (id),
  id uuid not null,
  person_kind text not null check (person_kind in ('member', 'partner')),
  person_id uuid not null,
  channel text not null check (channel in ('mail', 'sms')),
  bounces int not null default 0 check (bounces >= 0),
  reason text not null default '' check (reason in ('', 'unknown', 'full', 'refused', 'failed')),
  bounced_at timestamptz,
  dead_at timestamptz,
  ok_at timestamptz,
  primary key (practice_id, id),
  constraint delivery_states_once unique (practice_id, person_kind, person_id, channel)
);
select protect('delivery_states', 'select, insert, update');

-- A reminder may go over these; what a gateway told of it afterwards.
alter table reminders drop constraint reminders_channel_check;
alter table reminders
  add constraint reminders_channel_check check (channel in ('mail', 'push', 'sms')),
  add column delivery text not null default '' check (delivery in ('', 'delivered', 'failed'));

-- When a session was last changed, as calendars that fetch it want to know.
alter table sessions add column changed_at timestamptz;
update sessions set changed_at = created_at;
alter table sessions alter column changed_at set not null, alter column changed_at set default now();
