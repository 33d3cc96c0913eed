-- +goose Up
create table couples (
  practice_id uuid not null references practices (id),
  id uuid not null,
  status text not null default 'intake' check (status in ('intake', 'active', 'paused', 'closed', 'separated')),
  programme text,
  programme_phase int,
  started_on date not null,
  safety_hold_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (practice_id, id)
);
select protect('couples', 'select, insert, update');

create table couple_therapists (
  practice_id uuid not null,
  id uuid not null,
  couple_id uuid not null,
  member_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (practice_id, id),
  unique (practice_id, couple_id, member_id),
  foreign key (practice_id, couple_id) references couples (practice_id, id),
  foreign key (practice_id, member_id) references members (practice_id, id)
);
select protect('couple_therapists');
create index couple_therapists_member on couple_therapists (practice_id, member_id);

create table partners (
  practice_id uuid not null,
  id uuid not null,
  couple_id uuid not null,
  position int not null check (position in (1, 2)),
  name bytea not null check (is_sealed(name)),
  email bytea not null check (is_sealed(email)),
  phone bytea check (is_sealed(phone)),
  role text not null default '' check (role in ('', 'hurt', 'repairing')),
  locale text not null default 'nl' check (locale in ('nl', 'en')),
  status text not null default 'invited' check (status in ('invited', 'active', 'paused', 'withdrawn')),
  paused_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now(),
  primary key (practice_id, id),
  unique (practice_id, couple_id, position),
  foreign key (practice_id, couple_id) references couples (practice_id, id)
);
select protect('partners', 'select, insert, update');

-- What a partner said yes to, in person: nobody accepts for the other. A withdrawn consent keeps its row.
create table consents (
  practice_id uuid not null,
  id uuid not null,
  partner_id uuid not null,
  kind text not null check (kind in ('treatment', 'secrets_policy', 'report_line')),
  version int not null,
  given_at timestamptz not null,
  withdrawn_at timestamptz,
  primary key (practice_id, id),
  foreign key (practice_id, partner_id) references partners (practice_id, id)
);
select protect('consents', 'select, insert, update');
create unique index consents_live on consents (practice_id, partner_id, kind) where withdrawn_at is null;
