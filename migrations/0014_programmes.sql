-- +goose Up
-- A couple's own programme: which, where they are in it, and what was changed for them. couples.programme and
-- couples.programme_phase say the same about the one that runs, for lists. The body is sealed under the couple's key: the
-- programme as it was adapted, when it was, and the milestones that were reached.
create table couple_programmes (
  practice_id uuid not null,
  id uuid not null,
  couple_id uuid not null,
  programme_id text not null,
  phase int not null check (phase >= 1),
  status text not null default 'active' check (status in ('active', 'paused', 'done', 'stopped')),
  started_on date not null,
  moved_on date not null,
  ended_on date,
  body bytea check (is_sealed(body)),
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (practice_id, id),
  foreign key (practice_id, couple_id) references couples (practice_id, id),
  check ((ended_on is null) = (status in ('active', 'paused')))
);
select protect('couple_programmes', 'select, insert, update');
create unique index couple_programmes_live on couple_programmes (practice_id, couple_id) where status in ('active', 'paused');
create index couple_programmes_couple on couple_programmes (practice_id, couple_id, created_at);

-- What happened to it, and why. A reason is the therapist's note, sealed under the practice's key; no partner reads it.
create table couple_programme_steps (
  practice_id uuid not null,
  id uuid not null,
  couple_programme_id uuid not null,
  kind text not null check (kind in ('start', 'move', 'adapt', 'pause', 'resume', 'done', 'stop')),
  phase_from int,
  phase_to int,
  reason bytea check (is_sealed(reason)),
  member_id uuid,
  created_at timestamptz not null default now(),
  primary key (practice_id, id),
  foreign key (practice_id, couple_programme_id) references couple_programmes (practice_id, id),
  foreign key (practice_id, member_id) references members (practice_id, id)
);
select protect('couple_programme_steps', 'select, insert');
create index couple_programme_steps_of on couple_programme_steps (practice_id, couple_programme_id, created_at);

-- Couples who already follow a programme get their row. The ten steps were three: their middle one is now talking again,
-- their last one finding out what it is really about.
update couples set programme_phase = case programme_phase when 2 then 3 when 3 then 7 else 1 end where programme = 'rescue-10';
insert into couple_programmes (practice_id, id, couple_id, programme_id, phase, started_on, moved_on)
  select practice_id, gen_random_uuid(), id, programme, greatest(coalesce(programme_phase, 1), 1), started_on, greatest(started_on, updated_at::date)
  from couples where programme is not null;
