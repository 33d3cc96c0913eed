-- +goose Up
-- An exercise as it was when it was first given: what was assigned or answered never changes afterwards. Own exercises of
-- the practice live here too.
create table exercise_forms (
  practice_id uuid not null references practices (id),
  id uuid not null,
  exercise_id text not null,
  version int not null,
  own boolean not null default false,
  definition jsonb not null,
  created_by uuid,
  created_at timestamptz not null default now(),
  primary key (practice_id, id),
  unique (practice_id, exercise_id, version)
);
select protect('exercise_forms', 'select, insert');

create table assignments (
  practice_id uuid not null,
  id uuid not null,
  couple_id uuid not null,
  form_id uuid not null,
  exercise_id text not null,
  partner_id uuid,
  schedule_kind text not null check (schedule_kind in ('once', 'daily', 'times_per_week', 'weekly', 'monthly', 'rrule')),
  times int not null default 0,
  rrule text not null default '',
  at text not null check (at ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
  starts_on date not null,
  ends_on date check (ends_on >= starts_on),
  audience_overrides jsonb not null default '{}',
  status text not null default 'active' check (status in ('active', 'ended', 'cancelled')),
  materialised_until timestamptz,
  created_by uuid not null,
  version int not null default 1,
  created_at timestamptz not null default now(),
  primary key (practice_id, id),
  foreign key (practice_id, couple_id) references couples (practice_id, id),
  foreign key (practice_id, form_id) references exercise_forms (practice_id, id),
  foreign key (practice_id, partner_id) references partners (practice_id, id),
  foreign key (practice_id, created_by) references members (practice_id, id)
);
select protect('assignments', 'select, insert, update');
create index assignments_couple on assignments (practice_id, couple_id, created_at);
create index assignments_active on assignments (practice_id, materialised_until) where status = 'active';

-- An occurrence is an assignment at a due moment; each partner has an own task and response in it.
create table occurrences (
  practice_id uuid not null,
  id uuid not null,
  assignment_id uuid not null,
  couple_id uuid not null,
  due_at timestamptz not null,
  opens_at timestamptz not null,
  closes_at timestamptz not null,
  revealed_at timestamptz,
  never_reveals boolean not null default false,
  primary key (practice_id, id),
  unique (practice_id, assignment_id, due_at),
  foreign key (practice_id, assignment_id) references assignments (practice_id, id),
  foreign key (practice_id, couple_id) references couples (practice_id, id)
);
select protect('occurrences');

create table tasks (
  practice_id uuid not null,
  id uuid not null,
  occurrence_id uuid not null,
  assignment_id uuid not null,
  couple_id uuid not null,
  partner_id uuid not null,
  form_id uuid not null,
  due_at timestamptz not null,
  opens_at timestamptz not null,
  closes_at timestamptz not null,
  status text not null default 'open' check (status in ('open', 'draft', 'done', 'skipped', 'expired', 'cancelled', 'rescheduled')),
  draft bytea check (is_sealed(draft)),
  draft_at timestamptz,
  audiences jsonb not null default '{}',
  done_at timestamptz,
  version int not null default 1,
  primary key (practice_id, id),
  unique (practice_id, occurrence_id, partner_id),
  foreign key (practice_id, occurrence_id) references occurrences (practice_id, id),
  foreign key (practice_id, assignment_id) references assignments (practice_id, id),
  foreign key (practice_id, couple_id) references couples (practice_id, id),
  foreign key (practice_id, partner_id) references partners (practice_id, id),
  foreign key (practice_id, form_id) references exercise_forms (practice_id, id)
);
select protect('tasks');
create index tasks_open on tasks (practice_id, partner_id, due_at) where status in ('open', 'draft');
create index tasks_couple on tasks (practice_id, couple_id, due_at);
create index tasks_assignment on tasks (practice_id, assignment_id);

create table responses (
  practice_id uuid not null,
  id uuid not null,
  task_id uuid not null,
  occurrence_id uuid not null,
  couple_id uuid not null,
  partner_id uuid not null,
  form_id uuid not null,
  submitted_at timestamptz not null,
  answers bytea not null check (is_sealed(answers)),
  measures bytea check (is_sealed(measures)),
  audiences jsonb not null,
  revealed_at timestamptz,
  session_revealed_at timestamptz,
  version int not null default 1,
  primary key (practice_id, id),
  unique (practice_id, task_id),
  foreign key (practice_id, task_id) references tasks (practice_id, id),
  foreign key (practice_id, occurrence_id) references occurrences (practice_id, id),
  foreign key (practice_id, couple_id) references couples (practice_id, id),
  foreign key (practice_id, partner_id) references partners (practice_id, id),
  foreign key (practice_id, form_id) references exercise_forms (practice_id, id)
);
select protect('responses');
create index responses_couple on responses (practice_id, couple_id, submitted_at desc);
create index responses_occurrence on responses (practice_id, occurrence_id);
-- What waits to be opened in a session, for the desk: few of many. jsonb puts one space after the colon.
create index responses_in_session on responses (practice_id, couple_id, submitted_at)
  where session_revealed_at is null and audiences::text like '%: "in_session"%';
