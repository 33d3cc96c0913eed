-- +goose Up
-- A reminder is one message to one person over one channel at one moment. The row holds ids and moments only.
create table reminders (
  practice_id uuid not null references practices (id),
  id uuid not null,
  cause_kind text not null check (cause_kind in ('task', 'session', 'agreement', 'report', 'invitation', 'reset', 'alert', 'approval', 'delivery')),
  cause_id uuid not null,
  recipient_kind text not null check (recipient_kind in ('member', 'partner')),
  recipient_id uuid not null,
  channel text not null default 'mail' check (channel in ('mail')),
  due_at timestamptz not null,
  expires_at timestamptz not null,
  state text not null default 'planned' check (state in ('planned', 'claimed', 'sent', 'skipped', 'failed')),
  reason text not null default '',
  lease_until timestamptz,
  sending_since timestamptz, -- a sender took it in this lease: a second one with the same batch leaves it alone.
  attempts int not null default 0,
  not_before timestamptz not null,
  sent_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (practice_id, id),
  constraint reminders_once unique (practice_id, cause_kind, cause_id, recipient_id, channel, due_at)
);
select protect('reminders', 'select, insert, update');
select due_list('reminders');
create index reminders_due on reminders (not_before) where state in ('planned', 'claimed');
create index reminders_cause on reminders (practice_id, cause_kind, cause_id);
create index reminders_recipient on reminders (practice_id, recipient_id, due_at);

create table reminder_preferences (
  practice_id uuid not null references practices (id),
  id uuid not null,
  person_kind text not null check (person_kind in ('member', 'partner')),
  person_id uuid not null,
  mail boolean not null default true,
  quiet_from text not null default '21:30' check (quiet_from ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
  quiet_until text not null default '08:00' check (quiet_until ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
  cap_per_day int not null default 4 check (cap_per_day between 1 and 20),
  digest boolean not null default false,
  stopped_at timestamptz,
  version int not null default 1,
  primary key (practice_id, id),
  unique (practice_id, person_kind, person_id)
);
select protect('reminder_preferences', 'select, insert, update');

-- Jobs are the outbox: what a worker has still to do, written in the transaction of its cause. Redis is only the wake-up.
create table jobs (
  practice_id uuid not null references practices (id),
  id uuid not null,
  kind text not null,
  subject_id uuid not null,
  run_at timestamptz not null,
  lease_until timestamptz,
  attempts int not null default 0,
  state text not null default 'due' check (state in ('due', 'done', 'failed')),
  error text not null default '',
  unique_key text not null,
  created_at timestamptz not null default now(),
  done_at timestamptz,
  primary key (practice_id, id),
  constraint jobs_once unique (practice_id, kind, unique_key)
);
select protect('jobs'); -- with delete: what is long done is trimmed.
select due_list('jobs');
create index jobs_due on jobs (run_at) where state = 'due';
create index jobs_past on jobs (done_at) where state <> 'due';

-- What a person of the practice should look at. The text is made from kind and ids when it is shown.
create table alerts (
  practice_id uuid not null references practices (id),
  id uuid not null,
  kind text not null check (kind in ('delivery_failed', 'instrument_low', 'not_free', 'report_failed', 'joint_stopped', 'screening')),
  couple_id uuid,
  partner_id uuid,
  subject_id uuid,
  created_at timestamptz not null default now(),
  acknowledged_at timestamptz,
  acknowledged_by uuid,
  primary key (practice_id, id),
  foreign key (practice_id, couple_id) references couples (practice_id, id),
  foreign key (practice_id, partner_id) references partners (practice_id, id)
);
select protect('alerts', 'select, insert, update');
create index alerts_open on alerts (practice_id, created_at) where acknowledged_at is null;
