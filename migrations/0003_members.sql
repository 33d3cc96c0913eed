-- +goose Up
create table members (
  practice_id uuid not null references practices (id),
  id uuid not null,
  role text not null check (role in ('owner', 'therapist', 'trainee', 'office')),
  clinician boolean not null default false,
  name text not null check (char_length(name) between 1 and 120),
  email bytea not null check (is_sealed(email)),
  locale text not null default 'nl' check (locale in ('nl', 'en')),
  supervisor_id uuid,
  status text not null default 'invited' check (status in ('invited', 'active', 'ended')),
  version int not null default 1,
  created_at timestamptz not null default now(),
  primary key (practice_id, id),
  foreign key (practice_id, supervisor_id) references members (practice_id, id)
);
select protect('members', 'select, insert, update');
