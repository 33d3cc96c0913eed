-- +goose Up
-- An exercise of the practice's own while it is made and kept: the definition that is being edited, which may lack parts,
-- whose it is and who may use it. What is published is frozen, version by version, in exercise_forms.
create table own_exercises (
  practice_id uuid not null references practices (id),
  id uuid not null,
  created_by uuid,
  status text not null default 'draft' check (status in ('draft', 'published', 'archived')),
  shared boolean not null default false,
  published_version int not null default 0 check (published_version >= 0),
  changed boolean not null default true,
  languages text not null default 'nl' check (languages in ('nl', 'en', 'both')),
  draft jsonb not null,
  copied_from text not null default '',
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (practice_id, id),
  foreign key (practice_id, created_by) references members (practice_id, id),
  check (status <> 'published' or published_version > 0)
);
select protect('own_exercises', 'select, insert, update');

-- Until now every own exercise was there for the whole practice, complete in both languages.
insert into own_exercises (practice_id, id, created_by, status, shared, published_version, changed, languages, draft, created_at, updated_at)
select distinct on (f.practice_id, f.exercise_id)
  f.practice_id, f.exercise_id::uuid, m.id, 'published', true, f.version, false, 'both', f.definition, f.created_at, f.created_at
from exercise_forms f
left join members m on m.practice_id = f.practice_id and m.id = f.created_by
where f.own
order by f.practice_id, f.exercise_id, f.version desc;
