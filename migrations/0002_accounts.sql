-- +goose Up
-- Sign-in knows no practice yet: these few tables are global, and hold no name and no address (design decision 3).
create table accounts (
  id uuid primary key,
  email_index bytea not null unique,
  password_hash text not null default '',
  totp_secret bytea check (is_sealed(totp_secret)),
  totp_confirmed_at timestamptz,
  totp_last_step bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create table recovery_codes (
  id uuid primary key,
  account_id uuid not null references accounts (id) on delete cascade,
  code_hash bytea not null unique,
  used_at timestamptz
);
create table memberships (
  id uuid primary key,
  account_id uuid not null references accounts (id) on delete cascade,
  practice_id uuid not null references practices (id),
  kind text not null check (kind in ('member', 'partner')),
  subject_id uuid not null,
  ended_at timestamptz,
  created_at timestamptz not null default now(),
  unique (practice_id, kind, subject_id)
);
create index memberships_account on memberships (account_id) where ended_at is null;

-- A login is a person signed in on a device. Only a hash of its token is kept.
create table logins (
  id uuid primary key,
  token_hash bytea not null unique,
  account_id uuid not null references accounts (id) on delete cascade,
  membership_id uuid references memberships (id) on delete cascade,
  practice_id uuid references practices (id),
  edge text not null check (edge in ('api', 'web')),
  stage text not null default 'full' check (stage in ('choose', 'factor', 'enrol', 'full')),
  created_at timestamptz not null,
  seen_at timestamptz not null,
  fresh_at timestamptz not null,
  idle_minutes int not null,
  expires_at timestamptz not null,
  ended_at timestamptz
);
create index logins_account on logins (account_id) where ended_at is null;

-- One-use tokens that travel by mail: an invitation, a password reset. Stored hashed, consumed by a POST.
create table mail_tokens (
  id uuid primary key,
  token_hash bytea not null unique,
  purpose text not null check (purpose in ('invitation', 'reset')),
  practice_id uuid not null references practices (id),
  kind text not null check (kind in ('member', 'partner')),
  subject_id uuid not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  created_at timestamptz not null default now()
);
create index mail_tokens_subject on mail_tokens (practice_id, subject_id) where used_at is null;
grant select, insert, update, delete on accounts, recovery_codes, memberships, logins, mail_tokens to tt_app, tt_worker;
